package io.rdpg.plan.testing;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three real Consul servers that elect a leader, each on an address of its own. */
public final class ThreeConsuls implements AutoCloseable {
  private static final int RPC_PORT = 8300;

  private final List<OneConsul> servers;

  private ThreeConsuls(List<OneConsul> servers) {
    this.servers = servers;
  }

  /** Starts them, and waits until all of them know one leader. */
  public static ThreeConsuls start() {
    List<String> addresses = Stream.generate(OwnAddress::next).limit(3).toList();
    ThreeConsuls three =
        new ThreeConsuls(
            IntStream.range(0, 3).mapToObj(own -> OneConsul.startAmong(addresses, own)).toList());
    Eventually.holds(
        "the servers elect a leader",
        TestDeadlines.LONG,
        () ->
            three.servers.stream()
                .allMatch(server ->
                    server.get("/v1/kv/any?consistent&keys").isEmpty()
                        && server.get("/v1/status/leader").length() > 2
                        && server.get("/v1/status/peers").split(",", -1).length == 3));
    return three;
  }

  public OneConsul leader() {
    String leader = servers.getFirst().get("/v1/status/leader");
    return servers.stream()
        .filter(server -> leader.equals('"' + server.access().host() + ":" + RPC_PORT + '"'))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no leader among the servers: " + leader));
  }

  /** Those that are not the leader. */
  public List<OneConsul> followers() {
    OneConsul leader = leader();
    return servers.stream().filter(server -> server != leader).toList();
  }

  @Override
  public void close() {
    servers.forEach(OneConsul::close);
  }
}
