package io.rdpg.plan.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The real yaml-language-server, spoken to over its standard input and output as an editor does:
 * the Language Server Protocol, JSON-RPC messages behind a Content-Length. It asks for its settings
 * and gets those of an editor without the schema store, so it has nothing to fetch.
 */
final class LanguageServer implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

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
    ObjectNode params = JSON.objectNode();
    params.put("processId", ProcessHandle.current().pid());
    params.putNull("rootUri");
    ObjectNode capabilities = params.putObject("capabilities");
    ObjectNode document = capabilities.putObject("textDocument");
    ObjectNode item = document.putObject("completion").putObject("completionItem");
    item.put("snippetSupport", true);
    item.putArray("documentationFormat").add("markdown");
    document.putObject("hover").putArray("contentFormat").add("markdown");
    document.putObject("publishDiagnostics");
    capabilities.putObject("workspace").put("configuration", true);
    request("initialize", params);
    notify("initialized", JSON.objectNode());
    ObjectNode changed = JSON.objectNode();
    changed.putObject("settings").set("yaml", settings());
    notify("workspace/didChangeConfiguration", changed);
  }

  private static ObjectNode settings() {
    ObjectNode yaml = JSON.objectNode();
    yaml.put("validate", true).put("hover", true).put("completion", true);
    yaml.putObject("schemaStore").put("enable", false);
    return yaml;
  }

  /** Opens a document in the editor; what it says need not be on the disk. */
  void open(Path file, String text) {
    ObjectNode params = JSON.objectNode();
    params
        .putObject("textDocument")
        .put("uri", uri(file))
        .put("languageId", "yaml")
        .put("version", 1)
        .put("text", text);
    notify("textDocument/didOpen", params);
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

  private static ObjectNode at(Path file, int line, int column) {
    ObjectNode params = JSON.objectNode();
    params.putObject("textDocument").put("uri", uri(file));
    params.putObject("position").put("line", line).put("character", column);
    return params;
  }

  private static String uri(Path file) {
    return file.toAbsolutePath().normalize().toUri().toString();
  }

  private JsonNode request(String method, ObjectNode params) {
    int id = ++lastId;
    ObjectNode message = message(method, params);
    message.put("id", id);
    send(message);
    Eventually.holds("an answer to " + method, () -> observations.containsKey(id) || dead());
    return Objects.requireNonNull(observations.get(id), "the server has ended");
  }

  private boolean dead() {
    return !process.isAlive();
  }

  private void notify(String method, ObjectNode params) {
    send(message(method, params));
  }

  private static ObjectNode message(String method, ObjectNode params) {
    ObjectNode message = JSON.objectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message;
  }

  private synchronized void send(ObjectNode message) {
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
      ObjectNode reply = JSON.objectNode().put("jsonrpc", "2.0");
      reply.set("id", message.get("id"));
      if (method.equals("workspace/configuration")) {
        var results = reply.putArray("result");
        for (JsonNode asked : message.at("/params/items")) {
          if (asked.path("section").asText().equals("yaml")) {
            results.add(settings());
          } else {
            results.addNull();
          }
        }
      } else {
        reply.putNull("result");
      }
      send(reply);
    }
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
