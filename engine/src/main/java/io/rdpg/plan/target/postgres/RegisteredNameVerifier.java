package io.rdpg.plan.target.postgres;

import java.io.UncheckedIOException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.PGjdbcHostnameVerifier;

/**
 * The verifier of names that pgjdbc makes by its class name. The driver would verify the address
 * that it was given, which is another one on the far side of a tunnel.
 */
public final class RegisteredNameVerifier implements HostnameVerifier {
  private final @Nullable String name;

  /**
   * Called by pgjdbc.
   *
   * @param connection its properties, with the key of {@link RegisteredTlsFactory}
   */
  public RegisteredNameVerifier(Properties connection) {
    name = RegisteredTlsFactory.of(connection.getProperty("sslfactoryarg")).name();
  }

  /**
   * @param address not looked at
   * @throws UncheckedIOException around one that says which names it would be, unlike the driver
   */
  @Override
  public boolean verify(String address, SSLSession session) {
    if (name == null || PGjdbcHostnameVerifier.INSTANCE.verify(name, session)) {
      return true;
    }
    throw new UncheckedIOException(
        new SSLPeerUnverifiedException(
            "its certificate is for " + names(session) + ", not for " + name));
  }

  private static String names(SSLSession session) {
    try {
      X509Certificate its = (X509Certificate) session.getPeerCertificates()[0];
      return its.getSubjectAlternativeNames() == null
          ? its.getSubjectX500Principal().getName()
          : its.getSubjectAlternativeNames().stream()
              .map(List::getLast)
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
    } catch (CertificateParsingException | SSLPeerUnverifiedException unreadable) {
      return "nobody";
    }
  }
}
