package io.rdpg.plan.target.files;

import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.target.ssh.SshTransport;
import io.rdpg.plan.target.ssh.TestSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class SshFilesIT extends FilesContract {
  @TempDir static Path temp;
  @AutoClose private static TestSshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new TestSshServer(Files.createDirectory(temp.resolve("sshd")));
  }

  @Override
  protected Transport open() {
    return new SshTransport("n1", server.access(), new SshClient(new LoginQueue(32)));
  }
}
