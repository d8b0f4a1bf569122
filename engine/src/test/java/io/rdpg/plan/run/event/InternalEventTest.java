package io.rdpg.plan.run.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.ObservedRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What leaves the engine of what it knows. */
class InternalEventTest {
  private static final Event.At AT =
      new Event.At("n1", "p.yml", "s", "s", "s", null, null, null, 3, "consul_kv", false, 0);
  private static final Duration TOOK = Duration.ofMillis(7);

  @Test
  void what_a_secret_without_its_mark_replaces_is_not_shown_either() {
    Effect put = new Effect.PutKey("k", Text.plain("hunter2"), null);
    assertThat(finished(put, "the key holds 'sesame'", "- sesame\n+ hunter2"))
        .extracting(Event.StepFinished::why, one -> one.effects().getFirst().diff())
        .containsExactly("the key holds '***'", "-(not shown: this holds secrets)\n+ ***");
    assertThat(
            finished(put, "content differs", "--- /f\n+++ /f\n@@ -1 +1 @@\n-sesame\n+pw=hunter2")
                .effects()
                .getFirst()
                .diff())
        .isEqualTo("--- /f\n+++ /f\n@@ -1 +1 @@\n-(not shown: this holds secrets)\n+pw=***");
    assertThat(finished(put, "the key holds 'a'", "- a\n+ b").effects().getFirst().diff())
        .isEqualTo("- a\n+ b");
  }

  private static Event.StepFinished finished(Effect effect, String because, String detail) {
    StepResult result =
        StepResult.changed(
            Status.WOULD_CHANGE,
            new Diff.Change(effect, because, detail),
            Map.of(),
            List.of(),
            List.of());
    return (Event.StepFinished)
        new InternalEvent.StepEnded(
                AT, result, TOOK, null, ReadTiming.AHEAD, words -> words.replace("hunter2", "***"))
            .published()
            .orElseThrow();
  }

  @Test
  void a_steps_end_is_published_without_its_secrets() {
    Text secret = Text.secret("hunter2");
    Effect first = new Effect.PutKey("a", secret, null);
    Effect second = new Effect.WriteFile("/etc/x", secret, null, null, 0600, List.of());
    List<ObservedRead> seen =
        List.of(
            new ObservedRead(
                Account.ofLogin("n1"),
                new Read.FileAt("/etc/x"),
                new Observation.File(secret, "a", "a", 0600)));
    Diff.Change change =
        new Diff.Change(
            List.of(first, second), "a differs from sesame", "-'***'\n+'***'", true, Map.of());
    StepResult result =
        StepResult.changed(
            Status.WOULD_CHANGE, change, Map.of("value", secret), seen, List.of("earlier"));

    Event published =
        new InternalEvent.StepEnded(
                AT, result, TOOK, null, ReadTiming.AHEAD, words -> words.replace("sesame", "***"))
            .published()
            .orElseThrow();

    assertThat(published)
        .isEqualTo(
            new Event.StepFinished(
                AT,
                Status.WOULD_CHANGE,
                "a differs from ***",
                List.of(
                    new Event.EffectReported(
                        Effect.Kind.KEY_PUT, "a", "set a to '***'", "-'***'\n+'***'"),
                    new Event.EffectReported(
                        Effect.Kind.FILE_WRITE, "/etc/x", "write /etc/x", null)),
                TOOK,
                null,
                List.of("earlier"),
                ReadTiming.AHEAD));
    assertThat(published.toString()).doesNotContain("hunter2");
  }

  @Test
  void only_what_may_be_shown_is_published() {
    List<Event> published = new ArrayList<>();
    InternalEvent.Sink sink = InternalEvent.Sink.publishing(published::add);
    Event started = new Event.StepStarted(AT);
    sink.on(new InternalEvent.LockGranted("lock", "n1"));
    sink.on(started);
    assertThat(published).containsExactly(started);
  }
}
