package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.output.RecordedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Recorded runs for people and for programs. */
final class RecordedRunText {
  static final List<String> HEADINGS =
      List.of("run", "started", "user", "host", "plan", "mode", "nodes", "outcome", "exit code");

  private RecordedRunText() {}

  /** A run's line in the list. */
  static List<String> row(RecordedRun run) {
    return List.of(
        run.id(),
        run.start("time").replaceFirst("\\.\\d+Z$", "Z"),
        run.user(),
        run.start("host"),
        run.start("plan"),
        run.start("mode"),
        nodes(run),
        run.outcome(),
        run.exit());
  }

  private static String nodes(RecordedRun run) {
    List<String> nodes = run.nodes();
    return nodes.size() <= 3
        ? String.join(",", nodes)
        : nodes.getFirst() + ",… (" + nodes.size() + ")";
  }

  /** A run as an object: its start, and how it ended. */
  static JsonNode json(RecordedRun run) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", run.id());
    run.started()
        .properties()
        .forEach(field -> {
          if (!Set.of("event", "run", "time", "chosen").contains(field.getKey())) {
            json.set(field.getKey(), field.getValue());
          }
        });
    json.put("started", run.start("time"));
    JsonNode finished = run.finished();
    json.put("outcome", run.outcome());
    if (finished == null) {
      return json.putNull("ended").putNull("exit_code");
    }
    return json.put("ended", finished.path("time").asText())
        .put("exit_code", finished.path("exit_code").asInt());
  }

  /** All that is known of a run. */
  static List<String> page(RecordedRun run) {
    List<String> page = new ArrayList<>();
    page.add("run " + run.id());
    page.add(
        (run.preview() ? "preview of " : "apply of ")
            + run.start("plan")
            + " to "
            + String.join(", ", run.nodes())
            + " of "
            + run.start("inventory"));
    page.add(
        "by " + run.user() + " on " + run.start("host") + ", rdpg-plan " + run.start("version"));
    if (!run.start("project").isEmpty()) {
      String commit = run.start("commit");
      page.add("from " + run.start("project") + (commit.isEmpty() ? "" : ", commit " + commit));
    }
    page.add(
        "started "
            + run.start("time")
            + ", "
            + run.outcome()
            + (run.exit().isEmpty() ? "" : ", exit code " + run.exit()));
    Map<String, List<String>> steps = steps(run);
    nodes(run, steps.keySet())
        .forEach(node -> {
          page.add("");
          page.add(node + counts(run, node));
          page.addAll(steps.getOrDefault(node, List.of()));
        });
    for (JsonNode diagnostic : run.events("diagnostic")) {
      page.add("");
      page.add(message(diagnostic));
    }
    return page;
  }

  private static Set<String> nodes(RecordedRun run, Set<String> others) {
    Set<String> nodes = new LinkedHashSet<>();
    JsonNode finished = run.finished();
    if (finished == null) {
      nodes.addAll(run.nodes());
    } else {
      finished.path("nodes").fieldNames().forEachRemaining(nodes::add);
    }
    nodes.addAll(others);
    return nodes;
  }

  private static String counts(RecordedRun run, String node) {
    JsonNode finished = run.finished();
    List<String> counts = new ArrayList<>();
    if (finished != null) {
      finished
          .path("nodes")
          .path(node)
          .properties()
          .forEach(status -> {
            if (status.getValue().asLong() > 0) {
              counts.add(status.getValue().asLong() + " " + status.getKey().replace('_', ' '));
            }
          });
    }
    return counts.isEmpty() ? "" : ": " + String.join(", ", counts);
  }

  /** By node, the steps that changed something or failed. */
  private static Map<String, List<String>> steps(RecordedRun run) {
    Map<String, List<String>> steps = new LinkedHashMap<>();
    for (JsonNode step : run.events("step_finished")) {
      String status = step.path("status").asText();
      if (status.equals("ok") || status.equals("skipped")) {
        continue;
      }
      List<String> lines =
          steps.computeIfAbsent(step.path("node").asText(), _ -> new ArrayList<>());
      String why = step.path("why").asText();
      lines.add(
          "  "
              + status.replace('_', ' ')
              + "  "
              + step.path("label").asText()
              + (why.isEmpty() ? "" : ": " + why));
      step.path("effects").forEach(effect -> lines.add("      " + effect.path("summary").asText()));
      if (step.path("error").isObject()) {
        lines.add("      " + message(step.path("error")));
      }
    }
    return steps;
  }

  private static String message(JsonNode diagnostic) {
    String hint = diagnostic.path("hint").asText("");
    return diagnostic.path("message").asText()
        + " ("
        + diagnostic.path("code").asText()
        + ")"
        + (hint.isEmpty() ? "" : "\n      hint: " + hint);
  }
}
