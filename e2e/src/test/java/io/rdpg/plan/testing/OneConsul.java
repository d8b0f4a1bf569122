package io.rdpg.plan.testing;

import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.tls.TlsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One real Consul agent, server and leader at once, on an address of its own. The binary is the one
 * that labs use.
 */
public final class OneConsul implements AutoCloseable {
  private static final int PORT = 8500;

  private final String address;
  private final Path directory;
  private final TestServerProcess process;
  private final Manner manner;

  private OneConsul(String address, Path directory, TestServerProcess process, Manner manner) {
    this.address = address;
    this.directory = directory;
    this.process = process;
    this.manner = manner;
  }

  /** How the test itself asks the agent. */
  private record Manner(String root, String token, HttpClient http) {
    static Manner plain() {
      return new Manner("http://%s:" + PORT, "", HttpClient.newHttpClient());
    }

    /** The name is not verified: tests of TLS do that. */
    static Manner hardened(NodeAccess.Tls tls, Text token) {
      NodeAccess.Tls lax =
          new NodeAccess.Tls(new NodeAccess.Anyone(), null, tls.certificate(), tls.key(), null);
      return new Manner(
          "https://%s:" + HardenedConsul.PORT,
          token.reveal(),
          HttpClient.newBuilder().sslContext(TlsClient.of(lax).context()).build());
    }
  }

  /** A server that becomes the leader at once. */
  public static OneConsul start(String... arguments) {
    OneConsul consul =
        launch(
            OwnAddress.next(),
            "one",
            Stream.concat(Stream.of("-dev"), Stream.of(arguments)).toList(),
            Manner.plain(),
            "");
    Eventually.holds(
        "Consul has a leader",
        () ->
            consul.get("/v1/status/leader").length() > 2
                && (List.of(arguments).contains("-hcl")
                    || consul.get("/v1/health/node/one").contains("serfHealth")));
    return consul;
  }

  /** One of three servers, whose fellows never come: it has no leader. */
  public static OneConsul startWithoutLeader() {
    OneConsul consul =
        launch(
            OwnAddress.next(),
            "one",
            List.of("-server", "-bootstrap-expect=3"),
            Manner.plain(),
            "");
    Eventually.holds("Consul answers", () -> consul.get("/v1/status/leader").equals("\"\""));
    return consul;
  }

  /** A server that stands for election with the ones at these addresses. */
  static OneConsul startAmong(List<String> addresses, int own) {
    List<String> arguments =
        new ArrayList<>(List.of("-server", "-bootstrap-expect=" + addresses.size()));
    addresses.forEach(other -> arguments.add("-retry-join=" + other));
    arguments.add("-retry-interval=1s");
    return launch(addresses.get(own), "server" + own, arguments, Manner.plain(), "");
  }

  /**
   * A server with TLS and ACLs, for {@link HardenedConsul}.
   *
   * @param token that may do everything
   */
  static OneConsul startHardened(NodeAccess.Tls tls, Text token, String configuration) {
    OneConsul consul =
        launch(
            OwnAddress.next(), "one", List.of("-dev"), Manner.hardened(tls, token), configuration);
    Eventually.holds(
        "Consul knows its ACLs", () -> consul.get("/v1/acl/token/self").contains(token.reveal()));
    return consul;
  }

  /**
   * @param more of its configuration, which no command line shows
   */
  private static OneConsul launch(
      String address, String name, List<String> arguments, Manner manner, String more) {
    try {
      Path directory = TestServerProcess.directory("consul");
      Path configuration = directory.resolve("conf.d");
      Files.createDirectories(configuration);
      Files.writeString(
          configuration.resolve("base.hcl"),
          """
          disable_update_check = true
          enable_script_checks = true
          performance { raft_multiplier = 1 }
          ports { grpc = -1 }
          """);
      Files.writeString(configuration.resolve("more.hcl"), more);
      List<String> command =
          new ArrayList<>(
              List.of(
                  ConsulPackage.locate(System.err::println).toString(),
                  "agent",
                  "-node=" + name,
                  "-bind=" + address,
                  "-client=" + address,
                  "-advertise=" + address,
                  "-data-dir=" + directory.resolve("data"),
                  "-config-dir=" + configuration));
      command.addAll(arguments);
      return new OneConsul(
          address,
          directory,
          TestServerProcess.start(command, directory, directory.resolve("log")),
          manner);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String address() {
    return address;
  }

  public NodeAccess.Consul access() {
    return new NodeAccess.Consul(address, PORT);
  }

  /** The directory whose files the agent reads as its configuration. */
  public Path configuration() {
    return directory.resolve("conf.d");
  }

  /** What a GET is answered with; empty when the agent doesn't answer. */
  public String get(String path) {
    return send("GET", path, "");
  }

  public String put(String path, String body) {
    return send("PUT", path, body);
  }

  public String delete(String path) {
    return send("DELETE", path, "");
  }

  private String send(String method, String path, String body) {
    if (!process.alive()) {
      throw new AssertionError("Consul ended: " + log());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(manner.root().formatted(address) + path))
              .header("X-Consul-Token", manner.token())
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return manner.http().send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String log() {
    return TestFiles.read(directory.resolve("log"));
  }

  /** Kills it hard. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    manner.http().close();
    process.close();
  }
}
