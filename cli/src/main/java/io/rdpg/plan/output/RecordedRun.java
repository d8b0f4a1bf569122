package io.rdpg.plan.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as its journal, or the short one in Consul, tells of it.
 *
 * @param id the run's id
 * @param started its event {@code run_started}
 * @param finished its event {@code run_finished}; null when it runs, or was killed
 * @param events all its events
 */
public record RecordedRun(
    String id, JsonNode started, @Nullable JsonNode finished, List<JsonNode> events) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public RecordedRun {
    events = List.copyOf(events);
  }

  /**
   * Reads the lines of a journal; empty when they don't begin with a run. The last may be cut.
   *
   * @param lines one event each
   */
  public static Optional<RecordedRun> of(String lines) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      try {
        JsonNode event = JSON.readTree(line);
        if (event.path("event").isTextual()) {
          events.add(event);
        }
      } catch (JsonProcessingException cut) {
        break;
      }
    }
    if (events.isEmpty() || !is(events.getFirst(), "run_started")) {
      return Optional.empty();
    }
    JsonNode last = events.getLast();
    return Optional.of(
        new RecordedRun(
            text(last, "run"), events.getFirst(), is(last, "run_finished") ? last : null, events));
  }

  /** Whether it is a preview. */
  public boolean preview() {
    return text(started, "mode").equals("preview");
  }

  /** Who started it, such as {@code root (anna)} for anna who became root by sudo. */
  public String user() {
    String sudoUser = text(started, "sudo_user");
    return text(started, "user") + (sudoUser.isEmpty() ? "" : " (" + sudoUser + ")");
  }

  public List<String> nodes() {
    List<String> nodes = new ArrayList<>();
    started.path("nodes").forEach(node -> nodes.add(node.asText()));
    return nodes;
  }

  /** How it ended, in words. */
  public String outcome() {
    if (finished == null) {
      return "not ended";
    }
    int exit = finished.path("exit_code").asInt();
    long failed = count("failed");
    long changed = count(preview() ? "would_change" : "changed");
    String changes =
        changed == 0 ? "in sync" : changed + (preview() ? " would change" : " changed");
    return switch (exit) {
      case 130 -> "interrupted";
      case 0, 10 -> changes;
      default -> failed == 0 ? "failed" : failed + " failed";
    };
  }

  /** How many steps ended in a status, on all nodes. */
  private long count(String status) {
    long count = 0;
    if (finished != null) {
      for (JsonNode node : finished.path("nodes")) {
        count += node.path(status).asLong();
      }
    }
    return count;
  }

  /** The exit code; empty as long as it hasn't ended. */
  public String exit() {
    return finished == null ? "" : finished.path("exit_code").asText();
  }

  /** A field of its start; empty where it is null or from before there was one. */
  public String start(String field) {
    return text(started, field);
  }

  /** The events of a kind. */
  public List<JsonNode> events(String kind) {
    return events.stream().filter(event -> is(event, kind)).toList();
  }

  private static boolean is(JsonNode event, String kind) {
    return text(event, "event").equals(kind);
  }

  static String text(JsonNode event, String field) {
    return event.path(field).asText("");
  }
}
