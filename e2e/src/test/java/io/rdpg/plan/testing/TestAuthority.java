package io.rdpg.plan.testing;

import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A certificate authority of the test's own, by OpenSSL. */
public final class TestAuthority {
  /** How long certificates last that don't end soon. */
  private static final int DAYS = 60;

  private static final String EC = "ec -pkeyopt ec_paramgen_curve:P-256";

  private final Path directory;

  /** Makes one, with its files in this directory. */
  public TestAuthority(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    openssl(
        "req -x509 -newkey %s -nodes -keyout ca.key -out ca.pem -days %d -subj".formatted(EC, DAYS),
        "/CN=authority of a test");
  }

  /** Its own certificate. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  public NodeAccess.Trust trust() {
    return new NodeAccess.Authorities(certificate());
  }

  /** A certificate, and its key in PKCS#8. Any user may read both: servers run as another one. */
  public record Issued(Path certificate, Path key) {}

  /**
   * Issues a certificate for a server or a client.
   *
   * @param names as OpenSSL writes alternative names, such as {@code DNS:localhost}
   */
  public Issued issue(String subject, String... names) {
    return issue(subject, EC, DAYS, names);
  }

  /** One with an RSA key. */
  public Issued issueRsa(String subject, String... names) {
    return issue(subject, "rsa:2048", DAYS, names);
  }

  /** One that ends after less than so many days. */
  public Issued issueFor(int days, String subject, String... names) {
    return issue(subject, EC, days, names);
  }

  /** One whose time is over. */
  public Issued issueExpired(String subject, String... names) {
    return issue(subject, EC, -1, names);
  }

  private Issued issue(String subject, String key, int days, String... names) {
    Issued issued =
        new Issued(directory.resolve(subject + ".pem"), directory.resolve(subject + ".key"));
    String usage = "extendedKeyUsage=serverAuth,clientAuth\n";
    write(
        directory.resolve(subject + ".ext"),
        names.length == 0 ? usage : usage + "subjectAltName=" + String.join(",", names) + "\n");
    openssl(
        "req -newkey %2$s -nodes -keyout %1$s.key -out %1$s.csr -subj".formatted(subject, key),
        "/CN=" + subject);
    openssl(
        ("x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %2$d -extfile"
                + " %1$s.ext -out %1$s.pem")
            .formatted(subject, days));
    return new Issued(issued.certificate(), readableByAll(issued.key()));
  }

  /** A key in another format: {@code ec}, {@code rsa -traditional}, {@code pkcs8 -topk8 …}. */
  public Path converted(Path key, String name, String how, String... more) {
    Path converted = directory.resolve(name);
    openssl(how + " -in " + key.getFileName() + " -out " + name, more);
    return readableByAll(converted);
  }

  private void openssl(String arguments, String... more) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(List.of(more));
    Path log = directory.resolve("openssl.log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      if (!process.waitFor(TestDeadlines.SOON) || process.exitValue() != 0) {
        throw new IOException(command + ": " + Files.readString(log));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path readableByAll(Path key) {
    try {
      return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a client needs that shows a certificate; null for none. */
  public NodeAccess.Tls client(@Nullable Issued shown, @Nullable String name) {
    return new NodeAccess.Tls(
        trust(),
        name,
        shown == null ? null : shown.certificate(),
        shown == null ? null : shown.key(),
        null);
  }
}
