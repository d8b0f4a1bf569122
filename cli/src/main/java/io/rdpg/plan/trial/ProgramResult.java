package io.rdpg.plan.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * How a program ended, and all that it wrote.
 *
 * @param exit its exit code; 128 and the signal's number for one that was killed
 */
public record ProgramResult(int exit, String stdout, String stderr) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@code kill -9} makes of an exit code. */
  public static final int KILLED = 137;

  /** All that it wrote. */
  public String said() {
    return stdout + stderr;
  }

  /** The events of {@code -o json} that it has written to their ends, in order. */
  public List<JsonNode> events() {
    return stdout
        .substring(0, stdout.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith("{"))
        .map(ProgramResult::event)
        .toList();
  }

  /** The events of one kind, such as {@code step_finished}. */
  public List<JsonNode> events(String kind) {
    return events().stream().filter(event -> event.path("event").asText().equals(kind)).toList();
  }

  /** The steps that ended in a status, as {@code node: id}, in the order of their ends. */
  public List<String> steps(String status) {
    return events("step_finished").stream()
        .filter(event -> event.path("status").asText().equals(status))
        .map(event -> event.path("node").asText() + ": " + event.path("id").asText())
        .toList();
  }

  private static JsonNode event(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not an event: " + line, e);
    }
  }
}
