package io.rdpg.plan.target.postgres;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Derives the key of a SCRAM login once for all logins of a role to a server: a security provider
 * that stands before the JDK's, asks it, and remembers its answers. The rounds of HMAC cost more
 * than all the rest of a login, and a role's salt stays the same until its next password.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>, which allows it to clients
 */
final class ScramKeyCache {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

  static {
    try {
      Provider provider = new Remembering(SecretKeyFactory.getInstance(ALGORITHM));
      int _ = Security.insertProviderAt(provider, 1);
    } catch (NoSuchAlgorithmException notOfThisJdk) {
      // There is nothing to remember: the login says so itself.
    }
  }

  private ScramKeyCache() {}

  /** Puts it in its place, once for the process. */
  static void install() {
    // Done by the class's initialization.
  }

  private static final class Remembering extends Provider {
    private static final long serialVersionUID = 1;

    Remembering(SecretKeyFactory jdk) {
      super("rdpg-plan", "1", "remembers the keys of SCRAM logins");
      Keys keys = new Keys(jdk);
      putService(
          new Service(
              this, "SecretKeyFactory", ALGORITHM, Keys.class.getName(), List.of(), Map.of()) {
            @Override
            public Object newInstance(@Nullable Object parameter) {
              return keys;
            }
          });
    }
  }

  private static final class Keys extends SecretKeyFactorySpi {
    private final SecretKeyFactory jdk;

    /** By a digest of what they were derived from. */
    private final Map<ByteBuffer, SecretKey> keys = new ConcurrentHashMap<>();

    Keys(SecretKeyFactory jdk) {
      this.jdk = jdk;
    }

    @Override
    protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
      if (!(spec instanceof PBEKeySpec input) || input.getSalt() == null) {
        return jdk.generateSecret(spec);
      }
      ByteBuffer digest = digest(input);
      SecretKey key = keys.get(digest);
      if (key == null) {
        key = new SecretKeySpec(jdk.generateSecret(spec).getEncoded(), ALGORITHM);
        keys.put(digest, key);
      }
      return key;
    }

    private static ByteBuffer digest(PBEKeySpec input) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(
            ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(input.getIterationCount())
                .putInt(input.getKeyLength())
                .flip());
        digest.update(MessageDigest.getInstance("SHA-256").digest(input.getSalt()));
        digest.update(StandardCharsets.UTF_8.encode(CharBuffer.wrap(input.getPassword())));
        return ByteBuffer.wrap(digest.digest());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }

    @Override
    protected KeySpec engineGetKeySpec(SecretKey key, Class<?> spec)
        throws InvalidKeySpecException {
      return jdk.getKeySpec(key, spec);
    }

    @Override
    protected SecretKey engineTranslateKey(SecretKey key) throws InvalidKeyException {
      return jdk.translateKey(key);
    }
  }
}
