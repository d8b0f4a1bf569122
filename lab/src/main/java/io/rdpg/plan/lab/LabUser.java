package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The OS user that PostgreSQL, Consul, pgbouncer and haproxy run as. PostgreSQL and pgbouncer
 * refuse to run as root, so root runs them as {@code postgres} where that user exists, else as
 * {@code nobody}; any other user runs them as himself.
 *
 * @param name its name in the passwd file
 * @param login the user that runs this program, and logs in to the nodes
 */
public record LabUser(String name, int uid, int gid, String login) {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path GROUP = Path.of("/etc/group");

  /** The user that a lab of this process runs as. */
  public static LabUser detect() {
    String login = System.getProperty("user.name");
    try {
      List<String> passwd = Files.readAllLines(PASSWD);
      if (!isRoot(login)) {
        return find(passwd, login, login).orElseGet(() -> new LabUser(login, -1, -1, login));
      }
      return find(passwd, "postgres", login)
          .or(() -> find(passwd, "nobody", login))
          .orElseThrow(() ->
              Failure.of(
                  Code.LAB_FAILED,
                  "PostgreSQL refuses to run as root, and there is no user postgres or nobody",
                  "add a user named postgres, or run the lab as an ordinary user"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Optional<LabUser> find(List<String> passwd, String name, String login) {
    return passwd.stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 4 && fields[0].equals(name))
        .map(fields ->
            new LabUser(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), login))
        .findFirst();
  }

  /** The name of its group in the group file; its own name where that has none. */
  String group() {
    try {
      return group(Files.readAllLines(GROUP));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  String group(List<String> groups) {
    return groups.stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 3 && fields[2].equals(String.valueOf(gid)))
        .map(fields -> fields[0])
        .findFirst()
        .orElse(name);
  }

  /** Whether servers run as another user than this program. */
  boolean isOther() {
    return !name.equals(login);
  }

  static boolean isRoot(String login) {
    return login.equals("root");
  }
}
