package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The writes of a cluster of three are moved while clients write through every haproxy. */
@Tag("cluster")
@Tag("long")
class SwitchOverIT {
  /** The other node's deadline for the last row, for a machine ten times slower. */
  static final String CATCH_UP = "switch_catch_up=2m";

  private static final String KEY = "rdpg/rdpgsc1/writes";

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.threeServiceNodes();
  @AutoClose private static AcknowledgedWrites writes;

  @BeforeAll
  static void bootstrap() {
    LAB.letClientsWait();
    apply("bootstrap.yml").exits(0);
    String first = LAB.nodes().getFirst();
    LAB.sql(first, "postgres", "CREATE ROLE app SUPERUSER LOGIN PASSWORD 'app'");
    String verifier =
        LAB.sql(first, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'app'")
            .getFirst();
    for (String node : LAB.nodes().subList(1, LAB.nodes().size())) {
      LAB.sql(node, "postgres", "CREATE ROLE app SUPERUSER LOGIN PASSWORD '" + verifier + "'");
    }
    writes = new AcknowledgedWrites(LAB).start();
  }

  @AfterAll
  static void nothing_was_lost_or_doubled() {
    writes.assertNothingLostOrDoubled();
  }

  private static CommandResult apply(String plan, String... more) {
    return LAB.run(List.of("apply", plan, "-o", "json"), more);
  }

  private static CommandResult move(String to, String... more) {
    return LAB.run(
        List.of("apply", "switch-over.yml", "-o", "json", "-e", "to=" + to, "-e", CATCH_UP), more);
  }

  /** The node that takes the writes, as the key says. */
  private static String master() {
    String value = LAB.kv(KEY).orElseThrow();
    return LAB.nodeAt(value.substring(0, value.indexOf(' ')));
  }

  private static String other() {
    String master = master();
    return LAB.nodes().stream().filter(node -> !node.equals(master)).findFirst().orElseThrow();
  }

  private static void assertMaster(String node) {
    assertThat(master()).isEqualTo(node);
    assertThat(LAB.kv(KEY).orElseThrow()).doesNotContain("moving_to");
    Eventually.holds(
        "only " + node + " is registered",
        () ->
            LAB.services("rdpgsc1-master")
                .equals(List.of(node + " " + LAB.address(node) + ":5432")));
    for (String at : LAB.nodes()) {
      for (int port : List.of(LabUnderTest.HAPROXY, LabUnderTest.PGBOUNCER)) {
        try (Connection client = LAB.connect(at, port, "rdpg", "rdpg", LAB.secret("rdpg"))) {
          assertThat(TrialNode.rows(client, "SELECT host(inet_server_addr())"))
              .as(at + ":" + port)
              .containsExactly(LAB.address(node));
        } catch (SQLException e) {
          throw new AssertionError(at + ":" + port, e);
        }
      }
      if (at.equals(node)) {
        assertApplicationsMayConnect(at);
      } else {
        assertThatThrownBy(() -> application(at)).hasMessageContaining("pg_hba.conf");
      }
    }
  }

  private static Connection application(String node) throws SQLException {
    return LAB.connect(node, LabUnderTest.POSTGRES, "rdpg", "app", "app");
  }

  private static void assertApplicationsMayConnect(String node) {
    try (Connection connection = application(node)) {
      assertThat(TrialNode.rows(connection, "SELECT 1")).containsExactly("1");
    } catch (SQLException e) {
      throw new AssertionError(node, e);
    }
  }

  @Test
  void clients_see_no_error_and_sessions_that_bypass_the_pool_are_ended() throws SQLException {
    String from = master();
    String to = other();
    try (Connection bypasses = application(from);
        Connection idle =
            LAB.connect(from, LabUnderTest.HAPROXY, "rdpg", "rdpg", LAB.secret("rdpg"))) {
      TrialNode.rows(bypasses, "CREATE TABLE public.left_behind ()");
      TrialNode.rows(bypasses, "DROP TABLE public.left_behind");
      TrialNode.rows(idle, "SELECT 1");

      PreviewForecast forecast = PreviewForecast.by(move(to, "--dry-run").exits(0));
      CommandResult moved = move(to).exits(0);

      assertForetold(forecast, moved);
      assertThat(forecast.openShare()).isLessThan(0.1);
      assertThat(forecast.effects()).filteredOn(SwitchOverIT::letsThrough).hasSize(3);
      assertThat(moved.stdout()).contains("ended 1 sessions");
      assertThatThrownBy(() -> TrialNode.rows(bypasses, "CREATE TABLE public.left_behind ()"))
          .isInstanceOf(SQLException.class);
      assertThat(TrialNode.rows(idle, "SELECT host(inet_server_addr())"))
          .containsExactly(LAB.address(to));
    }
    assertMaster(to);
    writes.awaitMore();

    CommandResult again = apply("bootstrap.yml").exits(0);
    assertThat(again.steps("changed")).isEmpty();
    assertThat(move(to).exits(0).steps("changed")).isEmpty();
  }

  private static void assertForetold(PreviewForecast forecast, CommandResult moved) {
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(moved.events()));
    System.out.println(outcome.line("of a switch-over", forecast));
    assertThat(outcome.differences()).isEmpty();
  }

  private static boolean letsThrough(StepEffect effect) {
    return effect.step().endsWith("/clients go on to it");
  }

  /** pgbouncer drops its pool in the middle of the move, when it is told of the write master. */
  @Test
  void whom_pgbouncer_lets_through_is_left_open_while_it_has_a_pool_too_many() {
    String from = master();
    LAB.sql(
        from,
        "rdpg",
        """
        INSERT INTO cfsb.instances (cluster_service, cluster_id, dbname, dbuser, dbpass, effective_at)
        VALUES ('pgbdr', 'rdpgsc1', 'no_more', 'no_more', 'secret', now())\
        """);
    apply("services.yml").exits(0);
    LAB.sql(from, "rdpg", "UPDATE cfsb.instances SET decommissioned_at = now()");

    String to = other();
    PreviewForecast forecast = PreviewForecast.by(move(to, "--dry-run").exits(0));
    CommandResult moved = move(to).exits(0);

    assertForetold(forecast, moved);
    assertThat(forecast.tentative()).anyMatch(step -> step.endsWith("/clients go on to it"));
    assertThat(forecast.effects()).noneMatch(SwitchOverIT::letsThrough);
    assertMaster(to);
    writes.awaitMore();
  }

  @Test
  void a_transaction_that_goes_on_for_too_long_keeps_the_writes_where_they_are()
      throws SQLException {
    String from = master();
    PlanCopy impatient = PlanCopy.in(LAB.directory()).replace("pause.yml", "10s", "1s");
    try (Connection busy =
        LAB.connect(from, LabUnderTest.HAPROXY, "rdpg", "rdpg", LAB.secret("rdpg"))) {
      busy.setAutoCommit(false);
      TrialNode.rows(busy, "SELECT 1");
      CommandResult refused = apply(impatient.path("switch-over.yml"), "-e", "to=" + other());
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(refused.steps("failed").toString()).contains("clients wait");
      TrialNode.rows(busy, "SELECT 1");
      busy.commit();
    }
    assertMaster(from);
    writes.awaitMore();
  }

  @Test
  void a_node_that_does_not_catch_up_does_not_get_the_writes() {
    String from = master();
    String to = other();
    PlanCopy deaf = whereTheOtherOneStandsStill(from);
    try {
      CommandResult refused =
          apply(deaf.path("switch-over.yml"), "-e", "to=" + to, "-e", "switch_catch_up=1s");
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(refused.steps("failed").toString()).contains("it has arrived");
      assertMaster(from);
      writes.awaitMore();
      CommandResult told = move(to);
      assertThat(told.exit()).as(told.said()).isNotZero();
      assertThat(told.said()).contains("the subscription to it is disabled");
    } finally {
      enable(to, from);
    }
    assertMaster(from);
  }

  @Test
  void a_move_that_another_process_is_at_can_be_aborted() {
    String from = master();
    String to = other();
    Running move =
        LAB.start(
            "apply",
            whereTheOtherOneStandsStill(from).path("switch-over.yml"),
            "-o",
            "json",
            "-e",
            "to=" + to,
            "-e",
            "switch_catch_up=25m");
    Running abort;
    try {
      move.awaitEvent(
          "it waits for the last row",
          event ->
              event.path("event").asText().equals("waiting")
                  && event.path("id").asText().contains("the last row of rdpg"));
      assertThat(LAB.kv(KEY).orElseThrow()).contains(" moving_to ");

      abort = LAB.start("apply", "switch-over.yml", "-o", "json", "-e", "abort=true");
      Eventually.holds(
          "it can't be completed any more",
          TestDeadlines.LONG,
          () -> !LAB.kv(KEY).orElseThrow().contains(" moving_to "));
    } finally {
      enable(to, from);
    }
    abort.await().exits(0);
    assertThat(move.await().exit()).as("the move has failed").isEqualTo(1);
    assertMaster(from);
    writes.awaitMore();
  }

  /** Plans that move the writes, and stop what the node reads that is to get them. */
  private static PlanCopy whereTheOtherOneStandsStill(String from) {
    return PlanCopy.in(LAB.directory())
        .insert(
            "hand-over.yml",
            "the move begins",
            List.of(
                "- name: the other node stands still",
                "  on: \"{{ to }}\"",
                "  sql_exec:",
                "    database: rdpg",
                "    sql: ALTER SUBSCRIPTION " + subscription(from) + " DISABLE",
                "    always: true"));
  }

  private static void enable(String node, String from) {
    LAB.sql(node, "rdpg", "ALTER SUBSCRIPTION " + subscription(from) + " ENABLE");
  }

  private static String subscription(String from) {
    return "from_rdpg_" + LAB.address(from).replace('.', '_');
  }

  @Test
  void what_is_not_replicated_and_is_missing_there_is_named() {
    String from = master();
    LAB.sql(from, "postgres", "CREATE ROLE only_here");
    try {
      CommandResult refused = move(other());
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(refused.said()).contains("lacks, or has in another form: role only_here");
    } finally {
      LAB.sql(from, "postgres", "DROP ROLE only_here");
    }
    assertMaster(from);
  }

  /** Else it would take away what the move has registered, where it is slower than the move. */
  @Test
  void a_watch_that_is_told_of_a_move_takes_no_registration_away() throws IOException {
    String value = LAB.kv(KEY).orElseThrow();
    String to = other();
    JsonNode _ =
        LAB.consulPut(
            to, "/v1/agent/service/register", "{\"ID\": \"told-write\", \"Name\": \"stays\"}");

    assertThat(fence(to, value + " moving_to " + LAB.address(to) + " 1"))
        .contains("applications are kept out while the writes are moved");
    assertThat(LAB.consul(to, "/v1/agent/services").has("told-write")).isTrue();

    assertThat(fence(to, value)).contains("applications are kept out\n");
    assertThat(LAB.consul(to, "/v1/agent/services").has("told-write")).isFalse();
  }

  /**
   * What the watch's handler says, run by Consul's program as an agent runs it. It takes away the
   * registration {@code told-write}: the watch itself may still be at the end of the last move.
   */
  private static String fence(String node, String value) throws IOException {
    String handler = Files.readString(LAB.file(node, "handlers/rdpg-fence"));
    assertThat(handler).contains("rdpgsc1-write");
    Path program =
        Files.writeString(
            LAB.directory().resolve("fence"), handler.replace("rdpgsc1-write", "told-write"));
    Path told =
        Files.writeString(
            LAB.directory().resolve("told.json"),
            "{\"Value\": \"%s\"}"
                .formatted(
                    Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return Running.run(
            LAB.directory(),
            Map.of(),
            List.of(
                ConsulPackage.locate(System.err::println).toString(),
                "lock",
                "-http-addr=http://" + LAB.address(node) + ":8500",
                "-shell=false",
                "test/fence",
                "sh",
                "-c",
                "exec sh \"$0\" <\"$1\"",
                program.toString(),
                told.toString()))
        .exits(0)
        .stdout();
  }

  static List<CrashPoint> points() {
    return List.of(
        after("hand-over.yml", "pause pgbouncer here"),
        after("hand-over.yml", "the move begins"),
        after("pause.yml", "clients wait"),
        after("hand-over.yml", "applications are kept out"),
        after("follow-writes.yml", "nobody is sent here any more"),
        after("hand-over.yml", "no session is left"),
        after("hand-over.yml", "the last row of rdpg is at {{ to }}"),
        after("hand-over.yml", "the writes are handed over"));
  }

  /** Clients wait meanwhile, and see nothing of it. */
  @Test
  void a_move_that_is_killed_is_ended_by_the_next_run_of_any_plan() {
    String next = "bootstrap.yml";
    for (CrashPoint crash : Sweep.of(points(), 2)) {
      String from = master();
      String to = other();
      CrashPoint.Armed armed = crash.arm(LAB);
      CommandResult killed =
          armed
              .start(LAB, "switch-over.yml", LAB.nodes(), "-e", "to=" + to, "-e", CATCH_UP)
              .await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      apply(next).exits(0);
      boolean committed = crash.after().equals("the writes are handed over");
      assertMaster(committed ? to : from);
      writes.awaitMore();
      next = next.equals("bootstrap.yml") ? "services.yml" : "bootstrap.yml";
    }
  }
}
