package io.rdpg.plan.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.MemoryTarget;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CentralRecordTest {
  private final MemoryTarget target = new MemoryTarget();
  private final Clock clock = Clock.systemUTC();

  private CentralRecord record(String run) {
    return new CentralRecord(target, run, new JsonLines(run, clock));
  }

  private static void take(CentralRecord record, int exit, Event... events) {
    record.on(new Event.RunStarted("p.yml", "i.yml", List.of("n1"), false, SampleRun.ORIGIN));
    Stream.of(events).forEach(record::on);
    record.on(new Event.RunFinished(Map.of(), Duration.ofSeconds(1), false, exit));
  }

  private static Event step(Status status, String label) {
    return SampleRun.finished("n1", label, status, "");
  }

  private List<Effect.PutKey> puts() {
    return target.performed().stream().map(one -> (Effect.PutKey) one.effect()).toList();
  }

  private List<RecordedRun> runs(String beginning, int most) {
    RecordedRuns runs = new RecordedRuns(beginning, most);
    runs.addRecords(target, List.of(new Node("n1", "10.0.0.1", List.of(), null, Map.of())));
    return runs.all();
  }

  @Test
  void a_run_that_changes_nothing_leaves_nothing() {
    take(record("a"), 0, step(Status.OK, "s"), step(Status.SKIPPED, "t"));
    assertThat(target.performed()).isEmpty();
  }

  @Test
  void a_run_is_recorded_at_its_first_change_and_at_its_end() {
    take(
        record("a"), 0, step(Status.OK, "s"), step(Status.CHANGED, "t"), step(Status.CHANGED, "u"));
    assertThat(puts().stream().map(Effect.PutKey::key))
        .containsExactly("rdpg-plan/runs/last", "rdpg-plan/runs/00", "rdpg-plan/runs/00");
    assertThat(puts().get(1).value().reveal())
        .contains("run_started", "\"label\":\"t\"", "anna")
        .doesNotContain("run_finished", "\"label\":\"u\"");
    assertThat(runs("", 10))
        .singleElement()
        .satisfies(run -> {
          assertThat(run.exit()).isEqualTo("0");
          assertThat(run.events("step_finished")).hasSize(2);
        });
  }

  @Test
  void a_run_that_fails_is_recorded_where_a_node_was_reached() {
    take(record("a"), 3, step(Status.FAILED, "s"));
    assertThat(target.performed()).isEmpty();
    take(record("b"), 1, step(Status.OK, "s"), step(Status.FAILED, "t"));
    assertThat(runs("", 10)).extracting(RecordedRun::id).containsExactly("b");
  }

  @Test
  void only_the_last_hundred_are_kept() {
    for (int i = 0; i < 203; i++) {
      take(record("run-%03d".formatted(i)), 0, step(Status.CHANGED, "s"));
    }
    assertThat(puts().stream().map(Effect.PutKey::key).distinct()).hasSize(101);
    List<String> kept = runs("", 1000).stream().map(RecordedRun::id).toList();
    assertThat(kept).hasSize(100).startsWith("run-202", "run-201").endsWith("run-103");
    assertThat(runs("", 3))
        .extracting(RecordedRun::id)
        .containsExactly("run-202", "run-201", "run-200");
    assertThat(runs("run-110", 2)).hasSize(1);
  }

  @Test
  void a_run_whose_slot_was_taken_meanwhile_gets_another() {
    CentralRecord slow = record("slow");
    slow.on(new Event.RunStarted("p.yml", "i.yml", List.of("n1"), false, SampleRun.ORIGIN));
    slow.on(step(Status.CHANGED, "s"));
    Eventually.holds("it is recorded", () -> target.performed().size() == 2);
    for (int i = 0; i < 101; i++) {
      take(record("run-%03d".formatted(i)), 0, step(Status.CHANGED, "s"));
    }
    slow.on(new Event.RunFinished(Map.of(), Duration.ofSeconds(1), false, 0));
    assertThat(runs("", 1000)).hasSize(100).extracting(RecordedRun::id).contains("slow", "run-100");
  }

  @Test
  void a_record_is_never_longer_than_consul_takes() {
    Event[] steps =
        Stream.generate(() -> step(Status.CHANGED, "s".repeat(500)))
            .limit(2_000)
            .toArray(Event[]::new);
    take(record("a"), 0, steps);
    assertThat(puts().getLast().value().reveal().length()).isLessThan(64 * 1024);
    assertThat(runs("", 1)).singleElement().satisfies(run -> assertThat(run.exit()).isEqualTo("0"));
  }

  @Test
  void what_consul_refuses_is_told_and_no_more() {
    target.beforePerform((_, _, _) -> {
      throw Failure.of(Code.CONSUL_REFUSED, "it lacks a rule");
    });
    CentralRecord refused = record("a");
    take(refused, 0, step(Status.CHANGED, "s"));
    assertThat(refused.problem())
        .hasValueSatisfying(why -> assertThat(why.message()).isEqualTo("it lacks a rule"));
    target.beforePerform((_, _, _) -> {
      throw Failure.of(Code.CONSUL_UNREACHABLE, "there is none");
    });
    CentralRecord without = record("b");
    take(without, 0, step(Status.CHANGED, "s"));
    assertThat(without.problem()).isEmpty();
  }
}
