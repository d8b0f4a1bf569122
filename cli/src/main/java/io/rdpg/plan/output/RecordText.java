package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The lines of a journal that a record in Consul has: who started the run, what changed or failed,
 * how it ended. Without differences of files, and never longer than Consul takes (512 kB): what
 * comes too late is left out.
 */
final class RecordText {
  private static final int MOST_BYTES = 48 * 1024;
  private static final int MOST_NODES = 200;
  private static final int MOST_EFFECTS = 5;
  private static final int MOST_LETTERS = 300;

  private final JsonLines lines;
  private final StringBuilder text = new StringBuilder();
  private int bytes;

  RecordText(JsonLines lines) {
    this.lines = lines;
  }

  void add(Event event) {
    switch (event) {
      case Event.RunStarted run ->
          append(
              new Event.RunStarted(
                  run.plan(), run.inventory(), few(run.nodes()), run.preview(), run.origin()));
      case Event.StepFinished step -> {
        if (bytes < MOST_BYTES
            && (step.status() == Status.CHANGED || step.status() == Status.FAILED)) {
          append(shorter(step));
        }
      }
      case Event.DiagnosticReported reported -> {
        if (bytes < MOST_BYTES) {
          append(reported);
        }
      }
      case Event.RunFinished run ->
          append(
              new Event.RunFinished(few(run.counts()), run.took(), run.preview(), run.exitCode()));
      case Event.StepStarted _,
          Event.Waiting _,
          Event.ServerSaid _,
          Event.ReadingState _,
          Event.LoginsWaiting _,
          Event.NodeAsked _,
          Event.LockAcquired _,
          Event.LockReleased _,
          Event.LockLeft _,
          Event.LockLost _ -> {}
    }
  }

  private void append(Event event) {
    String line = lines.line(event);
    int length = line.getBytes(StandardCharsets.UTF_8).length + 1;
    if (length < MOST_BYTES) {
      text.append(line).append('\n');
      bytes += length;
    }
  }

  private static Event.StepFinished shorter(Event.StepFinished step) {
    List<Event.EffectReported> effects =
        step.effects().stream()
            .limit(MOST_EFFECTS)
            .map(effect ->
                new Event.EffectReported(
                    effect.kind(), shorter(effect.target()), shorter(effect.summary()), null))
            .toList();
    return new Event.StepFinished(
        step.at(),
        step.status(),
        shorter(step.why()),
        effects,
        step.took(),
        step.error(),
        List.of(),
        step.reads());
  }

  private static String shorter(String words) {
    return words.length() <= MOST_LETTERS ? words : words.substring(0, MOST_LETTERS) + "…";
  }

  private static List<String> few(List<String> nodes) {
    return nodes.size() <= MOST_NODES
        ? nodes
        : Stream.concat(
                nodes.stream().limit(MOST_NODES),
                Stream.of("and " + (nodes.size() - MOST_NODES) + " more"))
            .toList();
  }

  private static Map<String, Map<Status, Integer>> few(Map<String, Map<Status, Integer>> counts) {
    Map<String, Map<Status, Integer>> few = new LinkedHashMap<>();
    counts.entrySet().stream()
        .limit(MOST_NODES)
        .forEach(node -> few.put(node.getKey(), node.getValue()));
    return few;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
