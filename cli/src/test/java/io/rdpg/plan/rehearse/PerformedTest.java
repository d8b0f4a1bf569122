package io.rdpg.plan.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.trial.ProgramResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformedTest {
  private static String event(String event, String node, int second, String more) {
    return """
    {"event":"%s","time":"2026-01-01T00:00:0%dZ","node":"%s","id":"a step"%s}
    """
        .formatted(event, second, node, more);
  }

  private static String changed(String node, int second, String kind, String target) {
    return changedAt(node, node, second, kind, target, "");
  }

  private static String changedAt(
      String at, String node, int second, String kind, String target, String summary) {
    return event(
        "step_finished",
        node,
        second,
        ",\"on\":\"%s\",\"status\":\"changed\",\"effects\":[{\"kind\":\"%s\",\"target\":\"%s\",\"summary\":\"%s\"}]"
            .formatted(at, kind, target, summary));
  }

  /** On two nodes: a key is the same for both, so what is done to it at the same time is one. */
  @ParameterizedTest
  @CsvSource({
    "key.put, leader, leader, 1, 1",
    "key.put, leader, leader, 3, 2",
    "key.put, access/n1, access/n2, 1, 2",
    "sql.run, postgres, postgres, 1, 2",
  })
  void what_is_done_at_the_same_time_to_the_same_counts_once(
      String kind, String first, String second, int begun, int times) {
    Performed performed =
        Performed.by(
            new ProgramResult(
                0,
                event("step_started", "n1", 0, "")
                    + event("step_started", "n2", begun, "")
                    + changed("n1", 2, kind, first)
                    + changed("n2", 4, kind, second),
                ""));
    assertThat(performed.changed().get("a step")).isEqualTo(times);
  }

  /** For two nodes at a third one, which is a peer of both: each has a slot of its own there. */
  @ParameterizedTest
  @CsvSource({"slot for n1, slot for n1, 1", "slot for n1, slot for n2, 2"})
  void what_is_done_at_the_same_time_at_one_node_counts_once_when_it_is_the_same(
      String first, String second, int times) {
    Performed performed =
        Performed.by(
            new ProgramResult(
                0,
                event("step_started", "n1", 0, "")
                    + event("step_started", "n2", 1, "")
                    + changedAt("n3", "n1", 2, "sql.run", "rdpg", first)
                    + changedAt("n3", "n2", 4, "sql.run", "rdpg", second),
                ""));
    assertThat(performed.changed().get("a step")).isEqualTo(times);
  }
}
