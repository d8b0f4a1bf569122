package io.rdpg.plan.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private static final Diagnostic WHY = Diagnostic.of(Code.INTERRUPTED, "interrupted");

  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger told = new AtomicInteger();

  @Test
  void the_first_reason_counts_and_is_told_once() {
    cancellation.check();
    Cancellation.Registration _ = cancellation.onCancel(told::incrementAndGet);
    cancellation.cancel(WHY);
    cancellation.cancel(Diagnostic.of(Code.LOCK_LOST, "too late"));
    assertThat(told).hasValue(1);
    assertThat(cancellation.cancelled()).isTrue();
    assertThatThrownBy(cancellation::check).hasMessage("interrupted");
    assertThatThrownBy(() -> cancellation.pause(Duration.ofHours(1))).hasMessage("interrupted");
  }

  @Test
  void a_reason_that_nobody_has_told_is_found_when_it_is_asked() {
    AtomicReference<Optional<Diagnostic>> ended = new AtomicReference<>(Optional.empty());
    cancellation.also(ended::get);
    try (Cancellation.Child child = cancellation.child()) {
      Cancellation.Registration _ = cancellation.onCancel(told::incrementAndGet);
      child.cancellation().check();
      ended.set(Optional.of(WHY));
      assertThatThrownBy(child.cancellation()::check).hasMessage("interrupted");
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void who_registers_late_is_told_at_once_and_who_left_is_not() {
    cancellation.onCancel(told::incrementAndGet).close();
    cancellation.cancel(WHY);
    assertThat(told).hasValue(0);
    Cancellation.Registration _ = cancellation.onCancel(told::incrementAndGet);
    assertThat(told).hasValue(1);
  }

  @Test
  void a_child_ends_with_its_parent_and_not_the_other_way_round() {
    try (Cancellation.Child child = cancellation.child();
        Cancellation.Child other = cancellation.child()) {
      child.cancellation().cancel(Diagnostic.of(Code.DEADLINE, "too slow"));
      assertThat(cancellation.cancelled()).isFalse();
      cancellation.cancel(WHY);
      assertThatThrownBy(child.cancellation()::check).hasMessage("too slow");
      assertThatThrownBy(other.cancellation()::check).hasMessage("interrupted");
    }
  }

  @Test
  void a_child_has_ended_before_anybody_is_told_that_its_parent_has() {
    AtomicReference<Cancellation> later = new AtomicReference<>(cancellation);
    Cancellation.Registration _ =
        cancellation.onCancel(() -> {
          if (later.get().cancelled()) {
            told.incrementAndGet();
          }
        });
    try (Cancellation.Child child = cancellation.child()) {
      later.set(child.cancellation());
      cancellation.cancel(WHY);
    }
    assertThat(told).hasValue(1);
  }

  @Test
  void a_child_that_is_done_is_forgotten() {
    Cancellation done;
    try (Cancellation.Child child = cancellation.child()) {
      done = child.cancellation();
    }
    cancellation.cancel(WHY);
    assertThat(done.cancelled()).isFalse();
  }

  @Test
  void a_pause_ends_when_it_is_cancelled() {
    Thread.startVirtualThread(() -> cancellation.cancel(WHY));
    assertThatThrownBy(() -> cancellation.pause(Duration.ofMinutes(1))).hasMessage("interrupted");
    new Cancellation().pause(Duration.ofMillis(1));
  }
}
