package io.rdpg.plan.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The real yaml-language-server, spoken to over its standard input and output as an editor does:
 * the Language Server Protocol, JSON-RPC messages behind a Content-Length. It asks for its settings
 * and gets those of an editor without the schema store, so it has nothing to fetch.
 */
final class LanguageServer implements AutoCloseable {
  private static final String SETTINGS =
      """
      {"validate": true, "hover": true, "completion": true, "schemaStore": {"enable": false}}
      """;

  private final ObjectMapper mapper = new ObjectMapper();
  private final Process process;
  private final OutputStream out;
  private final Map<Integer, JsonNode> observations = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> diagnostics = new ConcurrentHashMap<>();
  private final List<String> trouble = Collections.synchronizedList(new ArrayList<>());
  private int lastId;

  /** What a server says of a place: the line and column count from 0, as editors send them. */
  record Problem(int line, String underlined, String message) {}

  /** What a server offers. */
  record Offer(String label, String text, String documentation) {}

  private LanguageServer(Process process) {
    this.process = process;
    this.out = process.getOutputStream();
  }

  static LanguageServer start() throws IOException {
    Path script =
        NodePackages.install("yaml-language-server")
            .resolve("yaml-language-server/bin/yaml-language-server");
    Process process =
        new ProcessBuilder(
                DebianProgram.find("node", "nodejs").toString(), script.toString(), "--stdio")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    LanguageServer server = new LanguageServer(process);
    Thread.ofVirtual().name("language-server").start(server::listen);
    server.initialize();
    return server;
  }

  private void initialize() {
    Map<String, Object> params = new HashMap<>();
    params.put("processId", ProcessHandle.current().pid());
    params.put("rootUri", null);
    params.put(
        "capabilities",
        json(
            """
            {"textDocument": {
               "completion":
                 {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown"]}},
               "hover": {"contentFormat": ["markdown"]},
               "publishDiagnostics": {}},
             "workspace": {"configuration": true}}
            """));
    request("initialize", params);
    notify("initialized", Map.of());
    notify("workspace/didChangeConfiguration", Map.of("settings", Map.of("yaml", json(SETTINGS))));
  }

  private JsonNode json(String text) {
    try {
      return mapper.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a document in the editor; what it says need not be on the disk. */
  void open(Path file, String text) {
    Map<String, Object> document =
        Map.of("uri", uri(file), "languageId", "yaml", "version", 1, "text", text);
    notify("textDocument/didOpen", Map.of("textDocument", document));
  }

  /** What is underlined in an open document, from top to bottom. */
  List<Problem> problems(Path file, String text) {
    Eventually.holds("diagnostics of " + file, () -> diagnostics.containsKey(uri(file)) || dead());
    List<String> lines = text.lines().toList();
    List<Problem> problems = new ArrayList<>();
    for (JsonNode problem : Objects.requireNonNull(diagnostics.get(uri(file)))) {
      JsonNode start = problem.at("/range/start");
      JsonNode end = problem.at("/range/end");
      int number = start.get("line").asInt();
      String line = number < lines.size() ? lines.get(number) : "";
      int to =
          end.get("line").asInt() == start.get("line").asInt()
              ? end.get("character").asInt()
              : line.length();
      problems.add(
          new Problem(
              start.get("line").asInt(),
              line.substring(start.get("character").asInt(), Math.min(to, line.length())),
              problem.get("message").asText()));
    }
    problems.sort(Comparator.comparingInt(Problem::line));
    return problems;
  }

  /** What it offers at a place. */
  List<Offer> completion(Path file, int line, int column) {
    JsonNode result = request("textDocument/completion", at(file, line, column));
    List<Offer> offers = new ArrayList<>();
    for (JsonNode item : result.path("items")) {
      JsonNode text = item.path("textEdit").path("newText");
      offers.add(
          new Offer(
              item.path("label").asText(),
              text.isMissingNode() ? item.path("insertText").asText() : text.asText(),
              item.path("documentation").isObject()
                  ? item.path("documentation").path("value").asText()
                  : item.path("documentation").asText()));
    }
    return offers;
  }

  /** What it shows of a word, in Markdown. */
  String hover(Path file, int line, int column) {
    return request("textDocument/hover", at(file, line, column))
        .path("contents")
        .path("value")
        .asText();
  }

  private static Map<String, Object> at(Path file, int line, int column) {
    return Map.of(
        "textDocument", Map.of("uri", uri(file)),
        "position", Map.of("line", line, "character", column));
  }

  private static String uri(Path file) {
    return file.toAbsolutePath().normalize().toUri().toString();
  }

  private JsonNode request(String method, Map<String, Object> params) {
    int id = ++lastId;
    send(Map.of("jsonrpc", "2.0", "id", id, "method", method, "params", params));
    Eventually.holds("an answer to " + method, () -> observations.containsKey(id) || dead());
    return Objects.requireNonNull(observations.get(id), "the server has ended");
  }

  private boolean dead() {
    return !process.isAlive();
  }

  private void notify(String method, Map<String, Object> params) {
    send(Map.of("jsonrpc", "2.0", "method", method, "params", params));
  }

  private synchronized void send(Object message) {
    try {
      byte[] body = mapper.writeValueAsBytes(message);
      out.write(
          ("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          if (line.startsWith("Content-Length:")) {
            length = Integer.parseInt(line.substring("Content-Length:".length()).strip());
          }
        }
        take(mapper.readTree(in.readNBytes(length)));
      }
    } catch (IOException _) {
      // It has ended; whoever waits for it sees that.
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private void take(JsonNode message) {
    String method = message.path("method").asText();
    if (method.isEmpty()) {
      if (message.has("error")) {
        trouble.add(message.get("error").toString());
      }
      observations.put(message.path("id").asInt(), message.path("result"));
    } else if (method.equals("textDocument/publishDiagnostics")) {
      diagnostics.put(message.at("/params/uri").asText(), message.at("/params/diagnostics"));
    } else if (message.has("id")) {
      Map<String, Object> reply = new HashMap<>();
      reply.put("jsonrpc", "2.0");
      reply.put("id", message.get("id"));
      reply.put(
          "result",
          method.equals("workspace/configuration")
              ? message.at("/params/items").valueStream().map(this::setting).toList()
              : null);
      send(reply);
    }
  }

  private @Nullable JsonNode setting(JsonNode asked) {
    return asked.path("section").asText().equals("yaml") ? json(SETTINGS) : null;
  }

  /** Errors that it answered with. */
  List<String> trouble() {
    return List.copyOf(trouble);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TestDeadlines.SOON)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
