package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.Eventually;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the bootstrap leaves in Consul, exactly. */
interface InConsul extends Bootstrapped {
  @Test
  default void keys_in_consul() {
    Map<String, String> wanted = new LinkedHashMap<>();
    CLUSTERS.forEach((cluster, role) -> {
      String leader = leader(cluster);
      String under = "rdpg/" + cluster + "/";
      wanted.put(under + "leader", lab().address(leader) + " " + systemIdentifier(leader));
      wanted.put(under + "replication", "native");
      wanted.put(under + "bdr/join/ip", lab().address(leader));
      wanted.put(under + "writes", lab().address(leader) + " " + systemIdentifier(leader) + " 1");
      wanted.put(under + "cluster/service", "pgbdr");
      wanted.put(under + "bootstrap/lock", "");
      wanted.put(under + "schema/lock", "");
      List<String> nodes = lab().nodes(cluster);
      for (String node : nodes) {
        wanted.put(under + "members/" + node, systemIdentifier(node));
        wanted.put(
            under + "numbers/" + (nodes.indexOf(node) + 1),
            node + " " + lab().address(node) + " " + systemIdentifier(node));
      }
      if (role.equals("service")) {
        wanted.put(under + "capacity/instances/limit", "100");
        wanted.put(under + "capacity/instances/allowed", "100");
      }
    });

    assertThat(lab().keys()).containsExactlyInAnyOrderEntriesOf(wanted);
  }

  @Test
  default void no_session_is_left() {
    assertThat(lab().consul("/v1/session/list")).isEmpty();
  }

  @Test
  default void registrations() {
    List<String> wanted = new ArrayList<>();
    for (String node : lab().nodes()) {
      wanted.add(instance(cluster(node), cluster(node) + "-" + node, node, LabUnderTest.POSTGRES));
      if (cluster(node).equals("rdpgsc1")) {
        wanted.add(instance("haproxy", "haproxy", node, LabUnderTest.HAPROXY));
        wanted.add(instance("pgbouncer", "pgbouncer", node, LabUnderTest.PGBOUNCER));
        wanted.add(instance("postgres", "postgres", node, LabUnderTest.POSTGRES));
      }
    }
    wanted.add(instance("rdpgmc-master", "rdpgmc-write", leader("rdpgmc"), LabUnderTest.POSTGRES));
    wanted.add(
        instance("rdpgsc1-master", "rdpgsc1-write", leader("rdpgsc1"), LabUnderTest.HAPROXY));

    List<String> found = new ArrayList<>();
    lab()
        .consul("/v1/catalog/services")
        .fieldNames()
        .forEachRemaining(name -> {
          if (!name.equals("consul")) {
            lab()
                .consul("/v1/health/service/" + name)
                .forEach(instance -> found.add(instance(name, instance)));
          }
        });
    assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
  }

  /** With its check as the agent keeps it: every 10 s, 5 s for the answer. */
  private String instance(String name, String id, String node, int port) {
    String address = lab().address(node) + ":" + port;
    return "%s %s on %s %s tcp %s every 10s within 5s".formatted(name, id, node, address, address);
  }

  private String instance(String name, JsonNode instance) {
    JsonNode service = instance.path("Service");
    String node = instance.path("Node").path("Node").asText();
    List<String> checks = new ArrayList<>();
    // The catalogue doesn't tell what a check does; its agent does, in the notes that we leave.
    instance
        .path("Checks")
        .forEach(check -> {
          if (check.path("ServiceID").asText().equals(service.path("ID").asText())) {
            JsonNode notes =
                CommandResult.event(check.path("Notes").asText().replaceFirst("^rdpg-plan ", ""));
            checks.add(
                "%s %s every %s within %s"
                    .formatted(
                        notes.path("type").asText(),
                        notes.path("target").path(0).asText(),
                        notes.path("interval").asText(),
                        notes.path("timeout").asText()));
          }
        });
    return "%s %s on %s %s:%s %s"
        .formatted(
            name,
            service.path("ID").asText(),
            node,
            service.path("Address").asText(),
            service.path("Port").asText(),
            String.join(" and ", checks));
  }

  @Test
  default void every_check_passes() {
    Eventually.holds("every check passes", () -> notPassing().isEmpty());
  }

  default List<String> notPassing() {
    List<String> bad = new ArrayList<>();
    lab()
        .consul("/v1/health/state/any")
        .forEach(check -> {
          if (!check.path("Status").asText().equals("passing")) {
            bad.add(check.path("Node").asText() + " " + check.path("CheckID").asText());
          }
        });
    return bad;
  }
}
