package io.rdpg.plan.target.ssh;

import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.lab.TestCache;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.testing.OnePostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/**
 * A node whose servers are where Debian's packages have them, reached as a user who may become root
 * by sudo and who alone may log in: PostgreSQL 18 on port 7432, Consul, and the units {@code
 * pgbouncer} and {@code haproxy} (resources {@code users/machine.sh} and {@code users/debian.sh}).
 * Needs root; see {@link MachineWithUsers}.
 */
public final class DebianMachine implements AutoCloseable {
  public static final String USER = "free";

  private final TestSshServer server;

  /**
   * Starts it.
   *
   * @param directory for its files, which all users may enter
   * @param address its own one, on which its servers listen
   * @param consulServer the address of the machine that Consul's server is on
   */
  public DebianMachine(Path directory, String address, String consulServer) throws IOException {
    Path machine = script(directory, "machine.sh");
    Path debian = script(directory, "debian.sh");
    Path own = TestSshServer.ownDirectory(directory);
    server =
        new TestSshServer(
            own,
            List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                machine.toString(),
                TestCache.directory("machine-with-users").toString(),
                own.resolve("authorized_keys").toString(),
                "sh",
                debian.toString(),
                address,
                consulServer,
                OnePostgres.home().toString(),
                consul(directory).toString(),
                OnePostgres.PASSWORD),
            "PermitRootLogin no",
            "AllowUsers " + USER);
  }

  private static Path script(Path directory, String name) throws IOException {
    Path script = directory.resolve(name);
    try (InputStream in = DebianMachine.class.getResourceAsStream("/users/" + name)) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    return script;
  }

  /** Where the machine sees it, which has a /var of its own. */
  private static Path consul(Path directory) throws IOException {
    Path here = directory.resolve("consul");
    return Files.exists(here)
        ? here
        : Files.copy(
            ConsulPackage.locate(System.err::println), here, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** How it is reached. */
  public NodeAccess.Ssh access() {
    NodeAccess.Ssh root = server.access();
    return TestSshServer.access(
        root.host(),
        Objects.requireNonNull(root.port()),
        USER,
        root.privateKey(),
        root.knownHosts());
  }

  /** One of its files, as this machine sees it. */
  public Path file(String path) {
    return Path.of("/proc/%d/root".formatted(server.pid())).resolve(path.substring(1));
  }

  /** The user of each process that is a child of the one with this pid file. */
  public List<String> usersOfChildren(String pidFile) throws IOException {
    long pid = Long.parseLong(Files.readString(file(pidFile)).strip());
    return ProcessHandle.of(pid)
        .orElseThrow()
        .children()
        .map(child -> child.info().user().orElse(""))
        .toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
