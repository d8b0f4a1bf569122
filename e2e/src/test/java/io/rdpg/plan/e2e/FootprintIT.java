package io.rdpg.plan.e2e;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A {@link Footprint} shows every kind of change that a run could make. */
@Tag("cluster")
class FootprintIT {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.serviceCluster();
  private static Map<String, String> last = Map.of();

  @Test
  void shows_every_kind_of_change() throws IOException, SQLException {
    Path directory = LAB.file("sc1", "handlers");
    Path file = Files.writeString(directory.resolve("a file"), "content");
    LAB.consulPut("sc1", "/v1/kv/a/key", "value");
    LAB.sql("sc1", "postgres", "CREATE SEQUENCE counter; CREATE TABLE noted AS SELECT 1 AS n");
    last = Footprint.whenQuiet(LAB);
    try (Connection session = LAB.connect("sc2", "postgres")) {
      shows("file sc1/handlers/a file", () -> Files.writeString(file, "content"));
      shows(
          "file sc1/handlers/a file",
          () -> Files.setPosixFilePermissions(file, Set.of(OWNER_READ)));
      shows(
          "file sc1/handlers",
          () -> Files.delete(Files.createFile(directory.resolve("temporary"))));
      shows("key a/key", () -> LAB.consulPut("sc2", "/v1/kv/a/key?flags=1", "value"));
      shows("index of /v1/kv/?recurse&consistent", () -> LAB.consulDelete("/v1/kv/a/key"));
      shows(
          "index of /v1/session/list?consistent",
          () -> LAB.endSession(LAB.consulPut("sc1", "/v1/session/create", "{}")));
      shows(
          "sc2 agent's service thing",
          () -> LAB.consulPut("sc2", "/v1/agent/service/register", "{\"Name\": \"thing\"}"));
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
          "sc2 server advisory lock 5 0 7 1",
          () -> TrialNode.rows(session, "SELECT pg_advisory_lock(7)"));
    }
  }

  private interface Change {
    void make() throws IOException, SQLException;
  }

  private static void signal(String node, String server, String signal) throws IOException {
    String pid = TestFiles.read(LAB.file(node, "run/" + server)).replaceFirst("(?s) .*", "");
    Process kill = new ProcessBuilder("kill", "-s", signal, pid).start();
    Eventually.holds("the signal is sent", () -> !kill.isAlive());
    assertThat(kill.exitValue()).isZero();
  }

  private static void showsSql(String what, String change) {
    try {
      shows("sc1 " + what, () -> LAB.sql("sc1", "postgres", change));
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void shows(String what, Change change) throws IOException, SQLException {
    Map<String, String> before = last;
    change.make();
    Eventually.holds(
        "the change is seen: " + what,
        () -> {
          last = Footprint.of(LAB);
          return Footprint.differences(before, last).stream()
              .anyMatch(difference -> difference.startsWith(what + ": "));
        });
  }
}
