package io.rdpg.plan.target.consul;

import com.sun.net.httpserver.HttpServer;
import io.rdpg.plan.language.model.NodeAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers as an agent does that can't be made to by a test: each path with the same. */
final class StandInAgent implements AutoCloseable {
  private final HttpServer server;

  /** An answer in JSON or of plain words. */
  record Answer(int status, String body, Map<String, String> headers) {
    static Answer of(int status, String body) {
      return new Answer(status, body, Map.of());
    }

    /** From which ACLs have left something out, as Consul 1.11 and later say. */
    static Answer filtered(String body) {
      return new Answer(200, body, Map.of("X-Consul-Results-Filtered-By-ACLs", "true"));
    }
  }

  private StandInAgent(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @param answers by the beginnings of paths
   */
  static StandInAgent start(Map<String, Answer> answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answers.forEach((path, answer) ->
        server.createContext(
            path,
            exchange -> {
              exchange.getResponseHeaders().add("Content-Type", "application/json");
              answer.headers().forEach(exchange.getResponseHeaders()::add);
              byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
              try (exchange) {
                exchange.sendResponseHeaders(answer.status(), body.length);
                exchange.getResponseBody().write(body);
              }
            }));
    server.start();
    return new StandInAgent(server);
  }

  NodeAccess.Consul access() {
    return new NodeAccess.Consul(
        server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
