package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.trial.TrialNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What clients and operators get of it. */
interface Serves extends Bootstrapped {
  /** Through the haproxy of either node, to pgbouncer, to the write master; read on both. */
  @Test
  default void writes_reach_the_write_master_through_every_haproxy() {
    String master = leader("rdpgsc1");
    for (String node : lab().nodes("rdpgsc1")) {
      AtomicReference<String> server = new AtomicReference<>("");
      Eventually.holds(
          "a write through haproxy on " + node,
          () -> {
            try (Connection client =
                lab().connect(node, LabUnderTest.HAPROXY, "rdpg", "rdpg", lab().secret("rdpg"))) {
              TrialNode.rows(
                  client,
                  "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', 'client', '')"
                      .formatted(node));
              server.set(TrialNode.rows(client, "SELECT host(inet_server_addr())").getFirst());
              return true;
            } catch (SQLException e) {
              return false; // haproxy counts the server's first good checks
            }
          });
      assertThat(server.get()).isEqualTo(lab().address(master));
      for (String reader : lab().nodes("rdpgsc1")) {
        Eventually.holds(
            "it is read on " + reader,
            () ->
                lab()
                    .sql(
                        reader,
                        "rdpg",
                        "SELECT host FROM rdpg.events WHERE key = 'client' AND host = '%s'"
                            .formatted(node))
                    .equals(List.of(node)));
      }
    }
    lab().sql(master, "rdpg", "DELETE FROM rdpg.events WHERE key = 'client'");
  }

  /** Every node's watch, whatever its cluster, leaves a row in its own database. */
  @Test
  default void a_change_of_a_service_is_noted_on_every_node() {
    String changed = lab().nodes("rdpgsc1").getFirst();
    maintenance(changed, true);
    try {
      for (String node : lab().nodes()) {
        Eventually.holds(
            node + " has noted that haproxy on " + changed + " is in maintenance",
            () ->
                lab()
                    .sql(
                        node,
                        "rdpg",
                        "SELECT msg FROM rdpg.consul_watch_notifications WHERE host = '%s'"
                            .formatted(lab().address(node)))
                    .stream()
                    .anyMatch(message -> tellsMaintenance(message, changed)));
      }
    } finally {
      maintenance(changed, false);
    }
  }

  private void maintenance(String node, boolean enable) {
    lab().consulPut(node, "/v1/agent/service/maintenance/haproxy?enable=" + enable, "");
  }

  private static boolean tellsMaintenance(String message, String node) {
    JsonNode told = CommandResult.event(message);
    if (!told.path("service").asText().equals("haproxy")) {
      return false;
    }
    for (JsonNode instance : told.path("instances")) {
      if (instance.path("Node").path("Node").asText().equals(node)
          && instance
              .path("Checks")
              .findValuesAsText("CheckID")
              .contains("_service_maintenance:haproxy")) {
        return true;
      }
    }
    return false;
  }
}
