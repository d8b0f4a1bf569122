package io.rdpg.plan.target.tls;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads certificates and keys from PEM files (RFC 7468), as OpenSSL and Consul write them. Every
 * method throws a {@link Failure} with {@code tls_failed} that names the file.
 */
final class PemFile {
  private static final Pattern PART =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private PemFile() {}

  /** All certificates of a file, or of the files of a directory, in the order of their names. */
  static List<X509Certificate> certificates(Path path) {
    List<X509Certificate> found = new ArrayList<>();
    for (Path file : files(path)) {
      for (Part part : parts(file)) {
        if (part.label().endsWith("CERTIFICATE")) {
          found.add(certificate(part, file));
        }
      }
    }
    if (found.isEmpty()) {
      throw wrong(path, "holds no certificate in PEM");
    }
    return found;
  }

  private static X509Certificate certificate(Part part, Path file) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(part.bytes()));
    } catch (CertificateException e) {
      throw wrong(file, "holds a broken certificate: " + e.getMessage());
    }
  }

  /**
   * A certificate's private key: PKCS#8, encrypted or not, PKCS#1 or SEC 1.
   *
   * @param password null when it isn't encrypted
   */
  static PrivateKey key(Path file, X509Certificate owner, @Nullable Text password) {
    Part part =
        parts(file).stream()
            .filter(one -> one.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(() -> wrong(file, "holds no private key in PEM"));
    try {
      PKCS8EncodedKeySpec spec =
          switch (part.label()) {
            case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(part.bytes());
            case "ENCRYPTED PRIVATE KEY" -> decrypted(part, file, password);
            default -> new PKCS8EncodedKeySpec(Pkcs8.wrap(part.bytes(), owner.getPublicKey()));
          };
      return KeyFactory.getInstance(owner.getPublicKey().getAlgorithm()).generatePrivate(spec);
    } catch (GeneralSecurityException | IOException e) {
      throw wrong(file, "holds no private key of the certificate: " + e.getMessage());
    }
  }

  private static PKCS8EncodedKeySpec decrypted(Part part, Path file, @Nullable Text password)
      throws GeneralSecurityException, IOException {
    if (password == null) {
      throw wrong(file, "holds an encrypted key, and no password for it is given");
    }
    EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(part.bytes());
    // PBES2 says what it consists of only in its parameters.
    String algorithm =
        encrypted.getAlgName().equals("PBES2")
            ? encrypted.getAlgParameters().toString()
            : encrypted.getAlgName();
    PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray());
    try {
      return encrypted.getKeySpec(SecretKeyFactory.getInstance(algorithm).generateSecret(spec));
    } catch (GeneralSecurityException e) {
      throw wrong(file, "can't be decrypted with the given password");
    } finally {
      spec.clearPassword();
    }
  }

  private static List<Path> files(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw wrong(path, "can't be read: " + e.getMessage());
    }
  }

  /** One encapsulated object of a file. */
  @SuppressWarnings("ArrayRecordComponent") // bytes, and parts are never compared
  private record Part(String label, byte[] bytes) {}

  private static List<Part> parts(Path file) {
    String content;
    try {
      content = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw wrong(file, "can't be read: " + e.getMessage());
    }
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(content);
    while (matcher.find()) {
      if (matcher.group(2).contains("Proc-Type:")) {
        throw Failure.of(
            Code.TLS_FAILED,
            "the key in " + file + " is encrypted in OpenSSL's old format",
            "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in " + file);
      }
      try {
        parts.add(
            new Part(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2).strip())));
      } catch (IllegalArgumentException e) {
        throw wrong(file, "is broken: " + e.getMessage());
      }
    }
    return parts;
  }

  private static Failure wrong(Path file, String what) {
    return Failure.of(
        Code.TLS_FAILED, file + " " + what, "check the files that the inventory names");
  }
}
