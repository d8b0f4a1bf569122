package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that wait. */
class WaitingTest {
  private static final String WAIT =
      """
        - name: wait
          wait_for: {key: k, timeout: 10m, every: 1ms}
      """;

  /** n2 fails before it sets k, and after it has set early. */
  private static final String WAIT_FOR_N2 =
      """
        - name: early
          when: node.name == "n2"
          consul_kv: {key: early, value: v}
        - name: fail
          assert: {that: node.name != "n2", message: no}
        - name: set
          when: node.name == "n2"
          consul_kv: {key: k, value: v}
        - name: wait
          wait_for: WHAT
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
  }

  @Test
  void a_wait_ends_when_its_condition_holds() {
    comesAtLook(3);
    RunFixture.Played played = stage.apply(WAIT);
    assertThat(played.steps("n1")).containsExactly("ok wait");
    assertThat(stage.target.asked()).hasSize(4);
    assertThat(played.of(Event.Waiting.class))
        .singleElement()
        .satisfies(waiting -> {
          assertThat(waiting.what()).isEqualTo("key k is not set");
          assertThat(waiting.deadline()).isEqualTo(Duration.ofMinutes(10));
          assertThat(waiting.note()).contains("n2 was not selected");
        });
  }

  @Test
  void a_wait_ends_at_its_deadline_and_says_who_will_not_come() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: wait
                wait_for: {key: k, timeout: 1s, every: 5ms}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    Diagnostic error = played.error("wait");
    assertThat(error.code()).isEqualTo(Code.DEADLINE);
    assertThat(error.message()).isEqualTo("waited 1s: key k is not set");
    assertThat(error.hint()).startsWith("n2 was not selected, n3 was not selected");
  }

  @Test
  void a_node_that_failed_is_named_by_those_that_wait_for_it() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: fail
                    assert: {that: node.name != "n2", message: no}
                  - name: wait
                    when: node.name == "n1"
                    wait_for: {key: k, timeout: 1s, every: 50ms}
                """);
    assertThat(played.on("n1").error("wait").hint()).startsWith("n2 has failed: that may be why");
  }

  @Test
  void a_wait_for_what_a_failed_node_was_to_do_ends_at_once() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: fail
                    assert: {that: node.name != "n2", message: no}
                  - name: register
                    consul_service: {id: "s-{{ node.name }}", name: s, address: "{{ node.address }}"}
                  - name: wait
                    retries: 100000
                    wait_for: {service: s, addresses: cluster.nodes, timeout: 10h}
                """);
    for (String node : List.of("n1", "n3")) {
      // Another node may not have registered itself yet when that is seen.
      assertThat(played.on(node).error("wait").message())
          .startsWith("no service s at ")
          .contains("10.0.0.2")
          .endsWith(", and in this run nothing will change that: n2 failed");
    }
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void a_node_that_failed_after_it_did_its_part_is_not_waited_for_in_vain() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: register
                    consul_service: {id: "s-{{ node.name }}", name: s, address: "{{ node.address }}"}
                  - name: fail
                    assert: {that: node.name != "n2", message: no}
                  - name: wait
                    wait_for: {service: s, addresses: cluster.nodes, timeout: 10h}
                """);
    assertThat(played.steps("n1")).endsWith("ok wait");
    assertThat(played.steps("n3")).endsWith("ok wait");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{key: k}",
        "{key: k, value: v}",
        "{key: k, other_than: w}",
        "{key: other, by: '[cluster.nodes[1]]'}",
        "{sql: SELECT 1 FROM t, database: d, by: '[\"10.0.0.2\"]'}",
        "{service: s, by: '[\"10.0.0.2\"]'}",
        "{file: /there, by: '[\"10.0.0.2\"]'}"
      })
  void so_does_one_for_its_key_or_one_that_names_it(String what) {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(WAIT_FOR_N2.replace("WHAT", what.replace("}", ", timeout: 10h}")));
    for (String node : List.of("n1", "n3")) {
      assertThat(played.on(node).error("wait").code()).isEqualTo(Code.PEER_FAILED);
      assertThat(played.on(node).error("wait").message())
          .endsWith(", and in this run nothing will change that: n2 failed");
    }
  }

  /** Somebody outside of the run may still make it true, or another node. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{key: approved}",
        "{key: k, value: approved}",
        "{key: k, other_than: v}",
        "{key: early, value: approved}",
        "{sql: SELECT 1 FROM t, database: d}"
      })
  void one_that_others_may_end_goes_on_to_its_deadline(String what) {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                WAIT_FOR_N2.replace("WHAT", what.replace("}", ", timeout: 300ms, every: 10ms}")));
    for (String node : List.of("n1", "n3")) {
      assertThat(played.on(node).error("wait").code()).isEqualTo(Code.DEADLINE);
    }
  }

  @Test
  void a_key_that_another_node_may_still_set_is_waited_for() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: fail
                    assert: {that: node.name != "n2", message: no}
                  - name: first
                    when: node.name == "n3"
                    wait_for: {sql: SELECT 1 FROM never, database: d, timeout: 300ms}
                    retries: 0
                  - name: set
                    when: node.name != "n1"
                    consul_kv: {key: k, value: v}
                  - name: wait
                    when: node.name == "n1"
                    wait_for: {key: k, timeout: 10h, every: 10ms}
                """);
    assertThat(played.on("n1").error("wait").message()).endsWith("n2, n3 failed");
    assertThat(played.on("n3").error("first").code()).isEqualTo(Code.DEADLINE);
  }

  @Test
  void the_steps_own_timeout_wins_over_the_primitives_argument() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: wait
                timeout: 1s
                wait_for: {key: k, timeout: 10m}
            """);
    assertThat(played.error("wait").message()).isEqualTo("waited 1s: key k is not set");
  }

  @Test
  void faults_that_pass_are_waited_out_from_the_first_look_on() {
    AtomicInteger reads = new AtomicInteger();
    stage.target.beforeLook((_, _, _) -> {
      if (reads.getAndIncrement() < 2) {
        throw Failure.of(Code.NO_CONSUL_LEADER, "no leader");
      }
      stage.target.consul().set("k", "v");
    });
    RunFixture.Played played = stage.apply(WAIT);
    assertThat(played.steps("n1")).containsExactly("ok wait");
    assertThat(played.of(Event.Waiting.class))
        .extracting(Event.Waiting::what)
        .containsExactly("no leader");
  }

  @Test
  void faults_that_stay_are_not_waited_out() {
    stage.target.beforeLook((_, _, _) -> {
      throw Failure.of(Code.POSTGRES_AUTHENTICATION_FAILED, "wrong password");
    });
    RunFixture.Played played = stage.apply(WAIT);
    assertThat(played.exit()).isEqualTo(ExitCode.NODE_UNUSABLE);
  }

  @Test
  void a_look_that_hangs_is_ended_at_the_deadline() {
    stage.target.beforeLook((_, _, _) -> stage.cancellation.pause(Duration.ofMillis(60)));
    RunFixture.Played played =
        stage.apply(
            """
              - name: wait
                wait_for: {key: k, timeout: 20ms}
            """);
    assertThat(played.error("wait").code()).isEqualTo(Code.DEADLINE);
  }

  @Test
  void an_interrupt_ends_a_wait() {
    stage.target.beforeLook((_, number, _) -> {
      if (number == 2) {
        stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      }
    });
    RunFixture.Played played = stage.apply(WAIT);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
  }

  @Test
  void nodes_wait_for_each_other() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .apply(
                """
                  - name: register
                    consul_service: {id: "c-{{ node.name }}", name: c, address: "{{ node.address }}"}
                  - name: all
                    wait_for: {service: c, addresses: cluster.nodes, timeout: 10m, every: 1ms}
                  - name: tell
                    consul_kv: {key: "{{ node.name }}", value: done}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(stage.target.consul().value("n3")).contains("done");
  }

  private void comesAtLook(int number) {
    stage.target.beforeLook((_, before, _) -> {
      if (before == number) {
        stage.target.consul().set("k", "v");
      }
    });
  }
}
