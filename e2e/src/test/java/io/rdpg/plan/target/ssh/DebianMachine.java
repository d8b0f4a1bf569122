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
 * A node whose servers are where Debian's packages have them, reached as a user who becomes root by
 * sudo, since root may not log in: PostgreSQL 18 on port 7432 with TLS, Consul as its configuration
 * says, and the units {@code pgbouncer} and {@code haproxy} (resources {@code users/machine.sh} and
 * {@code users/debian.sh}). Needs root; see {@link MachineWithUsers}.
 */
public final class DebianMachine implements AutoCloseable {
  private final MachineWithUsers machine;
  private final String user;

  /**
   * Starts it.
   *
   * @param directory for its files, which all users may enter
   * @param on the words before a command that is to run where it is
   * @param address its own one, on which its servers listen
   * @param user who alone may log in
   * @param brought what its operator brings: see {@code debian.sh}
   * @param options more lines of sshd_config
   */
  public DebianMachine(
      Path directory,
      List<String> on,
      String address,
      String user,
      Path brought,
      List<String> options)
      throws IOException {
    this.user = user;
    machine =
        new MachineWithUsers(
            directory,
            on,
            address,
            List.of(
                "sh",
                MachineWithUsers.script(directory, "debian.sh").toString(),
                address,
                OnePostgres.home().toString(),
                consul(directory).toString(),
                brought.toString()),
            "PermitRootLogin no",
            "SetEnv PATH=/run/bin:/usr/sbin:/usr/bin:/sbin:/bin", // su keeps it
            "AllowUsers " + user,
            String.join("\n", options));
  }

  /** Where the machine sees it, which has a /var of its own. */
  public static Path consul(Path directory) throws IOException {
    Path here = directory.resolve("consul");
    return Files.exists(here)
        ? here
        : Files.copy(
            ConsulPackage.locate(System.err::println), here, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** How it is reached from where it is. */
  public NodeAccess.Ssh access() {
    return machine.as(user);
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
