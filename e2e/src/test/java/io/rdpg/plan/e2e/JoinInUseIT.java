package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A third node joins a cluster of two, both of which are written to; its join is killed again and
 * again. In the end all three have the same rows, and exactly those that were acknowledged.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JoinInUseIT {
  private static final String COPY = "replication/native/copy-from.yml";
  private static final String JOIN = "replication/native/join.yml";
  private static final long ID_OF_A_FORMER_NODE = 16 * 1000 + 3;

  @AutoClose private static LabUnderTest lab;
  @AutoClose private static NodeWriter first;
  @AutoClose private static NodeWriter second;

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
    NodeWriter.makeTable(lab, members());
    lab.sql(
        "sc1",
        "rdpg",
        "INSERT INTO rdpg.events (host, key, msg) SELECT 'old', 'old', i"
            + " FROM generate_series(1, 20000) AS i");
    first = new NodeWriter(lab, "sc1");
    second = new NodeWriter(lab, "sc2");
    // Fourteen nodes have been here before, and left ids.
    for (int number = 3; number <= 16; number++) {
      lab.consulPut("sc1", "/v1/kv/rdpg/rdpgsc1/numbers/" + number, "retired");
    }
    lab.sql(
        "sc1",
        "rdpg",
        "INSERT INTO rdpg.events (id, host, key, msg) OVERRIDING SYSTEM VALUE VALUES ("
            + ID_OF_A_FORMER_NODE
            + ", 'gone', 'old', '')");
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
  @Order(1)
  void a_node_that_has_no_space_for_the_copy_is_refused_before_anything_is_changed()
      throws IOException {
    String directory =
        lab.sql("sc1", "rdpg", "SELECT pg_relation_filepath('rdpg.events')").getFirst();
    Path sparse = lab.file("sc1", "postgres/data").resolve(directory).resolveSibling("sparse");
    try {
      try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
        file.setLength(Files.getFileStore(sparse).getUsableSpace() * 2);
      }
      CommandResult refused = join(PlanCopy.in(lab.directory()), "-l", "sc3").exits(1);
      assertThat(refused.stdout()).contains("sc3 has no space for database rdpg of sc1: it has ");
      assertThat(refused.steps("changed")).isEmpty();
    } finally {
      Files.delete(sparse);
    }
  }

  @Test
  @Order(1)
  void a_node_that_sorts_another_way_is_refused_before_anything_is_changed() {
    lab.sql("sc3", "postgres", "CREATE DATABASE rdpg TEMPLATE template0 LOCALE 'C.UTF-8'");
    try {
      CommandResult refused = join(PlanCopy.in(lab.directory()), "-l", "sc3").exits(1);
      assertThat(refused.stdout())
          .contains("rdpg has the collation libc c.utf8 c.utf8 on sc3 and libc c c on sc1");
      assertThat(refused.steps("changed")).isEmpty();
    } finally {
      lab.sql("sc3", "postgres", "DROP DATABASE rdpg");
    }
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
    NodeWriter.makeTable(lab, List.of("sc3"));
  }

  // --- servers that end within the copy ---

  /** The two tests below end what these begin. */
  @Test
  @Order(3)
  void the_source_or_the_new_server_is_killed_while_rows_are_copied() throws IOException {
    Path hold = lab.file("sc3", "postgres/data/hold");
    lab.sql("sc1", "rdpg", "INSERT INTO public.without_key VALUES ('held')");
    lab.sql(
        "sc3",
        "rdpg",
        """
        CREATE FUNCTION public.held() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          WHILE (pg_stat_file('hold', true)).size IS NOT NULL LOOP PERFORM pg_sleep(0.1); END LOOP;
          RETURN new;
        END $$;
        CREATE TRIGGER held BEFORE INSERT ON public.without_key
          FOR EACH ROW EXECUTE FUNCTION public.held();
        ALTER TABLE public.without_key ENABLE ALWAYS TRIGGER held\
        """);
    for (String killed : List.of("sc1", "sc3")) {
      Files.createFile(hold);
      Running run =
          lab.start("apply", PlanCopy.in(lab.directory()).path("bootstrap.yml"), "-o", "json");
      Eventually.holds(
          "sc3 copies",
          TestDeadlines.LONG,
          () ->
              !lab.sql(
                      "sc3",
                      "rdpg",
                      "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                          + " AND backend_type = 'logical replication tablesync worker'")
                  .isEmpty());
      lab.kill(killed, "postgres");
      run.kill();
      Files.delete(hold);
      lab.run("lab", "up").exits(0);
      lab.endSessions();
    }
    lab.sql("sc3", "rdpg", "DROP FUNCTION public.held() CASCADE");
  }

  // --- DDL ---

  @Test
  @Order(4)
  void a_table_that_is_made_while_rows_are_copied_is_noticed() {
    PlanCopy plans =
        PlanCopy.in(lab.directory())
            .insert(
                COPY,
                "all rows of {{ source.name }}",
                List.of(
                    "- name: somebody makes a table",
                    "  on: sc1",
                    "  sql_exec:",
                    "    database: rdpg",
                    "    sql: CREATE TABLE public.made_meanwhile ()",
                    "    always: true",
                    "  touches: somebody's table"));
    CommandResult refused = join(plans).exits(1);
    assertThat(refused.stdout()).contains("tables of sc1 have been changed while it was copied");
    lab.sql("sc1", "rdpg", "DROP TABLE public.made_meanwhile");
  }

  // --- the wrong way ---

  /** If this passed without a loss, the test below would show nothing. */
  @Test
  @Order(5)
  void without_the_pause_of_the_source_rows_are_lost() {
    first.start();
    second.start();
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
    int written = second.count() + 1; // one that isn't there yet: it can't be among the lost
    Eventually.holds(
        "sc3 reads what is written on sc2 from now on",
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
  @Order(6)
  void joins_while_two_are_written_to_and_its_runs_are_killed() {
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

    for (NodeWriter writer : List.of(first, second)) {
      writer.end();
      assertThat(writer.count()).isGreaterThan(100);
      writer.assertNothingLostOrDoubled(lab.nodes());
    }
    assertIdsOfItsOwn();
    ReplicatedRows.areTheSame(lab, lab.nodes());
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

  /** Far after those that were given out before: not all of them may be known. */
  private static void assertIdsOfItsOwn() {
    long id =
        Long.parseLong(
            lab.sql(
                    "sc3",
                    "rdpg",
                    "INSERT INTO rdpg.events (host, key, msg) VALUES ('sc3', 'own', '') RETURNING id")
                .getFirst());
    assertThat(id % 16).isEqualTo(3);
    assertThat(id).isGreaterThan(ID_OF_A_FORMER_NODE + 16 * 1_000_000);
    for (String node : members()) {
      Eventually.holds(
          node + " reads from sc3",
          () -> !lab.sql(node, "rdpg", "SELECT 1 FROM rdpg.events WHERE key = 'own'").isEmpty());
    }
  }
}
