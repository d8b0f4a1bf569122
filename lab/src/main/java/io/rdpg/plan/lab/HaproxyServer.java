package io.rdpg.plan.lab;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * haproxy in master-worker mode, with no frontend yet: plans write its configuration and send USR2
 * to the master.
 */
record HaproxyServer(LabContext site, LabNode node) implements LabServer {
  @Override
  public ServerKind kind() {
    return ServerKind.HAPROXY;
  }

  @Override
  public List<Integer> ports() {
    return List.of(node.ports().haproxy());
  }

  @Override
  public void prepare() {
    LabDirectories.makeFor(site.user(), directory(site.home()), "rwxr-xr-x");
    if (!Files.exists(configFile())) {
      LabDirectories.write(configFile(), config(), "rw-------", site.user());
    }
  }

  /** The first configuration: only the admin socket, which also passes listeners on in reloads. */
  String config() {
    return """
    global
        stats socket %s mode 600 level admin expose-fd listeners

    defaults
        mode tcp
        timeout connect 5s
        timeout client 1h
        timeout server 1h
    """
        .formatted(adminSocket(site.home(), node));
  }

  @Override
  public List<String> command() {
    return List.of(
        site.tools().path(RequiredProgram.HAPROXY),
        "-W",
        "-f",
        configFile().toString(),
        "-p",
        directory(site.home()).resolve("haproxy.pid").toString());
  }

  @Override
  public boolean asLabUser() {
    return true;
  }

  @Override
  public boolean answers(long pid) throws IOException {
    try (SocketChannel _ =
        SocketChannel.open(UnixDomainSocketAddress.of(adminSocket(site.home(), node)))) {
      return true;
    }
  }

  static Path adminSocket(LabHome home, LabNode node) {
    return home.server(node, ServerKind.HAPROXY).resolve("admin.sock");
  }

  private Path configFile() {
    return directory(site.home()).resolve("haproxy.cfg");
  }
}
