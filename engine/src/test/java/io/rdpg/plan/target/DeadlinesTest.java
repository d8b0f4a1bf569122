package io.rdpg.plan.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Queue queue = new Queue();

  @AutoClose private final Deadlines deadlines = new Deadlines(queue);

  /** A queue whose clock the test moves. */
  private static final class Queue implements LoginTurns {
    private final long start = System.nanoTime();
    private volatile boolean n1Waits = true;
    private volatile Duration waited = Duration.ZERO;

    @Override
    public int waiting() {
      return n1Waits ? 1 : 0;
    }

    @Override
    public Duration waited(String node) {
      return node.equals("n1") ? waitedByAny() : Duration.ZERO;
    }

    @Override
    public Duration waitedByAny() {
      return n1Waits ? Duration.ofNanos(System.nanoTime() - start) : waited;
    }

    void turnOfN1() {
      waited = waitedByAny();
      n1Waits = false;
    }
  }

  /** Work that takes too long, and ends when it is cancelled. */
  private static Supplier<String> endless(Cancellation cancellation) {
    return () -> {
      cancellation.pause(TestDeadlines.SOON);
      return "never cancelled";
    };
  }

  @Test
  void work_that_takes_too_long_is_cancelled() {
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(() -> deadlines.within(SHORT, "n2", cancellation, endless(cancellation)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.diagnostic().code()).isEqualTo(Code.DEADLINE);
              assertThat(failure.diagnostic().message()).isEqualTo("not done within 20ms");
            });
  }

  @Test
  void work_that_is_done_in_time_is_not() {
    Cancellation cancellation = new Cancellation();
    assertThat(deadlines.within(TestDeadlines.SOON, "n2", cancellation, () -> "done"))
        .isEqualTo("done");
    assertThat(cancellation.cancelled()).isFalse();
  }

  @Test
  void the_time_in_which_its_node_waits_for_its_login_does_not_count() {
    Cancellation cancellation = new Cancellation();
    String end =
        deadlines.within(
            SHORT,
            "n1",
            cancellation,
            () -> {
              cancellation.pause(SHORT.multipliedBy(10));
              return "still going";
            });
    assertThat(end).isEqualTo("still going");
  }

  @Test
  void from_its_turn_on_it_counts() {
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(() ->
            deadlines.within(
                SHORT,
                "n1",
                cancellation,
                () -> {
                  cancellation.pause(SHORT.multipliedBy(5));
                  queue.turnOfN1();
                  return endless(cancellation).get();
                }))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("not done within");
  }

  @Test
  void a_wait_does_not_expire_while_any_node_waits_for_its_login() {
    Cancellation cancellation = new Cancellation();
    String end =
        deadlines.waitingWithin(
            SHORT,
            cancellation,
            () -> {
              cancellation.pause(SHORT.multipliedBy(10));
              return "still waiting";
            });
    assertThat(end).isEqualTo("still waiting");

    queue.turnOfN1();

    Cancellation next = new Cancellation();
    assertThatThrownBy(() -> deadlines.waitingWithin(SHORT, next, endless(next)))
        .isInstanceOf(Failure.class);
  }

  @Test
  void tasks_are_called_each_second() {
    int[] calls = new int[1];
    deadlines.everySecond(() -> calls[0]++);
    Eventually.holds("called twice", () -> calls[0] >= 2);
  }
}
