package io.rdpg.plan.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** pgbouncer with no database yet: plans write its configuration and reload it. */
record PgbouncerServer(LabContext site, LabNode node) implements LabServer {
  private static final int TIMEOUT_MS = 1000;

  @Override
  public ServerKind kind() {
    return ServerKind.PGBOUNCER;
  }

  @Override
  public List<Integer> ports() {
    return List.of(node.ports().pgbouncer());
  }

  @Override
  public void prepare() {
    Path folder = folder(site.home());
    LabFolders.makeFor(site.user(), folder, "rwxr-xr-x");
    forgetLastPid();
    if (!Files.exists(folder.resolve("users.txt"))) {
      LabFolders.write(folder.resolve("users.txt"), "", "rw-------", site.user());
    }
    if (!Files.exists(configFile())) {
      LabFolders.write(configFile(), config(), "rw-------", site.user());
    }
  }

  /** The first configuration (pgbouncer(5)). */
  String config() {
    Path folder = folder(site.home());
    return """
    [databases]

    [pgbouncer]
    listen_addr = %s
    listen_port = %d
    unix_socket_dir =
    auth_type = scram-sha-256
    auth_file = %s
    pidfile = %s
    """
        .formatted(
            node.address(), node.ports().pgbouncer(), folder.resolve("users.txt"), pidFile());
  }

  @Override
  public List<String> command() {
    return List.of(site.tools().path(RequiredProgram.PGBOUNCER), configFile().toString());
  }

  @Override
  public boolean asLabUser() {
    return true;
  }

  @Override
  public boolean answers(long pid) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(node.address(), node.ports().pgbouncer()), TIMEOUT_MS);
      return true;
    }
  }

  /** It refuses to start while another process has the pid that its last one had. */
  private void forgetLastPid() {
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw LabFolders.failed(pidFile(), e);
    }
  }

  private Path pidFile() {
    return folder(site.home()).resolve("pgbouncer.pid");
  }

  private Path configFile() {
    return folder(site.home()).resolve("pgbouncer.ini");
  }
}
