package io.rdpg.plan.target.tls;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One side of TLS connections: whose certificates it accepts, and which one it shows. Names are its
 * user's to check.
 */
public record TlsClient(SSLContext context, X509TrustManager trust) {
  /** In memory only, and handed to the key manager at once. */
  private static final char[] NO_PASSWORD = {};

  /**
   * Reads the files that say so.
   *
   * @throws Failure with {@code tls_failed} when one of them can't be used
   */
  public static TlsClient of(NodeAccess.Tls tls) {
    X509TrustManager trust =
        switch (tls.trust()) {
          case NodeAccess.Anyone _ -> new TrustsAnyone();
          case NodeAccess.UsualAuthorities _ -> trusting(null);
          case NodeAccess.Authorities(Path path) -> trusting(PemFile.certificates(path));
        };
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown(tls), new TrustManager[] {trust}, null);
      return new TlsClient(context, trust);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java has TLS", e);
    }
  }

  private static X509TrustManager trusting(@Nullable List<X509Certificate> authorities) {
    try {
      KeyStore store = null;
      if (authorities != null) {
        store = emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
          store.setCertificateEntry(Integer.toString(i), authorities.get(i));
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow();
    } catch (GeneralSecurityException | IOException e) {
      throw Failure.of(Code.TLS_FAILED, "can't use the authorities: " + e.getMessage());
    }
  }

  private static KeyManager @Nullable [] shown(NodeAccess.Tls tls) {
    Path certificate = tls.certificate();
    Path key = tls.key();
    if (certificate == null || key == null) {
      return null;
    }
    List<X509Certificate> chain = PemFile.certificates(certificate);
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "client",
          PemFile.key(key, chain.getFirst(), tls.keyPassword()),
          NO_PASSWORD,
          chain.toArray(X509Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw Failure.of(
          Code.TLS_FAILED,
          "can't use the certificate "
              + certificate
              + " with the key "
              + key
              + ": "
              + e.getMessage());
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
