package io.rdpg.plan.target.ssh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.MachinePackages;
import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An sshd on a machine that has sudo, doas and su, and users of its own (resource {@code
 * users/machine.sh}): {@code free} may become everybody, {@code asked} too but is asked for a
 * password, {@code terminal} needs a terminal, {@code narrow} may run one command only, {@code
 * stranger} may nothing; {@code app} and {@code service} are those that are become, the latter has
 * no shell. The password of each, and of root, is its name and {@code -word}.
 */
public final class MachineWithUsers implements AutoCloseable {
  private final TestSshServer server;

  /** Starts it, with its files in a directory that all users may enter afterwards. */
  public MachineWithUsers(Path directory) throws IOException {
    this(directory, List.of(), TestSshServer.HOST, List.of());
  }

  /**
   * The same with more.
   *
   * @param on the words before a command that is to run where the machine is
   * @param address its sshd's
   * @param around the start of the command line that runs the sshd on the machine
   * @param options lines of sshd_config
   */
  public MachineWithUsers(
      Path directory, List<String> on, String address, List<String> around, String... options)
      throws IOException {
    assumeTrue(TestSshServer.isRoot(), "mount namespaces need root");
    Path script = script(directory, "machine.sh");
    for (@Nullable Path path = directory;
        path != null && path.getNameCount() > 1;
        path = path.getParent()) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path own = TestSshServer.ownDirectory(directory);
    List<String> machine =
        List.of(
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            script.toString(),
            MachinePackages.fetch().toString(),
            own.resolve("authorized_keys").toString());
    server =
        new TestSshServer(
            own, Stream.of(on, machine, around).flatMap(List::stream).toList(), address, options);
  }

  /** One of the scripts of such machines, in a directory. */
  static Path script(Path directory, String name) throws IOException {
    Path script = directory.resolve(name);
    try (InputStream in = MachineWithUsers.class.getResourceAsStream("/users/" + name)) {
      return Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
  }

  /** The process of its sshd. */
  long pid() {
    return server.pid();
  }

  /** How it is reached as one of its users. */
  public NodeAccess.Ssh as(String user) {
    NodeAccess.Ssh root = server.access();
    return TestSshServer.access(
        root.host(),
        Objects.requireNonNull(root.port()),
        user,
        root.privateKey(),
        root.knownHosts());
  }

  public static String password(String user) {
    return user + "-word";
  }

  @Override
  public void close() {
    server.close();
  }
}
