package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cluster of three whose commits wait for one of the peers, as a member is lost, another joins,
 * and all go but one.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SynchronousIT {
  private static final int WRITES = 50;

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.threeServiceNodes();

  @BeforeAll
  static void bootstrap() {
    TestFiles.write(
        LAB.inventory(),
        TestFiles.read(LAB.inventory())
            .replaceFirst("(?m)^    replication: native .*$", "$0\n    replication_sync: true"));
    apply("bootstrap.yml").exits(0);
  }

  private static CommandResult apply(String plan, String... more) {
    return LAB.run(List.of("apply", plan, "-o", "json"), more);
  }

  private static String master() {
    String value = LAB.kv("rdpg/rdpgsc1/writes").orElseThrow();
    return LAB.nodeAt(value.substring(0, value.indexOf(' ')));
  }

  private static List<String> others(String node) {
    return LAB.nodes().stream().filter(other -> !other.equals(node)).toList();
  }

  /** Inserts a row, in a session of RDPG's own. */
  private static void write(String node, String key) {
    execute(
        node,
        "rdpg",
        "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', '%s', '')".formatted(node, key));
  }

  private static void execute(String node, String database, String sql) {
    try (Connection connection =
            LAB.connect(node, LabUnderTest.POSTGRES, database, "rdpg", LAB.secret("rdpg"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(node, e);
    }
  }

  /** Whether the peer reads what is written on the node. */
  private static void read(String peer, String node, boolean enabled) {
    LAB.sql(
        peer,
        "rdpg",
        "ALTER SUBSCRIPTION from_rdpg_%s %s"
            .formatted(LAB.address(node).replace('.', '_'), enabled ? "ENABLE" : "DISABLE"));
  }

  private static String waitsFor(String node) {
    return LAB.sql(node, "postgres", "SHOW synchronous_standby_names").getFirst();
  }

  @Test
  @Order(1)
  void every_node_waits_for_any_one_of_its_peers() {
    for (String node : LAB.nodes()) {
      assertThat(waitsFor(node))
          .isEqualTo("ANY 1 (\"from_rdpg_%s\")".formatted(LAB.address(node).replace('.', '_')));
      Eventually.holds(
          "both peers of " + node + " count",
          () ->
              LAB.sql(
                      node,
                      "postgres",
                      "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'")
                  .equals(List.of("2")));
      // The whole server's commits wait, also those that replication has nothing to do with.
      execute(node, "health", "CREATE TABLE public.not_replicated ()");
    }
  }

  @Test
  @Order(2)
  void a_user_may_have_any_name() {
    PlanCopy plans =
        PlanCopy.in(LAB.directory())
            .replace("replication/native/synchronous.yml", "pg.user", "writer");
    TestFiles.write(
        Path.of(plans.path("commits.yml")),
        """
        plan: commits
        steps:
          - name: who is out
            include: taken-out.yml
          - name: who waits for whom
            include: replication/native/synchronous.yml
        """);
    LAB.nodes().forEach(node -> LAB.sql(node, "postgres", "CREATE ROLE \"Planner\""));
    String[] named = {"-e", "writer=Planner"};
    assertThat(apply(plans.path("commits.yml"), named).exits(0).steps("changed")).hasSize(3);
    assertThat(apply(plans.path("commits.yml"), named).exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(3)
  void nodes_that_write_at_the_same_time_do_not_wait_for_each_other_for_ever() {
    List<CompletableFuture<Void>> writers =
        LAB.nodes().stream()
            .map(node ->
                OwnThread.run(() -> {
                  for (int i = 0; i < WRITES; i++) {
                    write(node, "at the same time");
                  }
                }))
            .toList();
    writers.forEach(writer -> assertThat(writer).succeedsWithin(TestDeadlines.SOON));
  }

  @Test
  @Order(4)
  void a_commit_waits_while_no_peer_reads_and_goes_on_with_one() {
    String master = master();
    List<String> peers = others(master);
    peers.forEach(peer -> read(peer, master, false));
    Eventually.holds(
        "nobody reads",
        () -> LAB.sql(master, "postgres", "SELECT 1 FROM pg_stat_replication").isEmpty());

    CompletableFuture<Void> writer = OwnThread.run(() -> write(master, "waits"));
    Eventually.holds(
        "the commit waits",
        () ->
            LAB.sql(
                    master,
                    "postgres",
                    "SELECT usename FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .equals(List.of("rdpg")));
    assertThat(writer).isNotDone();

    read(peers.getFirst(), master, true);
    assertThat(writer).succeedsWithin(TestDeadlines.SOON);
    assertThat(
            LAB.sql(
                peers.getFirst(), "rdpg", "SELECT count(*) FROM rdpg.events WHERE key = 'waits'"))
        .as("whoever was told that it is done finds it there")
        .containsExactly("1");
    assertThat(apply("bootstrap.yml").exits(0).steps("changed"))
        .as("it mends the other one, and all else is in sync")
        .singleElement()
        .asString()
        .startsWith(peers.getLast() + ": ")
        .endsWith("enable the subscription to {{ peer.name }}");
  }

  @Test
  @Order(5)
  void what_was_acknowledged_is_with_who_takes_the_writes_of_a_lost_node() throws IOException {
    String from = master();
    String lost = others(from).getFirst();
    apply("switch-over.yml", "-e", "to=" + lost, "-e", SwitchOverIT.CATCH_UP).exits(0);
    assertThat(master()).isEqualTo(lost);
    Load load = new Load(lost);
    load.awaitMore();
    LAB.killMachine(lost);
    load.awaitEnd();
    LAB.askConsulOf(from);

    CommandResult done = failOver(lost);
    if (done.exit() != 0) { // the other one has less, and so it says
      assertThat(done.stdout()).containsPattern("lacks [1-9][0-9]* bytes \\(of WAL\\)");
      done = failOver(lost, "-e", "accept_loss=true");
    }
    done.exits(0);

    load.assertAllOn(master());
    write(master(), "after the fail-over");
  }

  /** Their servers aren't started by a run. */
  private static CommandResult failOver(String lost, String... more) throws IOException {
    Path machines = LAB.directory().resolve("machines.yml");
    String user = Files.getOwner(LAB.file(master(), "postgres/data")).getName();
    TestFiles.write(
        machines, LabUnderTest.asRealMachines(TestFiles.read(LAB.inventory()), LAB.home(), user));
    return LAB.run(
        List.of(
            "apply",
            "fail-over.yml",
            "-o",
            "json",
            "-i",
            machines.toString(),
            "-l",
            "!" + lost,
            "-e",
            "lost=" + lost),
        more);
  }

  @Test
  @Order(6)
  void a_server_made_anew_joins_while_commits_wait() {
    String master = master();
    String anew =
        others(master).stream()
            .filter(node -> LAB.kv("rdpg/rdpgsc1/out/" + node).isPresent())
            .findFirst()
            .orElseThrow();
    LAB.wipe(anew, ".");
    LAB.run("lab", "up").exits(0);
    Load load = new Load(master);
    load.awaitMore();

    apply("replace-node.yml", "-e", "node=" + anew).exits(0);

    load.awaitMore();
    load.end();
    load.assertAllOn(master);
    load.assertAllOn(anew);
    assertThat(waitsFor(anew)).startsWith("ANY 1");
    write(anew, "waits too");
    assertThat(apply("bootstrap.yml").exits(0).steps("changed")).isEmpty();
  }

  @Test
  @Order(7)
  void members_go_and_the_last_waits_for_nobody() {
    String master = master();
    List<String> others = others(master);
    apply("remove-node.yml", "-e", "node=" + others.getLast()).exits(0);
    assertThat(waitsFor(master)).startsWith("ANY 1");
    write(master, "two are left");

    apply("remove-node.yml", "-e", "node=" + others.getFirst(), "-e", "{least_nodes: 1}").exits(0);
    assertThat(waitsFor(master)).isEmpty();
    write(master, "one is left");
  }

  /** Inserts rows on one node, one after another, until that fails or it is ended. */
  private static final class Load {
    private final String node;
    private final String key = "load " + UUID.randomUUID();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicBoolean goOn = new AtomicBoolean(true);
    private final CompletableFuture<Void> thread;

    Load(String node) {
      this.node = node;
      this.thread = OwnThread.run(this::run);
    }

    private void run() {
      try (Connection connection =
              LAB.connect(node, LabUnderTest.POSTGRES, "rdpg", "rdpg", LAB.secret("rdpg"));
          Statement statement = connection.createStatement()) {
        while (goOn.get()) {
          statement.execute(
              "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', '%s', '%d')"
                  .formatted(node, key, acknowledged.get() + 1));
          acknowledged.incrementAndGet();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitMore() {
      int before = acknowledged.get();
      Eventually.holds("more is acknowledged", () -> acknowledged.get() > before + 20);
    }

    void awaitEnd() {
      assertThat(thread).failsWithin(TestDeadlines.LONG);
    }

    void end() {
      goOn.set(false);
      assertThat(thread).succeedsWithin(TestDeadlines.LONG);
    }

    /** Each once; what wasn't acknowledged may be there or not. */
    void assertAllOn(String at) {
      Eventually.holds(
          at + " has all that was acknowledged on " + node,
          () -> {
            List<String> rows =
                LAB.sql(
                    at,
                    "rdpg",
                    "SELECT msg FROM rdpg.events WHERE key = '" + key + "' ORDER BY msg::int");
            return rows.size() >= acknowledged.get()
                && rows.equals(
                    IntStream.rangeClosed(1, rows.size()).mapToObj(Integer::toString).toList());
          });
    }
  }
}
