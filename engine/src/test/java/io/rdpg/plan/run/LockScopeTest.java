package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.testing.MemoryWorld;
import io.rdpg.plan.testing.Stage;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps under a lock. */
class LockScopeTest {
  private static final String SCOPE =
      """
        - name: locked
          consul_lock:
            key: lock
            wait: 5s
            steps:
              - name: a
                consul_kv: {key: a, value: 1}
                register: a
              - name: b
                consul_kv: {key: b, value: "{{ a.value }}"}
      """;

  @TempDir Path folder;

  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
  }

  @Test
  void a_lock_is_held_for_what_is_done_in_its_scope() {
    Stage.Played played =
        stage.apply(
            SCOPE
                + """
                  - name: after
                    consul_kv: {key: c, value: 1}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.steps("n1"))
        .containsExactly("ok locked", "changed a", "changed b", "changed after");
    assertThat(stage.world.performed())
        .extracting(MemoryWorld.Performed::lock)
        .containsExactly("lock", "lock", null);
    assertThat(stage.world.consul().acquired()).containsExactly("n1 lock");
    assertThat(stage.world.consul().holder("lock")).isEmpty();
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
    stage.world.forgetCounts();
    Stage.Played again = stage.apply(SCOPE);
    assertThat(again.steps("n1")).containsExactly("ok a", "ok b");
    assertThat(stage.world.consul().acquired()).hasSize(1);
    assertThat(stage.world.performed()).isEmpty();
    assertThat(stage.world.asked()).hasSize(2);
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
    Stage.Played again = stage.apply(steps);
    assertThat(again.steps("n1")).containsExactly("ok a", "ok b", "ok after");
    assertThat(stage.world.consul().acquired()).hasSize(1);
    assertThat(stage.world.consul().value("b")).contains("11");
  }

  @Test
  void a_scope_starts_again_from_its_first_step_when_the_lock_is_taken() {
    stage.world.consul().set("a", "1");
    stage.world.consul().holdElsewhere("lock", "somebody");
    Thread _ =
        Thread.startVirtualThread(() -> {
          io.rdpg.plan.testing.Eventually.holds(
              "the run asked for the lock",
              java.time.Duration.ofSeconds(10),
              () -> stage.world.asked().size() >= 2);
          stage.world.consul().set("a", "other");
          stage.world.consul().letGo("lock");
        });
    Stage.Played played = stage.apply(SCOPE);
    assertThat(played.steps("n1")).containsExactly("ok locked", "changed a", "changed b");
    assertThat(played.of(Event.Waiting.class).getFirst().what())
        .isEqualTo("lock lock, held by somebody");
  }

  @Test
  void a_lock_that_is_not_obtained_has_an_exit_code_of_its_own() {
    stage.world.consul().holdElsewhere("lock", "somebody");
    Stage.Played played = stage.apply(SCOPE.replace("5s", "10ms"));
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.error("locked").message()).contains("somebody");
    assertThat(stage.world.performed()).isEmpty();
  }

  @Test
  void terms_that_consul_would_refuse_are_refused() {
    Stage.Played played = stage.apply(SCOPE.replace("wait: 5s", "ttl: 5s"));
    assertThat(played.error("locked").message()).contains("10s at least");
  }

  @Test
  void a_scope_of_the_same_key_keeps_the_lock() {
    Stage.Played played =
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
    assertThat(stage.world.consul().acquired()).containsExactly("n1 lock");
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
    assertThat(stage.world.performed())
        .extracting(MemoryWorld.Performed::lock)
        .containsExactly("lock", "lock");
  }

  @Test
  void a_lock_that_was_let_go_is_taken_again_by_an_inner_scope() {
    Stage.Played played =
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
    assertThat(stage.world.consul().acquired()).containsExactly("n1 lock", "n1 lock");
    assertThat(played.of(Event.LockReleased.class)).hasSize(2);
    assertThat(stage.world.performed())
        .extracting(MemoryWorld.Performed::lock)
        .containsExactly("lock", null, "lock", null, null);
    assertThat(played.step("nothing to let go").why()).isEqualTo("no lock is held");
  }

  @Test
  void nested_locks_are_let_go_from_the_inside() {
    Stage.Played played =
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
    assertThat(stage.world.performed())
        .extracting(MemoryWorld.Performed::lock)
        .containsExactly("inner", "outer");
  }

  @Test
  void a_lock_that_is_lost_ends_its_node_before_anything_more_is_done() {
    stage.world.beforePerform((_, number, _) -> {
      if (number == 1) {
        stage.world.consul().lose("lock");
      }
    });
    Stage.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.steps("n1")).containsExactly("ok locked", "changed a", "failed b");
    assertThat(played.error("b").code()).isEqualTo(Code.LOCK_LOST);
    assertThat(stage.world.performedOn("n1")).containsExactly("key.put a");
    assertThat(played.of(Event.LockLost.class)).hasSize(1);
    assertThat(played.of(Event.LockReleased.class)).isEmpty();
  }

  @Test
  void a_step_that_lost_its_lock_is_not_tried_again() {
    stage.world.beforePerform((_, _, _) -> stage.world.consul().lose("lock"));
    Stage.Played played =
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
    stage.world.beforePerform((_, _, _) -> stage.world.consul().lose("lock"));
    Stage.Played played =
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
    stage.world.failAtPerform(1, Failure.of(Code.SQL_FAILED, "no"));
    Stage.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(stage.world.consul().holder("lock")).isEmpty();
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
  }

  @Test
  void an_interrupt_releases_the_lock() {
    stage.world.beforePerform((_, number, _) -> {
      if (number == 1) {
        stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      }
    });
    Stage.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(stage.world.consul().holder("lock")).isEmpty();
    assertThat(played.of(Event.LockReleased.class)).hasSize(1);
    assertThat(stage.world.performedOn("n1")).containsExactly("key.put a");
  }

  @Test
  void an_interrupt_while_a_scope_is_rehearsed_ends_the_run() {
    AtomicBoolean once = new AtomicBoolean();
    stage.world.beforeLook((_, _, _) -> {
      if (!once.getAndSet(true)) {
        stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      }
    });
    Stage.Played played = stage.apply(SCOPE);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(stage.world.consul().acquired()).isEmpty();
  }

  @Test
  void nodes_take_turns_and_one_claims() {
    Stage.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: locked
                    consul_lock:
                      key: lock
                      wait: 20s
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
    String leader = stage.world.consul().value("leader").orElseThrow();
    assertThat(stage.world.consul().value("led")).contains(leader);
    assertThat(stage.world.consul().acquired()).hasSize(3);
    assertThat(stage.world.performed())
        .filteredOn(one -> one.effect().target().startsWith("followed/"))
        .hasSize(2);
  }

  @Test
  void a_run_that_was_killed_is_finished_by_the_next() {
    for (int effects = 0; effects < 3; effects++) {
      open();
      stage.world.killAtPerform(effects);
      stage.apply(SCOPE);
      stage.world.revive();
      Stage.Played again = stage.apply(SCOPE);
      assertThat(again.exit()).isEqualTo(ExitCode.DONE);
      assertThat(stage.world.consul().value("b")).contains("1");
      stage.world.forgetCounts();
      assertThat(stage.apply(SCOPE).exit()).isEqualTo(ExitCode.DONE);
      assertThat(stage.world.performed()).isEmpty();
    }
  }
}
