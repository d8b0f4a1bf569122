package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.RunFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a run in which something fails. */
class FailureTest {
  private static final String TWO =
      """
        - name: a
          consul_kv: {key: "{{ node.name }}/a", value: 1}
        - name: b
          consul_kv: {key: "{{ node.name }}/b", value: 1}
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
  }

  @Test
  void a_failed_step_ends_its_node_and_the_others_go_on() {
    failOn("n2", Failure.of(Code.SQL_FAILED, "no"));
    RunFixture.Played played = stage.on("n1", "n2", "n3").apply(TWO);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.steps("n1")).containsExactly("changed a", "changed b");
    assertThat(played.steps("n2")).containsExactly("failed a");
    assertThat(played.steps("n3")).containsExactly("changed a", "changed b");
    assertThat(played.on("n2").error("a").node()).isEqualTo("n2");
  }

  @Test
  void of_several_failures_the_worst_gives_the_exit_code() {
    stage.target.beforePerform((node, _, _) -> {
      switch (node) {
        case "n1" -> throw Failure.of(Code.SQL_FAILED, "a step");
        case "n2" -> throw Failure.of(Code.POSTGRES_UNREACHABLE, "a node");
        default -> throw Failure.of(Code.LOCK_LOST, "a lock");
      }
    });
    assertThat(stage.on("n1").apply(TWO).exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(stage.on("n1", "n2").apply(TWO).exit()).isEqualTo(ExitCode.NODE_UNUSABLE);
    assertThat(stage.on("n1", "n2", "n3").apply(TWO).exit()).isEqualTo(ExitCode.LOCK);
  }

  @Test
  void a_fault_of_ours_is_told_and_ends_its_node_only() {
    stage.target.beforePerform((node, _, _) -> {
      if (node.equals("n1")) {
        throw new StackOverflowError();
      }
    });
    RunFixture.Played played = stage.on("n1", "n2").apply(TWO);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.of(Event.DiagnosticReported.class))
        .extracting(told -> told.diagnostic().code())
        .containsExactly(Code.INTERNAL);
    assertThat(played.steps("n2")).containsExactly("changed a", "changed b");
  }

  @Test
  void a_secret_that_is_read_from_a_server_again_is_not_shown() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "OldPassw0rd-1");
    RunFixture.Played played =
        stage.apply(
            """
              - name: one
                consul_kv: {key: a, value: "{{ secret('file:%s') }}"}
              - name: look
                lookup: {key: a}
                register: k
              - name: copy {{ k.value }}
                consul_kv: {key: b, value: "copy {{ k.value }}"}
              - name: again
                consul_kv: {key: b, value: "{{ k.value }} copy"}
            """
                .formatted(file));
    assertThat(stage.target.consul().value("b")).contains("OldPassw0rd-1 copy");
    assertThat(played.of(Event.StepFinished.class))
        .hasSize(4)
        .allSatisfy(event -> assertThat(event.toString()).doesNotContain("Passw0rd"));
  }

  @Test
  void a_step_is_tried_again_as_often_as_it_says() {
    AtomicInteger failures = new AtomicInteger(2);
    stage.target.beforePerform((_, _, _) -> {
      if (failures.getAndDecrement() > 0) {
        throw Failure.of(Code.SQL_FAILED, "not yet");
      }
    });
    RunFixture.Played played =
        stage.applyAsNoted(
            """
              - name: a # changed
                retries: 2
                every: 1ms
                consul_kv: {key: a, value: 1}
            """);
    assertThat(played.of(Event.Waiting.class))
        .extracting(Event.Waiting::what)
        .containsExactly("trying again: not yet", "trying again: not yet");
  }

  @Test
  void retries_end() {
    AtomicInteger tries = new AtomicInteger();
    stage.target.beforePerform((_, _, _) -> {
      tries.incrementAndGet();
      throw Failure.of(Code.SQL_FAILED, "never");
    });
    stage.applyAsNoted(
        """
          - name: a # failed
            retries: 2
            every: 1ms
            consul_kv: {key: a, value: 1}
        """);
    assertThat(tries).hasValue(3);
  }

  @Test
  void a_step_that_takes_too_long_is_cancelled() {
    RunFixture.Played played =
        stage
            .with(new SlowTarget())
            .apply(
                """
                  - name: slow
                    timeout: 20ms
                    slow: {}
                """);
    assertThat(played.error("slow").code()).isEqualTo(Code.DEADLINE);
    assertThat(played.error("slow").message()).isEqualTo("not done within 20ms");
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void a_difference_that_stays_has_an_exit_code_of_its_own() {
    stage.target.node("n1").database("d").on("DO IT", () -> {});
    RunFixture.Played played =
        stage.apply(
            """
              - name: a
                sql_exec: {database: d, sql: DO IT, unless: SELECT done}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.DIFFERS_AFTER);
    assertThat(played.error("a").message()).contains("reading again shows a difference");
  }

  @Test
  void what_takes_a_moment_to_settle_is_looked_at_again() {
    stage.target.node("n1").put("/conf", "x");
    stage.target.node("n1").database("postgres").on("RELOAD", () -> {});
    AtomicInteger reads = new AtomicInteger();
    stage.target.beforeLook((node, _, read) -> {
      if (read.toString().contains("PROBE") && reads.incrementAndGet() == 4) {
        stage.target.node(node).database("postgres").observations("PROBE", true);
      }
    });
    stage.applyAsNoted(
        """
          - name: a # changed
            reload_service: {service: s, config: [/conf], sql: RELOAD, probe: PROBE}
        """);
    assertThat(reads).hasValue(4);
    assertThat(stage.target.node("n1").reloads("s")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "when: node.name",
        "for_each: node.name",
        "when: '\"x\" | sql_literal'",
      })
  void what_only_the_run_can_understand_is_no_exit_2(String key) {
    RunFixture.Played played =
        stage.apply(
            """
              - name: first
                consul_kv: {key: k, value: v}
              - name: a
                KEY
                consul_kv: {key: k2, value: v}
            """
                .replace("KEY", key));
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.error("a").code()).isEqualTo(Code.BAD_ARGUMENT_VALUE);
    assertThat(played.error("a").at()).isNotNull();
  }

  @Test
  void a_file_that_only_the_run_can_name_and_that_is_missing_is_no_exit_2() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: a
                for_each: [x]
                render_template: {template: "{{ item }}.conf", dest: /x}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.error("a").message()).contains("no file 'x.conf'");
  }

  @Test
  void an_interrupt_ends_every_node_before_its_next_step() {
    stage.target.beforePerform(
        (_, _, _) -> stage.cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted")));
    RunFixture.Played played = stage.on("n1", "n2").apply(TWO);
    assertThat(played.exit()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(stage.target.performed()).isEmpty();
    assertThat(played.finished()).hasSize(2);
    assertThat(played.finished()).allMatch(step -> step.status() == Status.FAILED);
  }

  @Test
  void a_serial_plan_stops_after_the_batch_that_failed() {
    failOn("n2", Failure.of(Code.SQL_FAILED, "no"));
    stage.file("plan.yml", "plan: p\nserial: 1\nsteps:\n" + TWO);
    RunFixture.Played played =
        stage.on("n1", "n2", "n3").play(directory.resolve("plan.yml"), false);
    assertThat(played.steps("n1")).containsExactly("changed a", "changed b");
    assertThat(played.steps("n2")).containsExactly("failed a");
    assertThat(played.steps("n3")).isEmpty();
  }

  @Test
  void so_many_nodes_are_walked_at_once_and_no_more() {
    Set<String> atWork = ConcurrentHashMap.newKeySet();
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    List<String> begun = Collections.synchronizedList(new ArrayList<>());
    stage.target.beforePerform((node, _, effect) -> {
      if (effect instanceof Effect.PutKey put && put.key().endsWith("/a")) {
        atWork.add(node);
        begun.add(node);
        seen.add(atWork.size());
      } else {
        atWork.remove(node);
      }
    });
    stage.on("n1", "n2", "n3").nodesAtOnce(1).apply(TWO);
    assertThat(seen).containsExactly(1, 1, 1);
    assertThat(begun).containsExactly("n1", "n2", "n3");
    assertThat(stage.target.performed()).hasSize(6);
  }

  private void failOn(String failing, Failure failure) {
    stage.target.beforePerform((node, _, _) -> {
      if (node.equals(failing)) {
        throw failure;
      }
    });
  }
}
