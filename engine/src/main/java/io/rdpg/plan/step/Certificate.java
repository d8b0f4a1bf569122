package io.rdpg.plan.step;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an X.509 certificate says (RFC 5280).
 *
 * @param subject whose it is (RFC 2253)
 * @param issuer who issued it
 * @param names the DNS names and addresses that it is for
 */
public record Certificate(
    String subject, String issuer, List<String> names, Instant notBefore, Instant notAfter) {
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (X509 )?CERTIFICATE-----.*?-----END (X509 )?CERTIFICATE-----",
          Pattern.DOTALL);

  public Certificate {
    names = List.copyOf(names);
  }

  /**
   * Reads those of a file in PEM (RFC 7468), in its order; what else it holds, such as a key, is
   * passed over.
   *
   * @param file its name, for the error
   * @return one at least
   * @throws Failure with {@code file_failed} when there is none, or a broken one
   */
  public static List<Certificate> all(String file, Text content) {
    List<Certificate> found = new ArrayList<>();
    Matcher part = PEM.matcher(content.reveal());
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (part.find()) {
        byte[] bytes = part.group().getBytes(StandardCharsets.US_ASCII);
        found.add(
            of((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes))));
      }
    } catch (CertificateException e) {
      throw Failure.of(
          Code.FILE_FAILED,
          file + " holds a broken certificate: " + e.getMessage(),
          "issue it anew");
    }
    if (found.isEmpty()) {
      throw Failure.of(
          Code.FILE_FAILED,
          file + " holds no certificate in PEM",
          "name the file of the certificate, not of its key; openssl x509 -inform der converts one");
    }
    return found;
  }

  private static Certificate of(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return new Certificate(
        certificate.getSubjectX500Principal().getName(),
        certificate.getIssuerX500Principal().getName(),
        names == null
            ? List.of()
            : names.stream()
                .map(name -> Objects.toString(name.get(1)))
                .toList(), // the first says of which kind
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant());
  }
}
