package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Every request that a Consul agent answers, by the agent's own log at level debug. */
final class OverheardHttp implements AutoCloseable {
  private final LabUnderTest lab;
  private final String node;
  private final Socket monitor;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private OverheardHttp(LabUnderTest lab, String node) throws IOException {
    this.lab = lab;
    this.node = node;
    monitor = new Socket(lab.address(node), LabUnderTest.CONSUL);
    String request = "GET /v1/agent/monitor?loglevel=debug HTTP/1.0\r\n\r\n";
    monitor.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    Thread.ofPlatform().daemon().start(this::listen);
    awaitOwnRequest();
    lines.clear();
  }

  static OverheardHttp from(LabUnderTest lab, String node) {
    try {
      return new OverheardHttp(lab, node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8))) {
      log.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException closed) {
      // By us, at the end.
    }
  }

  /** Requests are logged when they are answered, so all earlier ones are there with ours. */
  private void awaitOwnRequest() {
    String own = "/v1/kv/" + UUID.randomUUID();
    Eventually.holds(
        "the agent of " + node + " tells of a request",
        () -> {
          lab.consul(node, own);
          return lines.stream().anyMatch(line -> line.contains(own));
        });
  }

  /** Each request since, as the agent logs it. */
  List<String> requests() {
    awaitOwnRequest();
    if (lines.stream().anyMatch(line -> line.contains("dropped"))) {
      throw new AssertionError("the agent of " + node + " doesn't tell everything");
    }
    return lines.stream().filter(line -> line.contains("Request finished: ")).toList();
  }

  /** Those of them that are no GET. */
  List<String> acts() {
    return requests().stream().filter(line -> !line.contains(" method=GET ")).toList();
  }

  @Override
  public void close() {
    try {
      monitor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
