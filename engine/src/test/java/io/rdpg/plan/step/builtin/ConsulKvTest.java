package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConsulKvTest {
  private static final Observation ABSENT = new Observation.NoKey();

  @Test
  void a_value_is_kept() {
    String yaml = "{key: k, value: v}";
    assertThat(effect(yaml, ABSENT)).isEqualTo(put(null));
    assertThat(effect(yaml, holds("other"))).isEqualTo(put(null));
    assertThat(because(yaml, holds("other"))).isEqualTo("the key holds 'other'");
    assertThat(diff(yaml, holds("v"))).isInstanceOf(Diff.InSync.class);
  }

  @Test
  void a_claim_is_made_once_and_for_all() {
    String yaml = "{key: k, value: v, if_absent: true}";
    assertThat(effect(yaml, ABSENT)).isEqualTo(put(0L));
    assertThat(diff(yaml, holds("other")))
        .isEqualTo(
            new Diff.InSync(
                "the key already holds 'other'", Map.of("found", true, "value", "other")));
  }

  @Test
  void a_value_is_replaced_by_compare_and_set_only() {
    String yaml = "{key: k, value: v, if_value: old}";
    assertThat(effect(yaml, holds("old"))).isEqualTo(put(7L));
    assertThat(diff(yaml, holds("v"))).isInstanceOf(Diff.InSync.class);
    assertThat(((Diff.Refused) diff(yaml, holds("other"))).message())
        .isEqualTo("key k holds 'other', so 'old' is not replaced in it");
    assertThat(((Diff.Refused) diff(yaml, ABSENT)).message())
        .isEqualTo("key k is absent, so 'old' is not replaced in it");
  }

  @Test
  void a_key_is_removed_as_it_was_seen() {
    String yaml = "{key: k, absent: true}";
    assertThat(effect(yaml, holds("v"))).isEqualTo(new Effect.DeleteKey("k", 7));
    assertThat(diff(yaml, ABSENT)).isInstanceOf(Diff.InSync.class);
  }

  @Test
  void a_preview_registers_what_will_be_there() {
    Diff.Change change = (Diff.Change) diff("{key: k, value: v}", ABSENT);
    assertThat(change.registered()).isEqualTo(Map.of("found", true, "value", "v"));
  }

  @Test
  void a_value_that_changes_is_shown_with_the_old_one() {
    assertThat(detail("{key: k, value: v}", holds("a\nb"))).isEqualTo("- a\n- b\n+ v");
    assertThat(detail("{key: k, value: v, if_value: old}", holds("old"))).isEqualTo("- old\n+ v");
    assertThat(detail("{key: k, value: v}", holds(""))).isEqualTo("-\n+ v");
    assertThat(detail("{key: k, value: v}", ABSENT)).isNull();
  }

  @Test
  void a_secret_value_is_shown_neither_old_nor_new() {
    Read.Key key = new Read.Key("k");
    ConsulKv.Want want = new ConsulKv.Holds(key, Text.secret("new password"));
    Diff diff = new ConsulKv().diff(want, new Observations(Map.of(key, holds("old password"))));
    assertThat(((Diff.Change) diff).detail()).isEqualTo("- ***\n+ ***");
    assertThat(detail("{key: k, absent: true}", holds("old password"))).isNull();
    ConsulKv.Want replaced =
        new ConsulKv.Replaced(key, Text.secret("new password"), Text.plain("old password"));
    Diff replacing =
        new ConsulKv().diff(replaced, new Observations(Map.of(key, holds("old password"))));
    assertThat(((Diff.Change) replacing).detail()).isEqualTo("- ***\n+ ***");
    assertThat(((Diff.Change) replacing).because()).isEqualTo("the key holds '***'");
  }

  private static @Nullable String detail(String yaml, Observation observation) {
    return ((Diff.Change) diff(yaml, observation)).detail();
  }

  private static Effect put(@Nullable Long ifIndex) {
    return new Effect.PutKey("k", Text.plain("v"), ifIndex);
  }

  private static Observation holds(String value) {
    return new Observation.KeyValue(Text.plain(value), 7);
  }

  private static Effect effect(String yaml, Observation observation) {
    return ((Diff.Change) diff(yaml, observation)).effects().getFirst();
  }

  private static String because(String yaml, Observation observation) {
    return ((Diff.Change) diff(yaml, observation)).because();
  }

  private static Diff diff(String yaml, Observation observation) {
    return StepArguments.diff(new ConsulKv(), yaml, observation);
  }
}
