package io.rdpg.plan.target.ssh;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.TestCache;
import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An sshd on a machine that has sudo, doas and su, and users of its own (resource {@code
 * users/machine.sh}): {@code free} may become everybody, {@code asked} too but is asked for a
 * password, {@code terminal} needs a terminal, {@code narrow} may run one command only, {@code
 * stranger} may nothing; {@code app} and {@code service} are those that are become, the latter has
 * no shell. The password of each is its name and {@code -word}.
 */
public final class MachineWithUsers implements AutoCloseable {
  private final TestSshServer server;

  /** Starts it, with its files in a directory that all users may enter afterwards. */
  public MachineWithUsers(Path directory) throws IOException {
    assumeTrue(TestSshServer.isRoot(), "mount namespaces need root");
    Path script = directory.resolve("machine.sh");
    try (var in = MachineWithUsers.class.getResourceAsStream("/users/machine.sh")) {
      Files.write(script, in.readAllBytes());
    }
    for (@Nullable Path path = directory;
        path != null && path.getNameCount() > 1;
        path = path.getParent()) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
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
                script.toString(),
                TestCache.directory("machine-with-users").toString(),
                own.resolve("authorized_keys").toString()));
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
