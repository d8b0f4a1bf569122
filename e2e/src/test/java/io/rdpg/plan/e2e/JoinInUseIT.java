package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A third node joins a cluster of two, both of which are written to all the time; its join is
 * killed again and again. In the end all three have the same rows, and exactly those that were
 * acknowledged.
 */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JoinInUseIT {
  private static final String COPY = "replication/native/copy-from.yml";
  private static final String JOIN = "replication/native/join.yml";

  @AutoClose private static LabUnderTest lab;
  @AutoClose private static Writer first;
  @AutoClose private static Writer second;

  @BeforeAll
  static void bootstrapTwoOfThree() throws IOException {
    lab = LabUnderTest.threeServiceNodes();
    Path two =
        Files.writeString(
            lab.directory().resolve("two.yml"),
            TestFiles.read(lab.inventory()).replaceFirst("(?m)^ +sc3:.*\n", ""));
    lab.run(
            "apply",
            PlanCopy.in(lab.directory()).firstLeads().path("bootstrap.yml"),
            "-o",
            "json",
            "-i",
            two.toString())
        .exits(0);
    for (String node : members()) {
      lab.sql(node, "rdpg", "CREATE TABLE public.without_key (word text)");
    }
    for (String node : members()) {
      lab.sql(node, "rdpg", "SELECT subname FROM pg_subscription")
          .forEach(name ->
              lab.sql(
                  node,
                  "rdpg",
                  "ALTER SUBSCRIPTION " + name + " REFRESH PUBLICATION WITH (copy_data = false)"));
    }
    lab.sql(
        "sc1",
        "rdpg",
        "INSERT INTO rdpg.events (host, key, msg) SELECT 'old', 'old', i"
            + " FROM generate_series(1, 20000) AS i");
    first = new Writer("sc1");
    second = new Writer("sc2");
  }

  private static List<String> members() {
    return List.of("sc1", "sc2");
  }

  private static CommandResult join(PlanCopy plans, String... more) {
    return lab.run(List.of("apply", plans.path("bootstrap.yml"), "-o", "json"), more);
  }

  // --- refused, and nothing changed at the members ---

  @Test
  @Order(1)
  void a_node_for_which_the_members_have_no_room_is_refused_before_anything_is_changed() {
    String setting = lab.sql("sc1", "rdpg", "SHOW max_slot_wal_keep_size").getFirst();
    setWalKept("1MB");
    try {
      CommandResult refused = join(PlanCopy.in(lab.directory()), "-l", "sc3").exits(1);
      assertThat(refused.stdout())
          .contains("sc3 can't join rdpgsc1: sc1: max_slot_wal_keep_size is 1 MB");
      assertThat(refused.steps("changed")).isEmpty();
    } finally {
      setWalKept(setting);
    }
  }

  private static void setWalKept(String size) {
    lab.sql("sc1", "postgres", "ALTER SYSTEM SET max_slot_wal_keep_size = '" + size + "'");
    lab.sql("sc1", "postgres", "SELECT pg_reload_conf()");
    Eventually.holds(
        "it counts",
        () -> lab.sql("sc1", "postgres", "SHOW max_slot_wal_keep_size").equals(List.of(size)));
  }

  @Test
  @Order(2)
  void a_node_that_lacks_a_table_is_refused_before_the_members_are_changed() {
    CommandResult refused = join(PlanCopy.in(lab.directory())).exits(1);
    assertThat(refused.stdout())
        .contains("sc3 lacks tables of sc1", "public.without_key (word text)");
    for (String node : members()) {
      assertThat(lab.sql(node, "rdpg", "SELECT slot_name FROM pg_replication_slots")).hasSize(1);
      assertThat(disabled(node)).isEmpty();
    }
    lab.sql("sc3", "rdpg", "CREATE TABLE public.without_key (word text)");
  }

  // --- the wrong way ---

  /** If this passed without a loss, the test below would show nothing. */
  @Test
  @Order(3)
  void without_the_pause_of_the_source_rows_are_lost() {
    PlanCopy wrong =
        PlanCopy.in(lab.directory())
            .replace(COPY, "reads from nobody\"\n", "reads on\"\n    when: node.name == ''\n")
            .replace(COPY, "SELECT NOT EXISTS (SELECT FROM pg_stat_subscription", "SELECT true --")
            .replace(COPY, "(positions.rows | first).complete", "true")
            .replace(COPY, "positions_after.rows == positions.rows", "true")
            .replace(COPY, "for one in positions.rows", "for one in positions_after.rows")
            .insert(
                COPY,
                "all rows of {{ source.name }}",
                List.of(
                    "- name: rows of sc2 so far",
                    "  on: sc1",
                    "  lookup:",
                    "    database: rdpg",
                    "    sql: SELECT count(*) AS n FROM without_key WHERE word ~ '^sc2'",
                    "  register: so_far",
                    "- name: more of them",
                    "  on: sc1",
                    "  wait_for:",
                    "    database: rdpg",
                    "    sql: >",
                    "      SELECT count(*) > 10 + {{ so_far.row.n }} FROM without_key WHERE word ~ '^sc2'",
                    "    timeout: 1m",
                    "  touches: more of them"));
    CommandResult stopped =
        after("nonleader.yml", "this node is ready")
            .by("node.name == 'sc3'")
            .arm(wrong)
            .start(lab, lab.nodes())
            .await();
    assertThat(stopped.exit()).as("%s", stopped).isEqualTo(CrashPoint.KILLED);
    lab.endSessions();
    int written = second.count();
    Eventually.holds(
        "sc3 reads what is written on sc2",
        () ->
            !lab.sql(
                    "sc3",
                    "rdpg",
                    "SELECT 1 FROM public.without_key WHERE word = 'sc2 " + written + "'")
                .isEmpty());
    String there =
        lab.sql(
                "sc3",
                "rdpg",
                "SELECT count(DISTINCT word) FROM public.without_key WHERE word IN"
                    + " (SELECT 'sc2 ' || i FROM generate_series(1, "
                    + written
                    + ") AS i)")
            .getFirst();
    assertThat(Integer.parseInt(there)).isLessThan(written);
    // What it copied counts no more.
    lab.sql("sc3", "rdpg", "COMMENT ON PUBLICATION rdpg IS '{\"state\": \"copying\"}'");
  }

  // --- the right one ---

  /** Steps of the join after which it is killed, in their order. */
  static List<CrashPoint> points() {
    return Sweep.of(
        List.of(
            after(COPY, "this node copies"),
            after(COPY, "the tables, with ids of this node's own"),
            after(COPY, "slot at {{ member.name }}, before the copy"),
            after(COPY, "a row of {{ member.name }} after its slot"),
            after(COPY, "{{ source.name }} reads from nobody"),
            after(COPY, "subscription to {{ peer.name }}, which copies"),
            after(COPY, "all rows of {{ source.name }}"),
            after(COPY, "what the copy holds"),
            after("replication/native/copy.yml", "the source reads on"),
            after(JOIN, "subscription to {{ peer.name }}"),
            after(JOIN, "what the copy holds of {{ peer.name }} is not read again"),
            after(JOIN, "read what comes after it"),
            after(JOIN, "this node has all rows")),
        3);
  }

  @Test
  @Order(4)
  void joins_while_two_are_written_to_and_its_runs_are_killed() throws InterruptedException {
    for (CrashPoint crash : points()) {
      CommandResult killed =
          crash.by("node.name == 'sc3'").arm(lab).start(lab, lab.nodes()).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      lab.endSessions();
    }
    PlanCopy plans = PlanCopy.in(lab.directory());
    PreviewForecast forecast = PreviewForecast.by(join(plans, "--dry-run").exits(0));
    CommandResult joined = join(plans).exits(0);
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(joined.events()));
    System.out.println(outcome.line("of the join", forecast));
    for (String node : lab.nodes()) {
      assertThat(disabled(node)).isEmpty();
      assertThat(lab.sql(node, "rdpg", "SELECT slot_name FROM pg_replication_slots")).hasSize(2);
    }

    first.end();
    second.end();
    assertThat(first.count()).isGreaterThan(100);
    assertThat(second.count()).isGreaterThan(100);
    for (String node : lab.nodes()) {
      for (Writer writer : List.of(first, second)) {
        Eventually.holds(
            node + " has exactly what was acknowledged on " + writer.node(),
            TestDeadlines.LONG,
            () -> lab.sql(node, "rdpg", writer.query()).equals(writer.rows()));
        assertThat(lab.sql(node, "rdpg", writer.withoutKey()))
            .as("on %s of %s", node, writer.node())
            .containsExactly(writer.count() + "|" + writer.count());
      }
    }
    assertIdsOfItsOwn();
    assertTheSameRows();
    assertThat(lab.run("apply", "bootstrap", "-o", "json").exits(0).steps("changed")).isEmpty();
    assertThat(outcome.differences()).isEmpty();
    assertThat(forecast.openShare()).isLessThan(0.1);
  }

  private static List<String> disabled(String node) {
    return lab.sql(
        node,
        "rdpg",
        "SELECT name FROM rdpg_replication.subscription WHERE NOT enabled OR paused_for IS NOT NULL");
  }

  private static void assertIdsOfItsOwn() {
    String id =
        lab.sql(
                "sc3",
                "rdpg",
                "INSERT INTO rdpg.events (host, key, msg) VALUES ('sc3', 'own', '') RETURNING id % 16")
            .getFirst();
    assertThat(id).isEqualTo("3");
    for (String node : members()) {
      Eventually.holds(
          node + " reads from sc3",
          () -> !lab.sql(node, "rdpg", "SELECT 1 FROM rdpg.events WHERE key = 'own'").isEmpty());
    }
  }

  private static void assertTheSameRows() {
    for (String node : lab.nodes()) {
      Eventually.holds(
          node + " has the same rows as sc1",
          TestDeadlines.LONG,
          () -> allRows(node).equals(allRows("sc1")));
    }
  }

  /** An md5 over all ordered rows of every table but the markers. */
  private static String allRows(String node) {
    StringBuilder sums = new StringBuilder();
    for (String table :
        lab.sql(
            node,
            "rdpg",
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_publication_tables"
                + " WHERE schemaname <> 'rdpg_replication' ORDER BY 1")) {
      sums.append(table)
          .append(
              lab.sql(
                  node,
                  "rdpg",
                  "SELECT md5(coalesce(string_agg(t::text, ';' ORDER BY t::text), '')) FROM "
                      + table
                      + " t"));
    }
    return sums.toString();
  }

  /** Inserts, changes and deletes rows on one node, and knows what was acknowledged. */
  private static final class Writer implements AutoCloseable {
    private final String node;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Map<Integer, String> acknowledged = new TreeMap<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final Thread thread;
    private int count;

    Writer(String node) {
      this.node = node;
      this.thread = Thread.ofPlatform().name("writer of " + node).start(this::write);
    }

    private void write() {
      try (Connection connection = lab.connect(node, "rdpg")) {
        while (!ended.get()) {
          int row = count + 1;
          TrialNode.rows(
              connection,
              "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', 'load', '%d');"
                      .formatted(node, row)
                  + "INSERT INTO public.without_key VALUES ('%s %d')".formatted(node, row));
          acknowledged.put(row, "load");
          count = row;
          if (row % 100 == 0) { // longer than a source needs to stand still
            TrialNode.rows(
                connection,
                "INSERT INTO public.without_key SELECT '%s long' FROM pg_sleep(2)".formatted(node));
          }
          if (row % 5 == 0) {
            TrialNode.rows(connection, change("UPDATE rdpg.events SET key = 'changed'", row - 3));
            acknowledged.put(row - 3, "changed");
          }
          if (row % 7 == 0 && row > 5) {
            TrialNode.rows(connection, change("DELETE FROM rdpg.events", row - 5));
            acknowledged.remove(row - 5);
          }
        }
      } catch (SQLException e) {
        errors.add(e);
      }
    }

    private String change(String statement, int row) {
      return statement + " WHERE host = '%s' AND msg = '%d'".formatted(node, row);
    }

    String node() {
      return node;
    }

    int count() {
      return count;
    }

    String query() {
      return "SELECT msg, key FROM rdpg.events WHERE host = '%s' AND key IN ('load', 'changed')"
              .formatted(node)
          + " ORDER BY msg::int";
    }

    List<String> rows() {
      return acknowledged.entrySet().stream()
          .map(row -> row.getKey() + "|" + row.getValue())
          .toList();
    }

    String withoutKey() {
      return "SELECT count(*), count(DISTINCT word) FROM public.without_key WHERE word ~ '^%s [0-9]'"
          .formatted(node);
    }

    void end() throws InterruptedException {
      ended.set(true);
      thread.join();
      assertThat(errors).isEmpty();
    }

    @Override
    public void close() {
      ended.set(true);
    }
  }
}
