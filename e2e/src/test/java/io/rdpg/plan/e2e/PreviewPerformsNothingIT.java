package io.rdpg.plan.e2e;

import static io.rdpg.plan.e2e.CrashPoint.FOLLOWER;
import static io.rdpg.plan.e2e.CrashPoint.LEADER;
import static io.rdpg.plan.e2e.CrashPoint.after;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Nothing is performed in a preview, at any stage of a bootstrap: all that a run could touch is
 * afterwards as it was, and what was sent to servers and shells were looks alone.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PreviewPerformsNothingIT {
  private static LabUnderTest lab;
  private static OverheardShell shells;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.start();
    OverheardSql.setUp(lab);
    shells = OverheardShell.setUp(lab);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  /**
   * Each a run that goes on from where the one before was killed. That nothing is changed is tested
   * after every step by {@link PreviewIsRightIT}; here it is what is sent.
   */
  private static List<CrashPoint> points() {
    return List.of(
        after("bootstrap.yml", "pg_hba.conf"),
        after("bootstrap.yml", "claim the lead").by(LEADER),
        after("replication/native/join.yml", "marker at {{ peer.name }}").by(FOLLOWER),
        after("replication/native/ddl.yml", "from {{ peer.name }} to {{ member.name }}"),
        after("services.yml", "haproxy.cfg"));
  }

  @Test
  @Order(1)
  void theFootprintShowsEveryKindOfChange() throws IOException, SQLException {
    Path folder = lab.file("sc1", "handlers");
    Path file = Files.writeString(folder.resolve("a file"), "content");
    lab.consulPut("mc1", "/v1/kv/a/key", "value");
    lab.sql("sc1", "postgres", "CREATE SEQUENCE counter; CREATE TABLE noted AS SELECT 1 AS n");
    try (Connection session = lab.connect("mc2", "postgres")) {
      shows("file sc1/handlers/a file", () -> Files.writeString(file, "content"));
      shows(
          "file sc1/handlers/a file",
          () -> Files.setPosixFilePermissions(file, Set.of(OWNER_READ)));
      shows("file sc1/handlers", () -> Files.delete(Files.createFile(folder.resolve("temporary"))));
      shows("key a/key", () -> lab.consulPut("sc2", "/v1/kv/a/key?flags=1", "value"));
      shows("index of /v1/kv/?recurse&consistent", () -> lab.consulDelete("/v1/kv/a/key"));
      shows(
          "index of /v1/session/list?consistent",
          () -> lab.endSession(lab.consulPut("mc1", "/v1/session/create", "{}")));
      shows(
          "sc2 agent's service thing",
          () -> lab.consulPut("sc2", "/v1/agent/service/register", "{\"Name\": \"thing\"}"));
      for (String server : List.of("consul", "pgbouncer")) {
        shows("sc1 reloads in logs/" + server + ".log", () -> signal("sc1", server, "HUP"));
      }
      showsSql("postgres sequence counter", "SELECT nextval('counter')");
      showsSql("postgres rows of noted", "UPDATE noted SET n = n");
      showsSql("postgres object relation noted", "GRANT SELECT ON noted TO pg_monitor");
      showsSql(
          "postgres object database template1", "REVOKE ALL ON DATABASE template1 FROM PUBLIC");
      showsSql("postgres object role postgres", "ALTER ROLE postgres CONNECTION LIMIT -1");
      showsSql("server load of the configuration", "SELECT pg_reload_conf()");
      showsSql("server slot s", "SELECT pg_create_physical_replication_slot('s')");
      shows(
          "mc2 server advisory lock 5 0 7 1",
          () -> LabUnderTest.rows(session, "SELECT pg_advisory_lock(7)"));
    }
    lab.sql("sc1", "postgres", "DROP SEQUENCE counter; DROP TABLE noted");
    lab.sql("sc1", "postgres", "SELECT pg_drop_replication_slot('s')");
    lab.sql("sc1", "postgres", "GRANT CONNECT ON DATABASE template1 TO PUBLIC");
    lab.consulPut("sc2", "/v1/agent/service/deregister/thing", "");
    Files.delete(file);
  }

  private interface Change {
    void make() throws IOException, SQLException;
  }

  private static void signal(String node, String server, String signal) throws IOException {
    String pid = LabUnderTest.read(lab.file(node, "run/" + server)).replaceFirst("(?s) .*", "");
    Process kill = new ProcessBuilder("kill", "-s", signal, pid).start();
    assertThat(kill.onExit().join().exitValue()).isZero();
  }

  private static void showsSql(String what, String change) {
    try {
      shows("sc1 " + what, () -> lab.sql("sc1", "postgres", change));
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void shows(String what, Change change) throws IOException, SQLException {
    Map<String, String> before = Footprint.of(lab);
    change.make();
    Eventually.holds(
        "the change is seen: " + what,
        () ->
            Footprint.differences(before, Footprint.of(lab)).stream()
                .anyMatch(difference -> difference.startsWith(what + ": ")));
  }

  @Test
  @Order(2)
  void aPreviewOfBareClusters() {
    previewPerformsNothing("of bare clusters");
  }

  /** A run takes the lock, or ends the session of a holder that died. */
  @Test
  @Order(3)
  void aPreviewWhileAnotherHoldsTheLock() {
    JsonNode session = lab.consulPut("sc1", "/v1/session/create", "{}");
    String holder = "?acquire=" + session.path("ID").asText();
    lab.consulPut("sc1", "/v1/kv/rdpg/rdpgsc1/bootstrap/lock" + holder, "");
    previewPerformsNothing("while another holds the lock");
    lab.endSession(session);
  }

  @Test
  @Order(4)
  void aPreviewAfterEachRunThatWasKilled() {
    for (CrashPoint crash : points()) {
      CommandResult killed = crash.arm(lab).start(lab, lab.nodes()).await();
      assertThat(killed.exit()).as("killed %s: %s", crash, killed).isEqualTo(CrashPoint.KILLED);
      lab.endSessions();
      previewPerformsNothing(crash.toString());
    }
  }

  @Test
  @Order(5)
  void aPreviewOfAllThatIsThere() {
    try (Overheard run = new Overheard()) {
      CommandResult last = lab.run("apply", "bootstrap", "-o", "json");
      assertThat(last.exit()).as("%s", last).isZero();
      run.sawActs();
    }
    previewPerformsNothing("of all that is there");
  }

  private static void previewPerformsNothing(String stage) {
    Map<String, String> before = Footprint.whenQuiet(lab);
    try (Overheard run = new Overheard()) {
      CommandResult preview = lab.run("apply", "bootstrap", "--dry-run", "-o", "json");
      assertThat(preview.exit()).as("preview %s: %s", stage, preview).isZero();
      assertThat(Footprint.differences(before, Footprint.of(lab))).as("preview " + stage).isEmpty();
      run.sawOnlyLooks(stage);
    }
  }

  /** All that is sent to the nodes and their servers. */
  private static final class Overheard implements AutoCloseable {
    private final List<OverheardHttp> agents =
        lab.nodes().stream().map(node -> OverheardHttp.from(lab, node)).toList();
    private final List<OverheardSql> servers =
        lab.nodes().stream().map(node -> OverheardSql.from(lab, node)).toList();

    Overheard() {
      shells.forget();
    }

    void sawOnlyLooks(String stage) {
      assertThat(agents).as(stage).allSatisfy(agent -> assertThat(agent.acts()).isEmpty());
      assertThat(servers)
          .as(stage)
          .allSatisfy(server -> assertThat(server.acts()).isEmpty())
          .allSatisfy(server -> assertThat(server.statements()).isNotEmpty());
      assertThat(shells.acts()).as(stage).isEmpty();
      assertThat(shells.scripts()).as(stage).hasSizeGreaterThan(lab.nodes().size());
    }

    /** Else the above would hold for everything. */
    void sawActs() {
      assertThat(agents).anySatisfy(agent -> assertThat(agent.acts()).isNotEmpty());
      assertThat(servers).anySatisfy(server -> assertThat(server.acts()).isNotEmpty());
      assertThat(shells.acts()).isNotEmpty();
    }

    @Override
    public void close() {
      agents.forEach(OverheardHttp::close);
    }
  }
}
