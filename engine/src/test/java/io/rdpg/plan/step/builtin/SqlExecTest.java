package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SqlExecTest {
  private static final String MAKE = "{database: d, sql: MAKE, unless: SELECT made}";

  @Test
  void a_statement_is_run_unless_its_query_holds() {
    assertThat(diff(MAKE, rows())).isInstanceOf(Diff.Change.class);
    assertThat(diff(MAKE, rows(false))).isInstanceOf(Diff.Change.class);
    assertThat(diff(MAKE, rows(true))).isEqualTo(new Diff.InSync("its `unless` query holds"));
    assertThat(diff(MAKE, rows(1L))).isInstanceOf(Diff.InSync.class);
    assertThat(diff(MAKE, rows(false, false))).isInstanceOf(Diff.InSync.class);
    assertThat(diff(MAKE, new Observation.NoPlace("database d")))
        .extracting(diff -> ((Diff.Refused) diff).message())
        .isEqualTo("database d doesn't exist, so nothing can be run in it");
  }

  @Test
  void the_statement_is_one_transaction_unless_told_otherwise() {
    assertThat(effect(MAKE, rows()))
        .isEqualTo(new Effect.RunSql("d", Text.plain("MAKE"), List.of(), true, Set.of()));
    assertThat(
            effect(
                "{database: d, sql: MAKE, unless: U, transaction: no, retry_on: ['55006'],"
                    + " params: [1, two]}",
                rows()))
        .isEqualTo(
            new Effect.RunSql(
                "d",
                Text.plain("MAKE"),
                List.of(Text.plain("1"), Text.plain("two")),
                false,
                Set.of("55006")));
  }

  @Test
  void what_runs_always_is_not_looked_at() {
    Diff.Change change = (Diff.Change) diff("{database: d, sql: MAKE, always: true}");
    assertThat(change.lookAgain()).isFalse();
    assertThat(change.detail()).isEqualTo("MAKE");
  }

  @Test
  void what_the_marks_stand_for_is_shown() {
    List<Text> values = List.of(Text.plain("1"), Text.plain("two\nlines"), Text.secret("hush"));
    Effect.RunSql call =
        new Effect.RunSql("d", Text.plain("CALL f(?, ?, ?)"), values, true, Set.of());
    Diff.Change change =
        (Diff.Change) new SqlExec().diff(new SqlExec.Want(call, null), Observations.NONE);
    assertThat(change.detail())
        .isEqualTo(
            """
            CALL f(?, ?, ?)
            -- parameter 1: 1
            -- parameter 2: two
            --   lines
            -- parameter 3: ***\
            """);
  }

  @Test
  void a_null_is_no_parameter() {
    assertThatThrownBy(() -> diff("{database: d, sql: S, always: true, params: [1, null]}"))
        .hasMessageContaining("'params' must not hold a null");
  }

  @Test
  void always_false_says_nothing() {
    assertThatThrownBy(() -> diff("{database: d, sql: MAKE, always: false}"))
        .hasMessageContaining("needs one of 'unless', 'unless_file', 'always'");
    assertThatThrownBy(() -> diff("{database: d, sql: MAKE, always: 'false'}"))
        .hasMessageContaining("must be true where there is no 'unless'");
    assertThat(diff("{database: d, sql: MAKE, unless: U, always: false}", rows(1)))
        .isInstanceOf(Diff.InSync.class);
  }

  @Test
  void what_holds_no_statement_is_refused() {
    for (String nothing : List.of("''", "' ;; '", "'-- nothing'", "'/* a; b */'")) {
      assertThatThrownBy(() -> diff("{database: d, sql: " + nothing + ", always: true}"))
          .hasMessageContaining("'sql' holds no statement");
      assertThatThrownBy(() -> diff("{database: d, sql: S, unless: " + nothing + "}", rows(1)))
          .hasMessageContaining("'unless' holds no statement");
    }
  }

  /** A statement's words are looked for in all SQL. */
  @Test
  void a_literal_may_be_long() {
    String longest = "a''".repeat(100_000);
    assertThat(diff("{database: d, sql: \"SELECT '" + longest + "'\", always: true}"))
        .isInstanceOf(Diff.Change.class);
  }

  private static Effect effect(String yaml, Observation observation) {
    return ((Diff.Change) diff(yaml, observation)).effects().getFirst();
  }

  private static Diff diff(String yaml, Observation... observations) {
    return StepArguments.diff(new SqlExec(), yaml, observations);
  }

  private static Observation.Table rows(Object... values) {
    return new Observation.Table(
        List.of("c"),
        List.of(values).stream().map(value -> Map.<String, Object>of("c", value)).toList());
  }
}
