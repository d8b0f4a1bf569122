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
    Path directory = directory(site.home());
    LabDirectories.makeFor(site.user(), directory, "rwxr-xr-x");
    forgetLastPid();
    if (!Files.exists(directory.resolve("users.txt"))) {
      LabDirectories.write(directory.resolve("users.txt"), "", "rw-------", site.user());
    }
    if (!Files.exists(configFile())) {
      LabDirectories.write(configFile(), config(), "rw-------", site.user());
    }
  }

  /** The first configuration (pgbouncer(5)). */
  String config() {
    Path directory = directory(site.home());
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
            node.address(), node.ports().pgbouncer(), directory.resolve("users.txt"), pidFile());
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
      throw LabDirectories.failed(pidFile(), e);
    }
  }

  private Path pidFile() {
    return directory(site.home()).resolve("pgbouncer.pid");
  }

  private Path configFile() {
    return directory(site.home()).resolve("pgbouncer.ini");
  }
}
