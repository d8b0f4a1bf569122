package io.rdpg.plan.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/**
 * What the extension's assertions let pass and what they don't, and what it keeps; that it starts
 * and removes labs, the project in {@code examples} shows too.
 */
@Tag("server")
@RdpgLab(inventory = "../examples/grant-access/inventories/test.yml")
class RdpgLabIT {
  @TempDir Path directory;

  @Test
  void an_apply_is_compared_with_its_preview(Lab lab) {
    String plan = put("compared", "SELECT 1");
    lab.preview(plan).changes("db1: the table", "db2: the table", "a key");
    lab.apply(plan).assertChanged("the table", "a key").assertPreviewWasExact();

    assertThatThrownBy(() -> lab.apply(plan).assertPreviewWasExact())
        .hasMessageContaining("call lab.preview(\"" + plan + "\") right before the apply");
    assertThatThrownBy(() -> lab.apply(plan).assertChanged()).hasMessageContaining("in sync");
    assertThatThrownBy(() -> lab.preview(plan).changes("db1: the table"))
        .hasMessage("not changed in the preview of " + plan + ": db1: the table");
    lab.preview(plan).changesNothing();
    lab.sql("db2", "postgres", "DROP TABLE compared");
    Preview before = lab.preview(plan);
    assertThatThrownBy(before::changesNothing)
        .hasMessage("also changed in the preview of " + plan + ": db2: the table");
    lab.sql("db1", "postgres", "DROP TABLE compared");
    assertThatThrownBy(() -> lab.apply(plan).assertPreviewWasExact())
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("the preview of " + plan + " was not exact");
    lab.sql("db2", "postgres", "DROP TABLE compared");
    assertThatThrownBy(() -> lab.apply(plan).assertInSync())
        .hasMessage(plan + " was not in sync, it changed db2: the table");
  }

  @Test
  void a_run_is_killed_between_two_steps(Lab lab) {
    String plan = put("killed", "SELECT 1");
    Killed killed = lab.killedAfter(plan, "db2: the table", "-l", "db2");
    assertThat(lab.sql("db2", "postgres", "SELECT to_regclass('killed')"))
        .containsExactly("killed");
    assertThat(lab.kv("killed/db2")).isEmpty();
    killed.appliedAgain().assertInSync();
    assertThat(lab.kv("killed/db2")).contains("1");
    assertThatThrownBy(() -> lab.killedAfter(plan, "no such step"))
        .hasMessageContaining("ended before step 'no such step' was done");
  }

  @Test
  void what_a_plan_says_of_its_failure_is_in_the_message(Lab lab) {
    String plan = put("failing", "SELECT 1/0");
    assertThatThrownBy(() -> lab.apply(plan))
        .hasMessageContaining("failed with exit code")
        .hasMessageContaining("division by zero");
    lab.refuses(plan).because("division by zero");
    assertThatThrownBy(() -> lab.refuses(plan).because("something else"))
        .hasMessageContaining("failed for another reason");
    assertThatThrownBy(() -> lab.sql("db1", "postgres", "SELEC 1"))
        .hasMessageContaining("db1, database postgres")
        .hasMessageContaining("syntax error");
  }

  @Test
  void journals_and_server_logs_are_kept(Lab lab) {
    lab.apply(put("kept", "SELECT 1"), "-l", "db1");
    Path kept = directory.resolve("kept");
    lab.keep(kept);
    assertThat(TestFiles.names(kept))
        .contains("db1/postgres.log", "db1/consul.log", "db2/ssh.log")
        .filteredOn(name -> name.matches("journals/[^/]+/events.ndjson"))
        .as("of this test's run alone")
        .hasSize(1);
  }

  @Nested
  class Inside {
    @Test
    void the_lab_of_the_class_around_is_used(Lab lab) {
      assertThat(lab.nodes()).containsExactly("db1", "db2");
      assertThat(lab.address("db1")).matches("\\d+\\.\\d+\\.\\d+\\.31");
      assertThatThrownBy(() -> lab.address("db3")).hasMessageContaining("[db1, db2]");
    }
  }

  @Test
  void a_run_goes_on_after_something_was_done_to_a_node(Lab lab) {
    String plan = put("disturbed", "SELECT 1");
    Disturbed disturbed =
        lab.disturbedAfter(
            plan,
            "db1: a query",
            () -> lab.sql("db1", "postgres", "CREATE VIEW disturbed AS SELECT 1"),
            "-l",
            "db1");
    disturbed.assertSucceeded().assertChanged("a key");
    assertThatThrownBy(disturbed::assertFailed).hasMessageContaining("should have failed");
    disturbed.appliedAgain().assertInSync();
    lab.sql("db1", "postgres", "DROP VIEW disturbed");
  }

  @Test
  void a_node_is_on_this_machine_or_one_of_its_own(Lab lab) {
    if (System.getProperty(RdpgLabExtension.IMAGE) == null) {
      assertThat(lab.directory("db1").resolve("postgres/data")).isDirectory();
      assertThatThrownBy(() -> lab.machine("db1"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("containers are");
    } else {
      assertThat(lab.machine("db1").run("hostname")).isEqualTo("db1\n");
      assertThatThrownBy(() -> lab.machine("db1").run("false")).hasMessageContaining("db1: false");
      assertThatThrownBy(() -> lab.directory("db1"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("in its container");
    }
  }

  /** A plan that makes a table and sets a key, after a query. */
  private String put(String name, String query) {
    return TestFiles.write(
            directory.resolve(name + ".yml"),
            """
            plan: %1$s
            steps:
              - name: a query
                sql_exec: {database: postgres, sql: "%2$s", unless: "%2$s"}
                touches: database postgres/nothing
              - name: the table
                sql_exec:
                  database: postgres
                  sql: CREATE TABLE %1$s (id int)
                  unless: SELECT to_regclass('%1$s') IS NOT NULL
                touches: database postgres/table %1$s
              - name: a key
                consul_kv: {key: "%1$s/{{ node.name }}", value: "1"}
            """
                .formatted(name, query))
        .toString();
  }
}
