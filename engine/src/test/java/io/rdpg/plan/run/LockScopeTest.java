package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps under a lock. */
class LockScopeTest {
  private static final String SCOPE =
      """
        - name: locked
          consul_lock:
            key: lock
            wait: 10m
            steps:
              - name: a
                consul_kv: {key: a, value: 1}
                register: a
              - name: b
                consul_kv: {key: b, value: "{{ a.value }}"}
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
  }

  @Test
  void a_lock_is_held_for_what_is_done_in_its_scope() {
    RunFixture.Played played =
        stage.apply(
            SCOPE
                + """
                  - name: after
                    consul_kv: {key: c, value: 1}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.steps("n1"))
        .containsExactly("ok locked", "changed a", "changed b", "changed after");
    assertThat(stage.target.performed())
        .extracting(MemoryTarget.Performed::lock)
        .containsExactly("lock", "lock", null);
    assertThat(stage.target.consul().acquired()).containsExactly("n1 lock");
    assertThat(stage.target.consul().holder("lock")).isEmpty();
    assertThat(played.events())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly(
            "RunStarted",
            "StepStarted",
            "LockAcquired",
            "StepFinished",
            "StepStarted",
            "StepFinished",
            "StepStarted",
            "StepFinished",
            "LockReleased",
            "StepStarted",
            "StepFinished",
            "RunFinished");
  }

  @Test
  void no_lock_is_taken_when_there_is_nothing_to_do_under_it() {
    stage.apply(SCOPE);
    stage.target.forgetCounts();
    RunFixture.Played again = stage.apply(SCOPE);
    assertThat(again.steps("n1")).containsExactly("ok a", "ok b");
    assertThat(stage.target.consul().acquired()).hasSize(1);
    assertThat(stage.target.performed()).isEmpty();
    assertThat(stage.target.asked()).hasSize(2);
    assertThat(again.of(Event.LockAcquired.class)).isEmpty();
    assertThat(again.of(Event.StepFinished.class)).hasSize(2);
  }

  @Test
  void results_from_a_scope_that_was_in_sync_are_seen_afterwards_and_in_its_variables() {
    String steps =
        """
          - name: around
            vars: {twice: "{{ a.value }}{{ a.value }}"}
            steps:
              - name: locked
                consul_lock:
                  key: lock
                  steps:
                    - name: a
                      consul_kv: {key: a, value: 1}
                      register: a
                    - name: b
                      consul_kv: {key: b, value: "{{ twice }}"}
          - name: after
            consul_kv: {key: c, value: "{{ a.value }}"}
        """;
    stage.apply(steps);
    RunFixture.Played again = stage.apply(steps);
    assertThat(again.steps("n1")).containsExactly("ok a", "ok b", "ok after");
    assertThat(stage.target.consul().acquired()).hasSize(1);
    assertThat(stage.target.consul().value("b")).contains("11");
  }

  @Test
  void a_scope_starts_again_from_its_first_step_when_the_lock_is_taken() {
    stage.target.consul().set("a", "1");
    stage.target.consul().holdElsewhere("lock", "somebody");
    stage.applyIn(
        stage.target,
        event -> {
          if (event instanceof Event.Waiting) {
            stage.target.consul().set("a", "other");
            stage.target.consul().letGo("lock");
          }
        });
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.steps("n1")).containsExactly("ok locked", "changed a", "changed b");
    assertThat(played.of(Event.Waiting.class).getFirst().what())
        .isEqualTo("lock lock, held by somebody");
  }

  @Test
  void a_lock_that_is_not_obtained_has_an_exit_code_of_its_own() {
    stage.target.consul().holdElsewhere("lock", "somebody");
    RunFixture.Played played = stage.apply(SCOPE.replace("10m", "10ms"));
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.error("locked").message()).contains("somebody");
    assertThat(stage.target.performed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ttl: 5s | at least 10s",
        "ttl: 24h1s | at most 24h",
        "lock_delay: 61s | at most 60s",
      })
  void terms_that_consul_would_refuse_or_not_keep_are_refused(String terms, String words) {
    RunFixture.Played played = stage.apply(SCOPE.replace("wait: 10m", terms));
    assertThat(played.error("locked").message()).contains(words);
  }

  @Test
  void a_key_that_consul_may_take_for_another_is_refused() {
    RunFixture.Played played = stage.apply(SCOPE.replace("key: lock", "key: /lock"));
    assertThat(played.error("locked").message()).contains("'key' must be a key");
  }

  @Test
  void whoever_gives_a_lock_knows_whether_the_agent_has_answered() {
    stage.target.node("n1").on("make it", () -> {});
    stage.apply(SCOPE);
    stage.apply(
        """
          - name: nothing in Consul is asked for before
            consul_lock:
              key: other
              steps:
                - name: make it
                  command: {run: [make, it], always: true}
        """);
    assertThat(stage.target.consul().terms())
        .extracting(Locks.Terms::key, Locks.Terms::answered)
        .containsExactly(tuple("lock", true), tuple("other", false));
  }

  @Test
  void a_scope_of_the_same_key_keeps_the_lock() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: outer
                consul_lock:
                  key: lock
                  steps:
                    - name: inner
                      consul_lock:
                        key: lock
                        steps:
                          - name: a
                            consul_kv: {key: a, value: 1}
                    - name: b
                      consul_kv: {key: b, value: 1}
            """);
    assertThat(stage.target.consul().acquired()).containsExactly("n1 lock");
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
    assertThat(stage.target.performed())
        .extracting(MemoryTarget.Performed::lock)
        .containsExactly("lock", "lock");
  }

  @Test
  void a_lock_that_was_let_go_is_taken_again_by_an_inner_scope() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: outer
                consul_lock:
                  key: lock
                  steps:
                    - name: a
                      consul_kv: {key: a, value: 1}
                    - name: let go
                      consul_lock: {release: true}
                    - name: b
                      consul_kv: {key: b, value: 1}
                    - name: inner
                      consul_lock:
                        key: lock
                        steps:
                          - name: c
                            consul_kv: {key: c, value: 1}
                          - name: let go again
                            consul_lock: {release: true}
                          - name: d
                            consul_kv: {key: d, value: 1}
                          - name: nothing to let go
                            consul_lock: {release: true}
                    - name: e
                      consul_kv: {key: e, value: 1}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(stage.target.consul().acquired()).containsExactly("n1 lock", "n1 lock");
    assertThat(played.of(Event.LockReleased.class)).hasSize(2);
    assertThat(stage.target.performed())
        .extracting(MemoryTarget.Performed::lock)
        .containsExactly("lock", null, "lock", null, null);
    assertThat(played.step("nothing to let go").why()).isEqualTo("no lock is held");
  }

  @Test
  void nested_locks_are_let_go_from_the_inside() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: outer
                consul_lock:
                  key: outer
                  steps:
                    - name: inner
                      consul_lock:
                        key: inner
                        steps:
                          - name: a
                            consul_kv: {key: a, value: 1}
                    - name: b
                      consul_kv: {key: b, value: 1}
            """);
    assertThat(played.of(Event.LockReleased.class))
        .extracting(Event.LockReleased::key)
        .containsExactly("inner", "outer");
    assertThat(stage.target.performed())
        .extracting(MemoryTarget.Performed::lock)
        .containsExactly("inner", "outer");
  }

  @Test
  void a_lock_that_could_not_be_released_is_not_called_released() {
    stage.target.consul().releasesAre(Locks.Release.LEFT);
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.of(Event.LockReleased.class)).isEmpty();
    assertThat(played.of(Event.LockLeft.class))
        .singleElement()
        .satisfies(left -> {
          assertThat(left.key()).isEqualTo("lock");
          assertThat(left.freeWithin()).isEqualTo(Duration.ofSeconds(45));
        });
  }

  @Test
  void a_lock_that_was_lost_by_the_time_of_its_release_fails_its_node() {
    stage.target.consul().releasesAre(Locks.Release.LOST);
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.steps("n1")).containsExactly("ok locked", "changed a", "changed b");
    assertThat(played.of(Event.DiagnosticReported.class))
        .singleElement()
        .satisfies(said -> {
          assertThat(said.diagnostic().code()).isEqualTo(Code.LOCK_LOST);
          assertThat(said.diagnostic().node()).isEqualTo("n1");
          assertThat(said.diagnostic().at()).isNotNull();
        });
    assertThat(played.of(Event.LockReleased.class)).isEmpty();
    assertThat(played.of(Event.LockLost.class)).hasSize(1);
  }

  @Test
  void a_lock_that_was_lost_by_the_time_of_its_early_release_fails_that_step() {
    stage.target.consul().releasesAre(Locks.Release.LOST);
    RunFixture.Played played =
        stage.apply(
            SCOPE
                + """
                        - {name: let go, consul_lock: {release: true}}
                        - {name: c, consul_kv: {key: c, value: "1"}}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.steps("n1"))
        .containsExactly("ok locked", "changed a", "changed b", "failed let go");
    assertThat(played.error("let go").code()).isEqualTo(Code.LOCK_LOST);
    assertThat(played.of(Event.LockLost.class)).hasSize(1);
  }

  @Test
  void a_lock_that_is_lost_ends_its_node_before_anything_more_is_done() {
    stage.target.beforePerform((_, number, _) -> {
      if (number == 1) {
        stage.target.consul().lose("lock");
      }
    });
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.steps("n1")).containsExactly("ok locked", "changed a", "failed b");
    assertThat(played.error("b").code()).isEqualTo(Code.LOCK_LOST);
    assertThat(stage.target.performedOn("n1")).containsExactly("key.put a");
    assertThat(played.of(Event.LockLost.class)).hasSize(1);
    assertThat(played.of(Event.LockReleased.class)).isEmpty();
  }

  @Test
  void a_step_that_lost_its_lock_is_not_tried_again() {
    stage.target.beforePerform((_, _, _) -> stage.target.consul().lose("lock"));
    RunFixture.Played played =
        stage.apply(
            """
              - name: locked
                consul_lock:
                  key: lock
                  steps:
                    - name: a
                      retries: 5
                      every: 1ms
                      consul_kv: {key: a, value: 1}
            """);
    assertThat(played.of(Event.Waiting.class)).isEmpty();
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
  }

  @Test
  void losing_a_lock_that_was_let_go_does_no_harm() {
    stage.target.beforePerform((_, _, _) -> stage.target.consul().lose("lock"));
    RunFixture.Played played =
        stage.apply(
            """
              - name: locked
                consul_lock:
                  key: lock
                  steps:
                    - name: wait
                      consul_service: {name: x}
                      when: false
                    - name: let go
                      consul_lock: {release: true}
                    - name: a
                      consul_kv: {key: a, value: 1}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void a_failure_releases_the_lock() {
    stage.target.failAtPerform(1, Failure.of(Code.SQL_FAILED, "no"));
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(stage.target.consul().holder("lock")).isEmpty();
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
  }

  @Test
  void an_interrupt_releases_the_lock() {
    stage.target.beforePerform((_, number, _) -> {
      if (number == 1) {
        stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      }
    });
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(stage.target.consul().holder("lock")).isEmpty();
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
    assertThat(stage.target.performedOn("n1")).containsExactly("key.put a");
  }

  @Test
  void an_interrupt_while_a_scope_is_rehearsed_ends_the_run() {
    AtomicBoolean once = new AtomicBoolean();
    stage.target.beforeLook((_, _, _) -> {
      if (!once.getAndSet(true)) {
        stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      }
    });
    RunFixture.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(stage.target.consul().acquired()).isEmpty();
  }

  @Test
  void nodes_take_turns_and_one_claims() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: locked
                    consul_lock:
                      key: lock
                      wait: 10m
                      steps:
                        - name: claim
                          consul_kv: {key: leader, value: "{{ node.name }}", if_absent: true}
                          register: leader
                        - name: lead
                          when: leader.value == node.name
                          consul_kv: {key: led, value: "{{ node.name }}"}
                        - name: follow
                          when: leader.value != node.name
                          consul_kv: {key: "followed/{{ node.name }}", value: "{{ leader.value }}"}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    String leader = stage.target.consul().value("leader").orElseThrow();
    assertThat(stage.target.consul().value("led")).contains(leader);
    assertThat(stage.target.consul().acquired()).hasSize(3);
    assertThat(stage.target.performed())
        .filteredOn(one -> one.effect().target().startsWith("followed/"))
        .hasSize(2);
  }

  @Test
  void a_run_that_was_killed_is_finished_by_the_next() {
    for (int effects = 0; effects < 3; effects++) {
      open();
      stage.target.killAtPerform(effects);
      stage.apply(SCOPE);
      stage.target.revive();
      RunFixture.Played again = stage.apply(SCOPE);
      assertThat(again.exit()).isEqualTo(ExitCode.DONE);
      assertThat(stage.target.consul().value("b")).contains("1");
      stage.target.forgetCounts();
      assertThat(stage.apply(SCOPE).exit()).isEqualTo(ExitCode.DONE);
      assertThat(stage.target.performed()).isEmpty();
    }
  }
}
