package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postgresql.jdbcurlresolver.PgPassParser;

/**
 * libpq's password file, {@code PGPASSFILE} or {@code ~/.pgpass} of the user who runs rdpg-plan
 * (PostgreSQL's manual, "The Password File").
 */
final class PasswordFile {
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private PasswordFile() {}

  /**
   * The password for a server, by what others call it, then by what the node calls it; where that
   * is a Unix domain socket, by {@code localhost} and by its directory. It is the empty one where
   * the file is ignored: the driver would look it up there by itself.
   */
  static Optional<String> password(NodeAccess.Postgres access, String database) {
    if (isIgnored()) {
      return Optional.of("");
    }
    String port = Integer.toString(access.port());
    return Stream.of(access.socket().isPresent() ? "localhost" : access.name(), access.host())
        .flatMap(host ->
            Stream.ofNullable(PgPassParser.getPassword(host, port, database, access.user())))
        .findFirst();
  }

  /** Whether libpq would ignore it because others may read it. */
  static boolean isIgnored() {
    return Files.exists(path()) && !isOurs(path());
  }

  static Path path() {
    return Optional.ofNullable(System.getenv("PGPASSFILE"))
        .map(Path::of)
        .orElse(Path.of(System.getProperty("user.home"), ".pgpass"));
  }

  private static boolean isOurs(Path file) {
    try {
      return Files.getPosixFilePermissions(file).stream().noneMatch(OTHERS::contains);
    } catch (IOException notThere) {
      return false;
    }
  }
}
