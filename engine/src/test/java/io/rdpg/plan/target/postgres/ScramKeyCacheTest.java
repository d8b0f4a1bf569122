package io.rdpg.plan.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScramKeyCacheTest {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

  @BeforeAll
  static void install() {
    ScramKeyCache.install();
  }

  @Test
  void derives_what_the_jdk_derives_and_that_once() throws GeneralSecurityException {
    SecretKeyFactory ours = SecretKeyFactory.getInstance(ALGORITHM);
    SecretKeyFactory theirs = SecretKeyFactory.getInstance(ALGORITHM, "SunJCE");

    assertThat(ours.generateSecret(input("word", "salt", 4096, 256)).getEncoded())
        .isEqualTo(theirs.generateSecret(input("word", "salt", 4096, 256)).getEncoded());
    assertThat(ours.generateSecret(input("word", "salt", 4096, 256)))
        .isSameAs(ours.generateSecret(input("word", "salt", 4096, 256)));
  }

  @Test
  void tells_apart_whatever_a_key_is_derived_from() throws GeneralSecurityException {
    SecretKeyFactory ours = SecretKeyFactory.getInstance(ALGORITHM);
    byte[] one = ours.generateSecret(input("word", "salt", 4096, 256)).getEncoded();

    for (PBEKeySpec other :
        new PBEKeySpec[] {
          input("wort", "salt", 4096, 256),
          input("wor", "dsalt", 4096, 256),
          input("word", "salz", 4096, 256),
          input("word", "salt", 4097, 256),
          input("word", "salt", 4096, 512)
        }) {
      assertThat(ours.generateSecret(other).getEncoded()).isNotEqualTo(one);
    }
  }

  private static PBEKeySpec input(String password, String salt, int rounds, int bits) {
    return new PBEKeySpec(
        password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), rounds, bits);
  }
}
