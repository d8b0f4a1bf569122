package io.rdpg.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EffectTest {
  @Test
  void sql_is_shown_by_the_first_line_that_says_something() {
    assertThat(summary("-- why\nDO $$\nBEGIN\n  CREATE ROLE a;\nEND $$"))
        .isEqualTo("run in d: CREATE ROLE a;");
    assertThat(summary("\nDO $$ BEGIN CREATE ROLE a; END $$"))
        .isEqualTo("run in d: DO $$ BEGIN CREATE ROLE a; END $$");
    assertThat(summary("BEGIN; DROP TABLE t; COMMIT")).endsWith(": BEGIN; DROP TABLE t; COMMIT");
    assertThat(summary("-- nothing but this")).endsWith(": -- nothing but this");
  }

  private static String summary(String sql) {
    return new Effect.RunSql("d", Text.plain(sql), List.of(), true, Set.of()).summary();
  }

  @Test
  void what_may_be_done_in_part_is_known() {
    assertThat(sql("CREATE DATABASE d;", false).isAllOrNothing()).isTrue();
    assertThat(sql("VACUUM a; VACUUM b", false).isAllOrNothing()).isFalse();
    assertThat(sql("DELETE FROM a; DELETE FROM b", true).isAllOrNothing()).isTrue();
  }

  private static Effect sql(String sql, boolean transaction) {
    return new Effect.RunSql("d", Text.plain(sql), List.of(), transaction, Set.of());
  }
}
