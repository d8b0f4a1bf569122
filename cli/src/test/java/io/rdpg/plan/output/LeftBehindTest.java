package io.rdpg.plan.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeftBehindTest {
  private final LeftBehind left = new LeftBehind();

  @Test
  void says_which_locks_are_held_and_which_steps_go_on() {
    Event.At busy = SampleRun.at("n1", "busy", "command");
    left.on(new Event.LockAcquired("n1", "k", "s1"));
    left.on(new Event.LockAcquired("n2", "k2", "s2"));
    left.on(new Event.StepStarted(busy));
    left.on(new Event.LockReleased("n2", "k2", "s2"));
    assertThat(left.lines())
        .containsExactly(
            "lock k of n1, until its session s1 runs out",
            "step 'busy' on n1: what it has started there may go on");
    left.on(
        new Event.StepFinished(
            busy,
            Status.FAILED,
            "interrupted",
            List.of(),
            Duration.ZERO,
            null,
            List.of(),
            ReadTiming.FIRST));
    left.on(new Event.LockLost("n1", "k", "s1"));
    assertThat(left.lines()).isEmpty();
  }
}
