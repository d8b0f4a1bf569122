package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("server")
class ConsulLocksIT {
  @AutoClose private static final OneConsul CONSUL = OneConsul.start();

  @AutoClose private ConsulEffects agent;
  private Locks locks;
  private final Cancellation cancellation = new Cancellation();
  private final String key = "locks/" + UUID.randomUUID();

  @BeforeEach
  void connect() {
    agent = new ConsulEffects(CONSUL.access(), new DirectTransport(), "n1");
    locks = agent.locks("run-1", LoginTurns.NONE);
  }

  /** With a session that doesn't run out while a test runs. */
  private Locks.Terms terms(Duration patience) {
    return new Locks.Terms(key, Duration.ofHours(1), patience, Duration.ZERO);
  }

  private Locks.Held acquire(Locks from) {
    return from.acquire(terms(TestDeadlines.LONG), (holder, elapsed) -> {}, cancellation);
  }

  /** With a session of the shortest time to live that Consul takes. */
  private Locks.Held acquireShortLived(Locks from) {
    Locks.Terms terms =
        new Locks.Terms(key, Duration.ofSeconds(10), TestDeadlines.LONG, Duration.ZERO);
    return from.acquire(terms, (holder, elapsed) -> {}, cancellation);
  }

  /** What is said of a lock that isn't had in this time. */
  private Diagnostic refused(Locks from, Duration patience) {
    return diagnosticOf(() -> from.acquire(terms(patience), (holder, elapsed) -> {}, cancellation));
  }

  /** Waits for the lock as another run, and counts how often it is told that it waits. */
  private Locks.Held awaitLock(CountDownLatch waits, Cancellation interrupt) {
    return agent
        .locks("run-2", LoginTurns.NONE)
        .acquire(terms(TestDeadlines.LONG), (holder, elapsed) -> waits.countDown(), interrupt);
  }

  private void destroy(Locks.Held held) {
    CONSUL.put("/v1/session/destroy/" + held.session(), "");
  }

  private static CountDownLatch lossOf(Locks.Held held) {
    CountDownLatch lost = new CountDownLatch(1);
    held.onLost(lost::countDown);
    return lost;
  }

  @Test
  void lets_only_one_in_at_a_time() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger times = new AtomicInteger();
    List<CompletableFuture<Void>> all =
        IntStream.range(0, 6)
            .mapToObj(i ->
                OwnThread.run(() -> {
                  try (Locks.Held held = acquire(agent.locks("run-" + i, LoginTurns.NONE))) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    assertThat(held.held()).isTrue();
                    times.incrementAndGet();
                    inside.decrementAndGet();
                  }
                }))
            .toList();
    all.forEach(CompletableFuture::join);

    assertThat(most).hasValue(1);
    assertThat(times).hasValue(6);
    assertThat(CONSUL.get("/v1/session/list")).isEqualTo("[]");
  }

  @Test
  void tells_again_and_again_who_holds_it_while_waiting() {
    try (Locks.Held first = acquire(locks)) {
      ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
      CountDownLatch waits = new CountDownLatch(3);
      Cancellation interrupt = new Cancellation();
      CompletableFuture<Throwable> second =
          OwnThread.supply(() ->
              catchThrowable(() ->
                  agent
                      .locks("run-2", LoginTurns.NONE)
                      .acquire(
                          terms(TestDeadlines.LONG),
                          (holder, elapsed) -> {
                            told.add(holder.orElse("nobody"));
                            waits.countDown();
                          },
                          interrupt)));

      assertThat(soon(waits)).isTrue();
      interrupt.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      assertThat(second).succeedsWithin(TestDeadlines.SOON);
      assertThat(told)
          .allSatisfy(words ->
              assertThat(words)
                  .contains("run run-1 for n1", "process " + ProcessHandle.current().pid()));
      assertThat(first.held()).isTrue();
    }
  }

  @Test
  void tells_who_holds_it_at_the_deadline() {
    try (Locks.Held first = acquire(locks)) {
      Diagnostic failure = refused(agent.locks("run-2", LoginTurns.NONE), Duration.ofSeconds(1));

      assertThat(failure.code()).isEqualTo(Code.LOCK_NOT_OBTAINED);
      assertThat(failure.message()).contains(key, "within 1s", "run run-1");
      assertThat(failure.hint()).isNotNull();
      assertThat(first.held()).isTrue();
    }
  }

  @Test
  void tells_of_a_foreign_holder_by_its_session() {
    String session =
        CONSUL
            .put("/v1/session/create", "{\"Name\": \"someone else\"}")
            .replaceAll("(?s).*\"ID\":\\s*\"([^\"]+)\".*", "$1");
    assertThat(CONSUL.put("/v1/kv/" + key + "?acquire=" + session, "no json")).contains("true");
    Diagnostic failure = refused(locks, Duration.ofMillis(500));

    assertThat(failure.message()).contains("session someone else of Consul's node one");
    CONSUL.put("/v1/session/destroy/" + session, "");
  }

  @Test
  void is_had_as_soon_as_it_is_free() {
    Locks.Held first = acquire(locks);
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<Void> second = OwnThread.run(() -> awaitLock(waits, cancellation).close());
    assertThat(soon(waits)).isTrue();
    first.close();

    assertThat(second).succeedsWithin(TestDeadlines.SOON);
  }

  private static boolean soon(CountDownLatch latch) {
    return awaited(latch, TestDeadlines.SOON);
  }

  private static boolean awaited(CountDownLatch latch, Duration patience) {
    try {
      return latch.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void is_lost_with_its_session() {
    try (Locks.Held held = acquire(locks)) {
      CountDownLatch lost = lossOf(held);
      assertThat(held.held()).isTrue();
      destroy(held);

      assertThat(soon(lost)).isTrue();
      assertThat(held.held()).isFalse();
      assertThat(awaited(lossOf(held), Duration.ZERO)).isTrue();
    }
  }

  @Test
  void is_lost_with_its_key() {
    try (Locks.Held held = acquire(locks)) {
      CountDownLatch lost = lossOf(held);
      CONSUL.put("/v1/kv/" + key + "?release=" + held.session(), "");

      assertThat(soon(lost)).isTrue();
      assertThat(held.held()).isFalse();
    }
  }

  @Test
  void is_lost_when_it_is_released_without_being_held() {
    Locks.Held ended = acquire(locks);
    destroy(ended);
    assertThat(ended.release()).isEqualTo(Locks.Release.LOST);

    Locks.Held deleted = acquire(locks);
    CONSUL.delete("/v1/kv/" + key);
    assertThat(deleted.release()).isEqualTo(Locks.Release.LOST);

    Locks.Held released = acquire(locks);
    assertThat(released.release()).isEqualTo(Locks.Release.DONE);
    assertThat(released.release()).isEqualTo(Locks.Release.LOST);
  }

  /** An HTTP client sends a request again when the connection ends before the answer. */
  @Test
  void is_not_lost_when_its_release_gets_there_twice() {
    Locks.Held held = acquire(locks);
    CONSUL.put("/v1/kv/" + key + "?release=" + held.session(), "");
    assertThat(held.release()).isEqualTo(Locks.Release.DONE);
  }

  @Test
  void is_lost_when_it_can_no_longer_be_renewed() {
    try (OneConsul mortal = OneConsul.start();
        ConsulEffects other = new ConsulEffects(mortal.access(), new DirectTransport(), "n1");
        Locks.Held held = acquireShortLived(other.locks("run-1", LoginTurns.NONE))) {
      CountDownLatch lost = lossOf(held);
      TwoClockTime killed = TwoClockTime.now();
      mortal.kill();

      assertThat(held.held()).isTrue();
      assertThat(soon(lost)).isTrue();
      assertThat(held.held()).isFalse();
      assertThat(killed.elapsed()).isGreaterThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void is_held_longer_than_its_time_to_live() {
    try (Locks.Held held = acquireShortLived(locks)) {
      CountDownLatch lost = lossOf(held);

      assertThat(awaited(lost, Duration.ofSeconds(12))).isFalse();
      assertThat(held.held()).isTrue();
      assertThat(CONSUL.get("/v1/kv/" + key)).contains(held.session());
    }
  }

  @Test
  void leaves_nothing_behind_and_closes_once() {
    Locks.Held held = acquire(locks);
    CountDownLatch lost = lossOf(held);
    held.close();
    held.close();

    assertThat(held.held()).isFalse();
    assertThat(awaited(lost, TestDeadlines.NEVER_WITHIN)).isFalse();
    assertThat(CONSUL.get("/v1/session/info/" + held.session())).isEqualTo("[]");
    assertThat(CONSUL.get("/v1/kv/" + key)).doesNotContain("Session");
  }

  @Test
  void waits_out_the_lock_delay_of_a_session_that_died() {
    Locks.Terms delayed =
        new Locks.Terms(key, Duration.ofHours(1), TestDeadlines.LONG, Duration.ofSeconds(2));
    Locks.Held first = locks.acquire(delayed, (holder, elapsed) -> {}, cancellation);
    TwoClockTime destroyed = TwoClockTime.now();
    destroy(first);
    ConcurrentLinkedQueue<Optional<String>> told = new ConcurrentLinkedQueue<>();
    agent
        .locks("run-2", LoginTurns.NONE)
        .acquire(delayed, (holder, elapsed) -> told.add(holder), cancellation)
        .close();

    assertThat(destroyed.elapsed()).isGreaterThan(Duration.ofMillis(1500));
    assertThat(told).isNotEmpty().allSatisfy(holder -> assertThat(holder).isEmpty());
    first.close();
  }

  @Test
  void ends_the_wait_when_cancelled() {
    try (Locks.Held first = acquire(locks)) {
      CountDownLatch waits = new CountDownLatch(1);
      Cancellation interrupt = new Cancellation();
      CompletableFuture<Diagnostic> second =
          OwnThread.supply(() -> diagnosticOf(() -> awaitLock(waits, interrupt)));
      assertThat(soon(waits)).isTrue();
      interrupt.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));

      assertThat(second)
          .succeedsWithin(TestDeadlines.SOON)
          .satisfies(failure -> assertThat(failure.code()).isEqualTo(Code.INTERRUPTED));
      assertThat(first.held()).isTrue();
      assertThat(CONSUL.get("/v1/session/list").split("\"ID\"", -1)).hasSize(2);
    }
  }

  @Test
  void goes_on_waiting_with_a_new_session_when_its_own_is_gone() {
    Locks.Held first = acquire(locks);
    CountDownLatch waits = new CountDownLatch(2);
    CompletableFuture<Void> second = OwnThread.run(() -> awaitLock(waits, cancellation).close());
    assertThat(soon(waits)).isTrue();
    String sessions = CONSUL.get("/v1/session/list");
    java.util.regex.Matcher ids =
        java.util.regex.Pattern.compile("\"ID\":\\s*\"([^\"]+)\"").matcher(sessions);
    while (ids.find()) {
      if (!ids.group(1).equals(first.session())) {
        CONSUL.put("/v1/session/destroy/" + ids.group(1), "");
      }
    }
    first.close();

    assertThat(second).succeedsWithin(TestDeadlines.SOON);
  }

  @Test
  void takes_over_from_a_process_of_this_machine_that_was_killed() throws IOException {
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                HoldsALock.class.getName(),
                CONSUL.access().host(),
                Integer.toString(CONSUL.access().port()),
                key)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = holder.inputReader()) {
      assertThat(said.readLine()).isNotBlank();
      assertThat(refused(locks, Duration.ofSeconds(1)).message())
          .contains("run doomed for victim (process " + holder.pid());
      holder.destroyForcibly();

      // Its session would have lived for a day.
      locks.acquire(terms(TestDeadlines.SOON), (by, elapsed) -> {}, cancellation).close();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void moves_no_index_by_waiting() {
    try (Locks.Held first = acquire(locks)) {
      String before = CONSUL.get("/v1/kv/" + key);
      Diagnostic failure = refused(agent.locks("run-2", LoginTurns.NONE), Duration.ofSeconds(1));

      assertThat(failure.code()).isEqualTo(Code.LOCK_NOT_OBTAINED);
      Eventually.holds(
          "the waiting session is gone",
          () -> CONSUL.get("/v1/session/list").split("\"ID\"", -1).length == 2);
      assertThat(CONSUL.get("/v1/kv/" + key)).isEqualTo(before);
      assertThat(first.held()).isTrue();
    }
  }
}
