package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node or one of its servers is out of reach for a while, outside of a wait. */
class OutageTest {
  private static final String PUT =
      """
        - name: first
          consul_kv: {key: a, value: 1}
        - name: second
          consul_kv: {key: b, value: 1}
      """;
  private static final String COMMAND =
      """
        - name: first
          consul_kv: {key: a, value: 1}
        - name: second
          command: {run: [make, it], always: true}
      """;

  @TempDir Path directory;

  private RunFixture stage;
  private final AtomicInteger outages = new AtomicInteger();

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
    stage.target.node("n1").on("make it", () -> {});
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"CONNECTION_LOST", "UNREACHABLE", "CONSUL_UNREACHABLE", "NO_CONSUL_LEADER"})
  void reads_are_asked_again(Code code) {
    stage.target.beforeLook((_, _, read) -> {
      if (read.equals(new Read.Key("b")) && outages.getAndIncrement() < 2) {
        throw Failure.of(code, "an outage");
      }
    });
    RunFixture.Played played = stage.apply(PUT);
    assertThat(played.steps("n1")).containsExactly("changed first", "changed second");
    assertThat(played.of(Event.Waiting.class))
        .extracting(Event.Waiting::what)
        .containsExactly("trying again: an outage", "trying again: an outage");
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"UNREACHABLE", "CONSUL_UNREACHABLE"})
  void what_has_never_answered_is_not_waited_for(Code code) {
    stage.target.beforeLook((_, _, _) -> {
      throw Failure.of(code, "not there");
    });
    RunFixture.Played played = stage.apply(PUT);
    assertThat(played.exit()).isEqualTo(ExitCode.NODE_UNUSABLE);
    assertThat(played.of(Event.Waiting.class)).isEmpty();
  }

  @Test
  void an_outage_that_lasts_is_the_steps_error() {
    stage.target.beforeLook((_, _, _) -> {
      throw Failure.of(Code.NO_CONSUL_LEADER, "no leader");
    });
    RunFixture.Played played =
        stage.apply(
            """
              - name: put
                timeout: 1s
                consul_kv: {key: a, value: 1}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.NODE_UNUSABLE);
    assertThat(played.error("put").code()).isEqualTo(Code.NO_CONSUL_LEADER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retries_are_not_for_outages_that_have_had_their_grace(boolean had) {
    stage.target.beforeLook((_, _, _) -> {
      outages.incrementAndGet();
      Failure failure = Failure.of(Code.CONSUL_UNREACHABLE, "not there");
      throw had ? new OutageLasted(failure) : failure;
    });
    RunFixture.Played played =
        stage.apply(
            """
              - name: put
                retries: 2
                every: 1ms
                consul_kv: {key: a, value: 1}
            """);
    assertThat(played.error("put").code()).isEqualTo(Code.CONSUL_UNREACHABLE);
    assertThat(outages).hasValue(had ? 1 : 3);
  }

  @Test
  void an_effect_that_was_not_sent_is_sent_again() {
    stage.target.beforePerform((_, before, _) -> {
      if (before == 1 && outages.getAndIncrement() < 3) {
        throw Failure.of(Code.UNREACHABLE, "not sent");
      }
    });
    assertThat(stage.apply(COMMAND).steps("n1")).containsExactly("changed first", "changed second");
    assertThat(stage.target.performed()).hasSize(2);
  }

  @Test
  void an_effect_whose_answer_was_lost_is_looked_at() {
    loseAnswers(1);
    RunFixture.Played played = stage.apply(PUT);
    assertThat(played.steps("n1")).containsExactly("changed first", "changed second");
    assertThat(stage.target.performed()).hasSize(2);
  }

  @Test
  void an_effect_that_was_lost_on_the_way_is_performed_once_more() {
    stage.target.beforePerform((_, before, _) -> {
      if (before == 1 && outages.getAndIncrement() < 1) {
        throw Failure.of(Code.CONNECTION_LOST, "lost");
      }
    });
    assertThat(stage.apply(PUT).steps("n1")).containsExactly("changed first", "changed second");
  }

  @Test
  void an_effect_that_breaks_its_connection_is_not_performed_for_ever() {
    stage.target.beforePerform((_, before, _) -> {
      if (before == 1) {
        outages.incrementAndGet();
        throw Failure.of(Code.CONNECTION_LOST, "lost");
      }
    });
    assertThat(stage.apply(PUT).error("second").code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(outages).hasValue(2);
  }

  @Test
  void a_command_that_may_have_run_is_not_run_again() {
    loseAnswers(1);
    assertThat(stage.apply(COMMAND).error("second").code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(stage.target.performed()).hasSize(2);
  }

  @Test
  void what_another_node_has_done_meanwhile_is_in_sync() {
    stage.target.beforePerform((_, _, what) -> {
      if (what instanceof Effect.PutKey(String key, _, _) && key.equals("b")) {
        stage.target.consul().set("b", "1");
        throw Failure.of(Code.CONSUL_WRITE_REFUSED, "it is there");
      }
    });
    RunFixture.Played played = stage.apply(PUT);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.step("second").why()).startsWith("another was faster: ");
    assertThat(played.steps("n1")).containsExactly("changed first", "ok second");
  }

  private void loseAnswers(int of) {
    stage.target.afterPerform((_, number, _) -> {
      if (number == of) {
        throw Failure.of(Code.CONNECTION_LOST, "the answer is lost");
      }
    });
  }
}
