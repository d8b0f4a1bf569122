package io.rdpg.plan.target.ssh;

import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.testing.OnePostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A node whose servers are where Debian's packages have them, reached as a user who may become root
 * by sudo and who alone may log in: PostgreSQL 18 on port 7432, Consul, and the units {@code
 * pgbouncer} and {@code haproxy} (resources {@code users/machine.sh} and {@code users/debian.sh}).
 * Needs root; see {@link MachineWithUsers}.
 */
public final class DebianMachine implements AutoCloseable {
  public static final String USER = "free";

  private final MachineWithUsers machine;

  /**
   * Starts it.
   *
   * @param directory for its files, which all users may enter
   * @param address its own one, on which its servers listen
   * @param consulServer the address of the machine that Consul's server is on
   */
  public DebianMachine(Path directory, String address, String consulServer) throws IOException {
    machine =
        new MachineWithUsers(
            directory,
            List.of(
                "sh",
                MachineWithUsers.script(directory, "debian.sh").toString(),
                address,
                consulServer,
                OnePostgres.home().toString(),
                consul(directory).toString(),
                Files.writeString(directory.resolve("password"), OnePostgres.PASSWORD).toString()),
            "PermitRootLogin no",
            "AllowUsers " + USER);
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
    return machine.as(USER);
  }

  /** One of its files, as this machine sees it. */
  public Path file(String path) {
    return Path.of("/proc/%d/root".formatted(machine.pid())).resolve(path.substring(1));
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
    machine.close();
  }
}
