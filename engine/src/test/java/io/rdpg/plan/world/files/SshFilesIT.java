package io.rdpg.plan.world.files;

import io.rdpg.plan.world.reach.Reach;
import io.rdpg.plan.world.ssh.SshReach;
import io.rdpg.plan.world.ssh.SshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SshFilesIT extends FilesContract {
  @TempDir static Path temp;
  private static SshServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new SshServer(Files.createDirectory(temp.resolve("sshd")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Reach open() {
    return new SshReach("n1", server.access());
  }
}
