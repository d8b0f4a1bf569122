package io.rdpg.plan.target.ssh;

import io.rdpg.plan.testing.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A real ssh-agent of the test's own.
 *
 * @param securityKeys the library by which it talks to security keys
 */
record TestSshAgent(Process process, Path socket, String securityKeys) implements AutoCloseable {

  static TestSshAgent start(Path parent) throws IOException {
    return start(parent, "internal");
  }

  static TestSshAgent start(Path parent, String securityKeys) throws IOException {
    Path socket = Files.createTempDirectory(parent, "agent").resolve("socket");
    Process process =
        new ProcessBuilder("ssh-agent", "-D", "-P", securityKeys, "-a", socket.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Eventually.holds("the agent listens", () -> Files.exists(socket));
    return new TestSshAgent(process, socket, securityKeys);
  }

  /** Adds a key, by its passphrase where it has one. */
  void add(Path key, @Nullable String passphrase) throws IOException, InterruptedException {
    Path ask =
        Files.createTempFile(
            socket.getParent(),
            "ask",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(ask, "#!/bin/sh\necho '" + passphrase + "'\n");
    ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString());
    add.environment().put("SSH_AUTH_SOCK", socket.toString());
    add.environment().put("SSH_SK_PROVIDER", securityKeys);
    add.environment().put("SSH_ASKPASS", ask.toString());
    add.environment().put("SSH_ASKPASS_REQUIRE", "force");
    Process adding = add.redirectErrorStream(true).start();
    String said = new String(adding.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (adding.waitFor() != 0) {
      throw new IOException("ssh-add: " + said);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
