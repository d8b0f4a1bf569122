package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else changes a key between a step's look and its compare-and-set. */
class ConcurrentChangeTest {
  private static final String CLAIM =
      "  - name: claim\n    consul_kv: {key: k, value: mine, if_absent: true}\n    register: claim\n"
          + "  - name: tell\n    consul_kv: {key: t, value: \"{{ claim.changed }} {{ claim.value"
          + " }}\"}\n";
  private static final String REPLACE =
      "  - name: replace\n    consul_kv: {key: k, value: new, if_value: old}\n";
  private static final String REMOVE = "  - name: remove\n    consul_kv: {key: k, absent: true}\n";

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory).on("n1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"theirs", "mine"})
  void a_claim_that_is_lost_changes_nothing(String theirs) {
    onceBefore(() -> stage.target.consul().set("k", theirs));
    RunFixture.Played played = stage.apply(CLAIM);
    assertNothingDone(played, "claim", "the key already holds '" + theirs + "'");
    assertThat(stage.target.consul().value("t")).hasValue("false " + theirs);
  }

  @Test
  void a_claim_that_is_lost_and_given_back_is_made_again() {
    onceBefore(() -> stage.target.consul().set("k", "theirs"));
    AtomicInteger reads = new AtomicInteger();
    stage.target.beforeLook((_, _, _) -> {
      if (reads.getAndIncrement() == 1) {
        stage.target.consul().remove("k");
      }
    });
    RunFixture.Played played = stage.apply(CLAIM);
    assertThat(played.step("claim").status()).isEqualTo(Status.CHANGED);
    assertThat(played.step("claim").effects()).hasSize(1);
    assertThat(stage.target.consul().value("t")).hasValue("true mine");
  }

  @Test
  void what_somebody_else_has_replaced_alike_is_in_sync() {
    stage.target.consul().set("k", "old");
    onceBefore(() -> stage.target.consul().set("k", "new"));
    assertNothingDone(stage.apply(REPLACE), "replace", "the value is equal");
  }

  @Test
  void what_somebody_else_has_replaced_otherwise_is_refused() {
    stage.target.consul().set("k", "old");
    onceBefore(() -> stage.target.consul().set("k", "theirs"));
    RunFixture.Played played = stage.apply(REPLACE);
    Event.StepFinished step = played.step("replace");
    assertThat(step.status()).isEqualTo(Status.FAILED);
    assertThat(step.effects()).isEmpty();
    assertThat(Objects.requireNonNull(step.error()).code()).isEqualTo(Code.CONSUL_WRITE_REFUSED);
    assertThat(stage.target.consul().value("k")).hasValue("theirs");
  }

  @Test
  void what_somebody_else_has_removed_was_not_removed_here() {
    stage.target.consul().set("k", "v");
    onceBefore(() -> stage.target.consul().remove("k"));
    assertNothingDone(stage.apply(REMOVE), "remove", "the key is absent");
  }

  @Test
  void what_somebody_else_has_changed_is_looked_at_again_and_removed() {
    stage.target.consul().set("k", "v");
    onceBefore(() -> stage.target.consul().set("k", "w"));
    RunFixture.Played played = stage.apply(REMOVE);
    assertThat(played.step("remove").status()).isEqualTo(Status.CHANGED);
    assertThat(stage.target.consul().value("k")).isEmpty();
  }

  private void onceBefore(Runnable faster) {
    AtomicInteger effects = new AtomicInteger();
    stage.target.beforePerform((_, _, what) -> {
      boolean ofKey =
          (what instanceof Effect.PutKey put && put.key().equals("k"))
              || what instanceof Effect.DeleteKey;
      if (ofKey && effects.getAndIncrement() == 0) {
        faster.run();
      }
    });
  }

  private void assertNothingDone(RunFixture.Played played, String step, String why) {
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.step(step).status()).isEqualTo(Status.OK);
    assertThat(played.step(step).why()).isEqualTo(why);
    assertThat(played.step(step).effects()).isEmpty();
    assertThat(stage.target.performed())
        .noneMatch(one -> one.effect().touches().contains(new Resource.Key("k")));
  }
}
