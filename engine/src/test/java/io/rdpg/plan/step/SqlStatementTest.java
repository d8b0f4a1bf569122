package io.rdpg.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatementTest {
  @Test
  void a_script_is_cut_at_its_semicolons() {
    assertThat(texts(" a;; b ;\n-- c; d\nc;")).containsExactly("a", "b", "-- c; d\nc");
    assertThat(texts("a; /* nothing */; -- more")).containsExactly("a");
    assertThat(texts("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a; b', 'it''s; '",
        "SELECT E'a\\'; b', E'''\\'; b'",
        "SELECT 'a\\' AS \"b;'\"",
        "SELECT $$;$$, $a$; $$ ;$a$, $1",
        "SELECT a$b$ ('c;')",
        "SELECT /* a; /* b; */ c; */ 1",
        "SELECT 1 -- a; b",
        "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "create function f() returns int begin\n/* ; */ atomic; select 2; end",
      })
  void other_semicolons_are_a_part_of_it(String statement) {
    assertThat(texts(statement)).containsExactly(statement);
    assertThat(texts("A; " + statement + "\n; B")).containsExactly("A", statement, "B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a; b", "E'a\\", "\"a; b", "$a$ ; b$", "/* /* */ ;", "(a;", "a)"})
  void what_is_not_ended_lasts_to_the_end(String statement) {
    assertThat(texts("A; x " + statement)).containsExactly("A", "x " + statement);
  }

  @Test
  void what_says_nothing_is_left_out_of_the_bare_one() {
    assertThat(SqlStatement.in("SELECT 'x'/**/, \"y\" -- z\n, $$x$$;"))
        .extracting(SqlStatement::bare)
        .containsExactly("SELECT '' , \"y\"  , ''");
  }

  @Test
  void a_block_that_is_none_is_cut() {
    assertThat(texts("BEGIN; SELECT CASE WHEN a THEN b END; END"))
        .containsExactly("BEGIN", "SELECT CASE WHEN a THEN b END", "END");
  }

  private static List<String> texts(String script) {
    return SqlStatement.in(script).stream().map(SqlStatement::text).toList();
  }
}
