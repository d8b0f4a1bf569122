package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final String SQL = "{database: d, sql: SELECT x, secret: [pw]}";

  @Test
  void rows_are_registered_their_secret_columns_marked() {
    Map<String, Object> row = Map.of("user", "u", "pw", "hidden");
    Map<String, ?> found =
        registered(SQL, new Observation.Table(List.of("user", "pw"), List.of(row, row)));
    assertThat(found.get("found")).isEqualTo(true);
    assertThat((List<?>) found.get("rows")).hasSize(2);
    assertThat(found.get("row"))
        .isEqualTo(Map.of("user", "u", "pw", Text.secret("hidden").marked()));
  }

  @Test
  void what_is_absent_is_not_found() {
    assertThat(registered(SQL, new Observation.NoPlace("database d")))
        .isEqualTo(Map.of("found", false, "rows", List.of(), "row", Map.of()));
    assertThat(registered("{key: k}", new Observation.NoKey()))
        .isEqualTo(Map.of("found", false, "value", ""));
    assertThat(registered("{service: s}", new Observation.Instances(List.of())))
        .isEqualTo(Map.of("found", false, "service", "s", "instances", List.of()));
    assertThat(registered("{locks: k/}", new Observation.LocksHeld(List.of())))
        .isEqualTo(Map.of("found", false, "locks", List.of()));
    assertThat(registered("{file: /f}", new Observation.NoFile()))
        .isEqualTo(Map.of("found", false, "content", ""));
  }

  @Test
  void what_is_there_is_registered() {
    assertThat(registered("{key: k}", new Observation.KeyValue(Text.plain("v"), 1)))
        .isEqualTo(Map.of("found", true, "value", "v"));
    assertThat(
            registered(
                "{service: s}",
                new Observation.Instances(
                    List.of(
                        new Observation.Instance(
                            "n",
                            "i",
                            "a",
                            1,
                            List.of(new Observation.CheckState("c", "warning", "o")))))))
        .isEqualTo(
            Map.of(
                "found",
                true,
                "service",
                "s",
                "instances",
                List.of(
                    Map.of(
                        "node",
                        "n",
                        "id",
                        "i",
                        "address",
                        "a",
                        "port",
                        1,
                        "passing",
                        false,
                        "checks",
                        List.of(Map.of("name", "c", "status", "warning", "output", "o"))))));
    assertThat(
            registered(
                "{locks: k/}",
                new Observation.LocksHeld(
                    List.of(new Observation.LockState("k/l", "s", "a run", "n", "now")))))
        .isEqualTo(
            Map.of(
                "found",
                true,
                "locks",
                List.of(
                    Map.of(
                        "key", "k/l", "session", "s", "holder", "a run", "node", "n", "since",
                        "now"))));
    assertThat(registered("{file: /f}", new Observation.File(Text.plain("c"), "o", "g", 0644)))
        .isEqualTo(Map.of("found", true, "content", "c"));
    assertThat(registered("{file: /f}", new Observation.OtherFile("a directory")))
        .isEqualTo(Map.of("found", true, "content", ""));
  }

  @Test
  void what_a_command_printed_is_registered_and_is_found_where_it_exits_0() {
    assertThat(registered("{command: [v]}", new Observation.CommandResult(0, "a\n\nb\n", "e")))
        .isEqualTo(Map.of("found", true, "exit", 0, "output", "a\n\nb"));
    assertThat(registered("{command: [v]}", new Observation.CommandResult(127, "", "not found")))
        .isEqualTo(Map.of("found", false, "exit", 127, "output", ""));
  }

  private static Map<String, ?> registered(String yaml, Observation observation) {
    return ((Diff.InSync) StepArguments.diff(new Lookup(), yaml, observation)).registered();
  }
}
