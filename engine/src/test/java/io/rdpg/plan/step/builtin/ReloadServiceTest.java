package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReloadServiceTest {
  private static final String BY_PID =
      "{service: s, config: [/etc/c], signal: HUP, pid_file: /pid}";
  private static final String BY_SQL =
      "{service: s, config: [/etc/c], sql: RELOAD, errors: SELECT no, probe: SELECT ok}";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Observation NO_ERROR = new Observation.Table(List.of("e"), List.of());
  private static final Observation.ProcessIdentity PROCESS =
      new Observation.ProcessIdentity(7, 70, NOW.minusSeconds(100));

  @Test
  void a_service_is_reloaded_until_a_stamp_says_that_this_process_took_this_configuration() {
    assertThat(because(state(null, null, PROCESS))).isEqualTo("nothing shows that s has loaded it");
    assertThat(diff(BY_PID, state("hash 7/70", NOW.plusSeconds(1), PROCESS)))
        .isEqualTo(new Diff.InSync("s runs with the configuration on disk"));
    assertThat(because(state("other 7/70", NOW.plusSeconds(1), PROCESS)))
        .isEqualTo("it changed since s loaded it");
    assertThat(because(state("hash 8/80", NOW.plusSeconds(1), PROCESS)))
        .isEqualTo("it changed since s loaded it");
    // Changed and changed back: nobody knows what was loaded in between.
    assertThat(because(state("hash 7/70", NOW.minusSeconds(1), PROCESS)))
        .isEqualTo("it changed since s loaded it");
  }

  @Test
  void what_replaced_the_process_of_the_stamp_has_read_it_too() {
    assertThat(diff(BY_PID, state("hash 8/69", NOW.plusSeconds(1), PROCESS)))
        .isEqualTo(new Diff.InSync("s runs with the configuration on disk"));
    for (String stamp : List.of("hash 8/70", "hash 8/71", "other 8/69", "hash", "hash 8/69 ?")) {
      assertThat(because(state(stamp, NOW.plusSeconds(1), PROCESS)))
          .as(stamp)
          .isEqualTo("it changed since s loaded it");
    }
    assertThat(because(state("hash 8/69", NOW.minusSeconds(1), PROCESS)))
        .as("written after the stamp: nobody knows which of the two was first")
        .isEqualTo("it changed since s loaded it");
  }

  @Test
  void a_process_that_started_clearly_later_has_read_it() {
    assertThat(diff(BY_PID, state(null, null, started(NOW.plusSeconds(2)))))
        .isEqualTo(new Diff.InSync("s started after its configuration was written"));
    assertThat(diff(BY_PID, state(null, null, started(NOW.plusMillis(1900)))))
        .isInstanceOf(Diff.Change.class);
  }

  @Test
  void the_stamp_is_of_what_was_looked_at() {
    Diff.Change change = (Diff.Change) diff(BY_PID, state(null, null, PROCESS));
    assertThat(change.effects())
        .containsExactly(
            new Effect.Reload(
                "s",
                new Effect.How.Signal("HUP", "/pid"),
                new Effect.Stamp(
                    "/etc/.c.loaded",
                    "hash",
                    new Read.ProcessAt.PidFile("/pid", false, List.of("s", "/pid", "/etc/c")),
                    false,
                    Duration.ofSeconds(15)),
                new Effect.Acceptance(
                    List.of("/etc/c"), "hash", List.of(), List.of(), null, null, true)));
  }

  @Test
  void the_worker_of_a_unit_is_found_by_its_main_process() {
    Diff.Change change =
        (Diff.Change)
            diff(
                "{service: s, config: [/etc/c], systemd: u, new_worker: true}",
                state(null, null, PROCESS));
    assertThat(change.effects())
        .containsExactly(
            new Effect.Reload(
                "s",
                new Effect.How.Systemd("u"),
                new Effect.Stamp(
                    "/etc/.c.loaded",
                    "hash",
                    new Read.ProcessAt.Systemd("u", true),
                    true,
                    Duration.ofSeconds(15)),
                new Effect.Acceptance(
                    List.of("/etc/c"), "hash", List.of(), List.of(), null, null, true)));
    assertThatThrownBy(() ->
            diff(
                "{service: s, config: [/etc/c], command: [x], new_worker: true}",
                state(null, null, null)))
        .hasMessageContaining("'new_worker' needs 'pid_file' or 'systemd'");
  }

  @Test
  void what_runs_but_is_not_kept_is_reloaded_once_more() {
    Observation.ConfigurationState runs = state("hash 7/70", NOW.plusSeconds(1), PROCESS);
    Observation notKept =
        new Observation.ConfigurationState(
            List.of(), "hash", NOW, runs.stamp(), runs.stamped(), null, PROCESS, "older");
    assertThat(because(notKept)).isEqualTo("it changed since s accepted it");
    assertThat(
            diff(
                "{service: s, config: [/etc/c], signal: HUP, pid_file: /pid, put_back: false}",
                notKept))
        .isInstanceOf(Diff.InSync.class);
  }

  @Test
  void postgres_is_reloaded_when_it_finds_errors_so_that_the_files_are_put_back() {
    Observation.ConfigurationState state = state(null, null, null);
    assertThat(
            ((Diff.Change)
                    diff(BY_SQL, state, loaded(NOW.plusMillis(1)), error("line 3"), ok(true)))
                .because())
        .isEqualTo("s finds errors in it");
  }

  @Test
  void postgres_is_reloaded_for_other_files_than_it_took_even_if_nobody_knows_when_that_was() {
    Observation written =
        new Observation.ConfigurationState(List.of(), "hash", NOW, null, null, null, null, "older");
    ReloadService primitive = new ReloadService();
    ReloadService.Want want = primitive.decode(StepArguments.args(primitive, BY_SQL));
    Diff diff = primitive.diff(want, new Observations(Map.of(want.configuration(), written)));
    assertThat(((Diff.Change) diff).because()).isEqualTo("it changed since s accepted it");
  }

  @Test
  void a_log_needs_words_that_can_be_found_in_it() {
    String plan = "{service: s, config: [/etc/c], command: [x], refused: %s}";
    assertThatThrownBy(() -> diff(plan.formatted("no"), state(null, null, null)))
        .hasMessageContaining("'refused' needs 'log', or 'systemd' for its journal");
    assertThatThrownBy(() -> diff(plan.formatted("\"(\", log: /l"), state(null, null, null)))
        .hasMessageContaining("'refused' is no regular expression");
  }

  @Test
  void what_is_missing_or_does_not_run_is_refused() {
    assertThat(
            ((Diff.Refused)
                    diff(
                        BY_PID,
                        new Observation.ConfigurationState(
                            List.of("/etc/c"), "", null, null, null, null, PROCESS)))
                .message())
        .isEqualTo("configuration of s is missing: /etc/c");
    assertThat(((Diff.Refused) diff(BY_PID, state(null, null, null))).message())
        .isEqualTo("s is not running: no process of it by pid file /pid");
  }

  @Test
  void a_stamp_that_has_no_directory_is_refused_where_one_is_to_be_left() {
    assertThat(((Diff.Refused) diff(BY_PID, stampless(PROCESS))).message())
        .isEqualTo("directory /no doesn't exist, so /etc/.c.loaded can't be written");
    assertThat(diff(BY_PID, stampless(started(NOW.plusSeconds(3)))))
        .isInstanceOf(Diff.InSync.class);
  }

  private static Observation stampless(Observation.ProcessIdentity process) {
    return new Observation.ConfigurationState(
        List.of(), "hash", NOW, null, null, "/no", process, "hash");
  }

  @Test
  void postgres_tells_itself_when_it_loaded_its_configuration() {
    Observation.ConfigurationState state = state(null, null, null);
    assertThat(diff(BY_SQL, state, loaded(NOW.plusMillis(1)), NO_ERROR, ok(true)))
        .isInstanceOf(Diff.InSync.class);
    assertThat(diff(BY_SQL, state, loaded(NOW.minusMillis(1)), NO_ERROR, ok(true)))
        .isInstanceOf(Diff.Change.class);
    assertThat(
            ((Diff.Change) diff(BY_SQL, state, loaded(NOW.plusMillis(1)), NO_ERROR, ok(false)))
                .because())
        .isEqualTo("the probe does not hold");
  }

  @Test
  void a_service_has_files() {
    assertThatThrownBy(
            () -> diff("{service: s, config: [], systemd: s}", state(null, null, PROCESS)))
        .hasMessageContaining("names no file");
  }

  private static String because(Observation state) {
    return ((Diff.Change) diff(BY_PID, state)).because();
  }

  private static Observation.ConfigurationState state(
      @Nullable String stamp,
      @Nullable Instant stamped,
      Observation.@Nullable ProcessIdentity process) {
    return new Observation.ConfigurationState(
        List.of(), "hash", NOW, stamp, stamped, null, process, "hash");
  }

  private static Observation.ProcessIdentity started(Instant at) {
    return new Observation.ProcessIdentity(7, 70, at);
  }

  private static Observation loaded(Instant at) {
    return new Observation.Table(
        List.of("loaded"), List.of(Map.of("loaded", at.getEpochSecond() + at.getNano() / 1e9)));
  }

  private static Observation error(String said) {
    return new Observation.Table(List.of("e"), List.of(Map.of("e", said)));
  }

  private static Observation ok(boolean holds) {
    return new Observation.Table(List.of("ok"), List.of(Map.of("ok", holds)));
  }

  private static Diff diff(String yaml, Observation... observations) {
    return StepArguments.diff(new ReloadService(), yaml, observations);
  }
}
