package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a command ended.
 *
 * @param exit its exit code
 */
public record CommandResult(int exit, String stdout, String stderr) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All that it wrote. */
  public String said() {
    return stdout + stderr;
  }

  /** Itself; the test fails when it ended with another code. */
  public CommandResult exits(int code) {
    assertThat(exit).as("%s", this).isEqualTo(code);
    return this;
  }

  /**
   * The events of {@code -o json}.
   *
   * @throws AssertionError when a line of the standard output is no JSON object
   */
  List<JsonNode> events() {
    return stdout.lines().map(CommandResult::event).toList();
  }

  /** The events of one kind. */
  List<JsonNode> events(String kind) {
    return events().stream().filter(event -> event.path("event").asText().equals(kind)).toList();
  }

  /** The steps that ended in this status, as {@code node: id}. */
  List<String> steps(String status) {
    return events("step_finished").stream()
        .filter(event -> event.path("status").asText().equals(status))
        .map(event -> event.path("node").asText() + ": " + event.path("id").asText())
        .toList();
  }

  /** How it ended, what failed and why, and then all that it wrote, however much that is. */
  @Override
  public String toString() {
    String failed =
        stdout
            .lines()
            .filter(line -> line.startsWith("{") && line.contains("\"status\":\"failed\""))
            .map(CommandResult::event)
            .map(step ->
                "\nfailed: %s: %s: %s"
                    .formatted(
                        step.path("node").asText(), step.path("id").asText(), step.path("error")))
            .collect(Collectors.joining());
    return "exit %d%s\n%s\n%s".formatted(exit, failed, stderr, stdout);
  }

  static JsonNode event(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      if (!event.isObject()) {
        throw new AssertionError("not an event: " + line);
      }
      return event;
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }
}
