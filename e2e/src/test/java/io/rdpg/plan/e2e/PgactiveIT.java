package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.FOLLOWER;
import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.lab.PgactiveServer;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The driver pgactive, from bare servers to a node that leaves: on pgactive itself where {@code
 * -Dpgactive.home} says where it is, else on a stand-in.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PgactiveIT implements Bootstrapped {
  private static final String CREATOR = "sc1";

  /** A command of a refusal, and where it is to be run. */
  private static final Pattern ADVICE =
      Pattern.compile("(?im)\\bon (\\w+), in database rdpg: (.*?;)(?= on | \\(| If |$)");

  private static final Pattern KEY = Pattern.compile("consul kv delete (\\S+);");

  @AutoClose private static LabUnderTest lab;
  private static PlanCopy plans;
  private static String early = "";
  private static String late = "";

  @BeforeAll
  static void start() {
    System.out.println(PgactiveServer.told());
    lab = LabUnderTest.threeServiceNodes("pgactive", PgactiveServer.settings());
    plans = PlanCopy.in(lab.directory()).firstLeads();
  }

  @Override
  public LabUnderTest lab() {
    return lab;
  }

  private static CommandResult apply(String... more) {
    return lab.run(List.of("apply", plans.path("bootstrap.yml")), more);
  }

  private static void inSync() {
    assertThat(apply("-o", "json").exits(0).steps("changed")).isEmpty();
  }

  private static PreviewForecast preview() {
    return PreviewForecast.by(apply("--dry-run", "-o", "json").exits(0));
  }

  private static List<String> membersBy(String node) {
    return lab.sql(
        node,
        "rdpg",
        "SELECT node_name FROM pgactive.pgactive_nodes WHERE node_status = 'r' ORDER BY 1");
  }

  /** Before anything is changed. */
  @Test
  @Order(1)
  void a_server_that_is_not_set_up_is_refused() {
    lab.sql(
        "sc2",
        "postgres",
        "ALTER SYSTEM SET pgactive.skip_ddl_replication = 'off'; SELECT pg_reload_conf()");
    try {
      Eventually.holds(
          "sc2 has it",
          () ->
              lab.sql("sc2", "postgres", "SHOW pgactive.skip_ddl_replication")
                  .equals(List.of("off")));
      assertThat(apply("-l", "sc2", "-e", "replication_sync=true").exits(1).said())
          .contains("pgactive.skip_ddl_replication is off, must be on")
          .contains("replication_sync is true in the inventory, and its commits wait for no peer");
      assertInPostgres("sc2", "SELECT 1 FROM pg_roles WHERE rolname = 'rdpg'").isEmpty();
    } finally {
      lab.sql(
          "sc2",
          "postgres",
          "ALTER SYSTEM RESET pgactive.skip_ddl_replication; SELECT pg_reload_conf()");
    }
  }

  /** What pgactive's worker has begun doesn't need the run. */
  @Test
  @Order(2)
  void a_join_whose_run_is_killed_comes_to_its_end() {
    fault("sc2", "2");
    fault("sc3", "2");
    Running run =
        after("replication/pgactive/join.yml", "join by {{ peer.name }}")
            .by(FOLLOWER)
            .arm(PlanCopy.in(lab.directory()).firstLeads())
            .start(lab, lab.nodes());
    assertThat(run.await().exit()).isEqualTo(CrashPoint.KILLED);
    lab.endSessions();
    early = lab.sql("sc2", "rdpg", "TABLE pgactive.pgactive_nodes").isEmpty() ? "sc3" : "sc2";
    late = early.equals("sc2") ? "sc3" : "sc2";
    Eventually.holds(
        early + " is a member",
        TestDeadlines.LONG,
        () -> membersBy(early).equals(membersBy(CREATOR)) && membersBy(early).size() == 2);
  }

  /** Its worker ended while it copied. */
  @Test
  @Order(3)
  void a_node_that_is_half_in_is_refused_with_what_takes_it_back() {
    assumeTrue(PgactiveServer.isStandIn(), "only the stand-in's workers end");
    fault(late, "ends");
    String refusal = apply("-e", "pgactive_join_timeout=3s").exits(1).said();
    assertThat(refusal)
        .contains(late + " is half in its group of pgactive: its status is 'i'")
        .contains("Its server's log and that of " + CREATOR + " say what it waits for");
    fault(late, "");
    follow(refusal);
    assertInRdpg(late, "TABLE pgactive.pgactive_nodes").isEmpty();
    assertInRdpg(late, "SELECT 1 FROM pg_namespace WHERE nspname = 'rdpg_replication'").isEmpty();
  }

  @Test
  @Order(4)
  void a_detached_node_that_believes_it_is_in_is_refused_with_what_lets_it_in_again() {
    detach(early);
    assertThat(membersBy(early)).contains(nodeId(early), nodeId(CREATOR));
    String refusal = apply("-l", CREATOR + "," + early).exits(1).said();
    assertThat(refusal)
        .contains(
            CREATOR + " has " + early + " as detached, and " + early + " still believes",
            early + " has not detached " + CREATOR);
    follow(refusal);
  }

  private void detach(String node) {
    lab.sql(
        CREATOR,
        "rdpg",
        "SELECT pgactive.pgactive_detach_nodes(ARRAY['%s'])".formatted(nodeId(node)));
  }

  /** The faults of the node's workers to come; see the stand-in. */
  private static void fault(String node, String fault) {
    lab.sql(
        node,
        "postgres",
        "ALTER ROLE postgres SET pgactive_stand_in.fault = '%s'".formatted(fault));
  }

  /** Does what the summary of a run says, as an operator would. */
  private static void follow(String said) {
    String refusal =
        said.lines().filter(line -> line.startsWith("FAILED  ")).collect(Collectors.joining("\n"));
    Matcher advice = ADVICE.matcher(refusal);
    Matcher key = KEY.matcher(refusal);
    while (key.find()) {
      lab.consulDelete("/v1/kv/" + key.group(1));
    }
    int followed = 0;
    while (advice.find()) {
      lab.sql(advice.group(1), "rdpg", advice.group(2));
      followed++;
    }
    assertThat(followed).as(refusal).isPositive();
  }

  @Test
  @Order(5)
  void it_is_bootstrapped_as_its_preview_says_and_in_sync_then() {
    PreviewForecast forecast = preview();
    PreviewForecast.Outcome outcome =
        forecast.against(Performed.by(apply("-o", "json").exits(0).events()));
    System.out.println(outcome.line("of a group of two", forecast));
    assertThat(outcome.differences()).isEmpty();
    inSync();
    AllIsWell.eventually(() -> lab.run("status"));
    for (String node : lab.nodes()) {
      assertThat(membersBy(node)).hasSize(3);
    }
  }

  @Test
  @Order(6)
  void ids_do_not_collide_where_all_nodes_write_at_once() {
    EventRows.insertEverywhere(lab, 300);
    ReplicatedRows.areTheSameByPgactive(lab, lab.nodes());
    assertInRdpg("sc1", "SELECT count(*), count(DISTINCT id) FROM rdpg.events WHERE key = 'all'")
        .containsExactly("900|900");
  }

  @Test
  @Order(7)
  void a_node_that_was_killed_comes_back_and_gets_what_it_missed() {
    lab.kill("sc3", "postgres");
    for (String node : List.of("sc1", "sc2")) {
      EventRows.insert(lab, node, 50);
    }
    lab.run("lab", "up").exits(0);
    EventRows.insert(lab, "sc3", 50);
    ReplicatedRows.areTheSameByPgactive(lab, lab.nodes());
  }

  @Test
  @Order(8)
  void nobody_joins_a_cluster_in_use() {
    assertThat(lab.run("apply", "replace-node", "-e", "node=sc3").exits(1).said())
        .contains(
            "sc3 can't be replaced: with this driver, pgactive,", "remove-node.yml -e node=sc3");
    String key = "rdpg/rdpgsc1/members/sc3";
    String member = lab.kv(key).orElseThrow();
    lab.consulDelete("/v1/kv/" + key);
    assertThat(apply("-l", "sc3").exits(1).said())
        .contains("sc3 can't join rdpgsc1, which is in use: with this driver, pgactive,");
    lab.consulPut("sc1", "/v1/kv/" + key, member);
  }

  @Test
  @Order(9)
  void a_node_is_removed_and_leaves_nothing() {
    List<String> others = List.of("sc1", "sc2");
    EventRows.insert(lab, "sc3", 50);
    lab.run("apply", "remove-node", "-e", "node=sc3").exits(0);
    for (String node : others) {
      EventRows.insert(lab, node, 20);
      assertThat(membersBy(node)).hasSize(2);
      assertInRdpg(node, "SELECT count(*) FROM pg_replication_slots").containsExactly("1");
    }
    assertInRdpg("sc3", "TABLE pgactive.pgactive_nodes").isEmpty();
    assertInRdpg("sc3", "SELECT count(*) FROM pg_replication_slots").containsExactly("0");
    ReplicatedRows.areTheSameByPgactive(lab, others);
    assertInRdpg("sc1", "SELECT count(*) FROM rdpg.events WHERE host = 'sc3'")
        .containsExactly("400");
  }
}
