package io.rdpg.plan.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Consul: a server on managers, a client elsewhere, all its ports on the node's own address. */
record ConsulAgent(LabContext site, LabNode node) implements LabServer {
  private static final int SERVER_PORT = 8300;
  private static final int SERF_PORT = 8301;
  private static final int TIMEOUT_MS = 1000;

  @Override
  public ServerKind kind() {
    return ServerKind.CONSUL;
  }

  @Override
  public List<Integer> ports() {
    return isServer()
        ? List.of(node.ports().consul(), SERF_PORT, SERVER_PORT)
        : List.of(node.ports().consul(), SERF_PORT);
  }

  @Override
  public void prepare() {
    Path directory = directory(site.home());
    LabDirectories.makeFor(site.user(), directory, "rwxr-xr-x");
    LabDirectories.makeFor(site.user(), directory.resolve("data"), "rwx------");
    LabDirectories.makeFor(site.user(), directory.resolve("conf.d"), "rwxr-xr-x");
    LabDirectories.makeFor(site.user(), site.home().handlers(node), "rwxr-xr-x");
    LabDirectories.write(configFile(), config(), "rw-r--r--", null);
  }

  /**
   * The configuration. An agent that is stopped stays a member, so that a stopped lab finds its
   * quorum again; the Raft multiplier is the fast one, meant for production.
   */
  String config() {
    List<LabNode> servers = site.spec().consulServers();
    String join =
        servers.stream()
            .map(server -> '"' + server.address() + '"')
            .collect(Collectors.joining(", "));
    return """
    {
      "node_name": "%s",
      "server": %s,%s
      "bind_addr": "%s",
      "advertise_addr": "%4$s",
      "client_addr": "%4$s",
      "retry_join": [%s],
      "retry_interval": "1s",
      "ports": {"http": %d, "dns": -1, "grpc": -1, "serf_lan": %d, "serf_wan": -1, "server": %d},
      "data_dir": "%s",
      "performance": {"raft_multiplier": 1},
      "leave_on_terminate": false,
      "skip_leave_on_interrupt": true,
      "enable_local_script_checks": true,
      "disable_remote_exec": true,
      "disable_update_check": true
    }
    """
        .formatted(
            node.name(),
            isServer(),
            isServer() ? " \"bootstrap_expect\": " + servers.size() + "," : "",
            node.address(),
            join,
            node.ports().consul(),
            SERF_PORT,
            SERVER_PORT,
            directory(site.home()).resolve("data"));
  }

  @Override
  public List<String> command() {
    Path directory = directory(site.home());
    return List.of(
        site.consul().toString(),
        "agent",
        "-config-file=" + configFile(),
        "-config-dir=" + directory.resolve("conf.d"),
        "-pid-file=" + directory.resolve("consul.pid"));
  }

  @Override
  public boolean asLabUser() {
    return true;
  }

  /** Whether it knows who leads, which also means that it has joined. */
  @Override
  public boolean answers(long pid) throws IOException {
    URI uri =
        URI.create("http://" + node.address() + ":" + node.ports().consul() + "/v1/status/leader");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(TIMEOUT_MS);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(":");
    } finally {
      connection.disconnect();
    }
  }

  private boolean isServer() {
    return site.spec().consulServers().contains(node);
  }

  private Path configFile() {
    return directory(site.home()).resolve("agent.json");
  }
}
