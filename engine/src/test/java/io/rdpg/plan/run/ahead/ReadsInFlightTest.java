package io.rdpg.plan.run.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.testing.Eventually;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReadsInFlightTest {
  private static final Effect.WriteFile EFFECT =
      new Effect.WriteFile("/file", Text.EMPTY, null, null, null, List.of());

  private final ReadsInFlight inFlight = new ReadsInFlight();
  private final Round round =
      new Round(
          "n1",
          List.of(
              new ReadCollector.Asked(
                  "step", new StepReads(null, List.of(), _ -> true), false, false)),
          inFlight,
          new Cancellation());
  private final CountDownLatch reading = new CountDownLatch(1);
  private final AtomicReference<Cancellation> ends = new AtomicReference<>();

  private void start(Runnable work) {
    round.start(
        new StateReader() {
          @Override
          public Observations read(
              Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
            ends.set(cancellation);
            reading.countDown();
            work.run();
            return new Observations(Map.of());
          }
        });
    Eventually.holds("it reads", () -> reading.getCount() == 0);
  }

  /** Ending a node's script would hit what an earlier step left running on purpose. */
  @Test
  void an_effect_waits_for_reads_to_end_by_themselves() {
    ReadsInFlight.Moment before = inFlight.now("n1");
    start(() ->
        Eventually.holds("an effect is to begin", () -> !inFlight.counts("n1", before, false)));
    boolean cancelled = inFlight.performing("n1", EFFECT, () -> ends.get().cancelled());
    assertThat(cancelled).isFalse();
    assertThat(round.over()).isTrue();
    assertThat(round.answers().get("step")).extracting(Round.Answer::missing).isEqualTo(false);
  }

  @Test
  void an_effect_ends_reads_that_hang() {
    start(() -> ends.get().pause(Duration.ofDays(1)));
    boolean cancelled = inFlight.performing("n1", EFFECT, () -> ends.get().cancelled());
    assertThat(cancelled).isTrue();
    assertThat(round.answers().get("step")).extracting(Round.Answer::missing).isEqualTo(true);
  }

  @Test
  void nothing_is_read_early_while_an_effect_is_performed() {
    boolean may = inFlight.performing("n1", EFFECT, () -> inFlight.begin("n1", round));
    assertThat(may).isFalse();
    assertThat(inFlight.begin("n1", round)).isTrue();
  }
}
