package io.rdpg.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void sql_of_another_server_says_where() {
    assertThat(at(new SqlServer("archive", 5432, null, null, null, false)))
        .isEqualTo("run in d at archive:5432: DROP TABLE t");
    assertThat(at(new SqlServer(null, 6432, "rdpg", Text.secret("x"), null, true)))
        .isEqualTo("run in d at port 6432 (console): DROP TABLE t");
  }

  private static String at(SqlServer server) {
    return new Effect.RunSql(server, "d", Text.plain("DROP TABLE t"), List.of(), true, Set.of())
        .summary();
  }

  private static String summary(String sql) {
    return new Effect.RunSql("d", Text.plain(sql), List.of(), true, Set.of()).summary();
  }

  @Test
  void a_command_is_shown_as_it_can_be_pasted() {
    assertThat(command("sh", "-c", "echo a b")).isEqualTo("run sh -c 'echo a b'");
    assertThat(command("install", "-d", "--mode=0750", "/var/lib/a,b"))
        .isEqualTo("run install -d --mode=0750 /var/lib/a,b");
    assertThat(command("echo", "", "it's", "~", "$HOME", "*", "#", "ä"))
        .isEqualTo("run echo '' 'it'\\''s' '~' '$HOME' '*' '#' 'ä'");
  }

  @Test
  void a_secret_of_a_command_is_not_shown() {
    assertThat(
            new Effect.RunCommand(
                    List.of(Text.plain("login"), Text.secret("it's hunter2")), null, Map.of())
                .summary())
        .isEqualTo("run login ***");
  }

  private static String command(String... argv) {
    return new Effect.RunCommand(Stream.of(argv).map(Text::plain).toList(), null, Map.of())
        .summary();
  }

  @Test
  void what_may_be_done_in_part_is_known() {
    assertThat(sql("CREATE DATABASE d;", false).isAllOrNothing()).isTrue();
    assertThat(sql("VACUUM a; VACUUM b", false).isAllOrNothing()).isFalse();
    assertThat(sql("DELETE FROM a; DELETE FROM b", true).isAllOrNothing()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "create index\nconcurrently on t (a)",
        "DROP INDEX CONCURRENTLY i",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY;",
        "REINDEX TABLE t",
        "-- all of it\nVACUUM",
        "ANALYZE",
        "CLUSTER",
        "CALL refill()",
        "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$",
      })
  void what_commits_in_its_midst_may_be_done_in_part(String statement) {
    assertThat(sql(statement, false).isAllOrNothing()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX concurrent_ones ON t (a)",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "CREATE SUBSCRIPTION s CONNECTION 'CONCURRENTLY' PUBLICATION p",
      })
  void what_commits_once_is_done_wholly(String statement) {
    assertThat(sql(statement, false).isAllOrNothing()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", "end", "ROLLBACK", "Rollback and chain", "ABORT WORK"})
  void a_transaction_that_ends_before_its_script_may_be_done_in_part(String end) {
    assertThat(sql("DELETE FROM a; " + end + "; DELETE FROM b", true).isAllOrNothing()).isFalse();
  }

  @Test
  void a_prepared_transaction_may_be_done_in_part() {
    assertThat(sql("DELETE FROM a; PREPARE TRANSACTION 'x'", true).isAllOrNothing()).isFalse();
    assertThat(sql("PREPARE q AS SELECT 1; EXECUTE q", true).isAllOrNothing()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SAVEPOINT s; ROLLBACK TO s",
        "SAVEPOINT s; ROLLBACK WORK TO SAVEPOINT s",
        "SELECT 'a; COMMIT; b' /* ; COMMIT */ -- ; END",
        "DO $$ BEGIN NULL; END; $$; SELECT CASE WHEN true THEN 1 END",
        "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC SELECT 1; SELECT 2; END;",
        "CREATE TABLE endings (a int)",
      })
  void words_that_end_no_transaction_are_known(String script) {
    assertThat(sql(script, true).isAllOrNothing()).isTrue();
  }

  private static Effect sql(String sql, boolean transaction) {
    return new Effect.RunSql("d", Text.plain(sql), List.of(), transaction, Set.of());
  }
}
