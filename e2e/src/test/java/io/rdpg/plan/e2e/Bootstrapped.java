package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ListAssert;

/** A lab that was bootstrapped, for the tests of what must hold in it then. */
interface Bootstrapped {
  /** Role by cluster. */
  Map<String, String> CLUSTERS = Map.of("rdpgmc", "manager", "rdpgsc1", "service");

  LabUnderTest lab();

  /** The node that leads a cluster, as its claim says. */
  default String leader(String cluster) {
    String claim = lab().kv("rdpg/" + cluster + "/leader").orElseThrow();
    return lab().nodeAt(claim.substring(0, claim.indexOf(' ')));
  }

  /** How many in its cluster a node is, from 1. */
  default int ordinal(String node) {
    return lab().nodes(cluster(node)).indexOf(node) + 1;
  }

  default String cluster(String node) {
    return node.startsWith("mc") ? "rdpgmc" : "rdpgsc1";
  }

  default List<String> peers(String node) {
    return lab().nodes(cluster(node)).stream().filter(other -> !other.equals(node)).toList();
  }

  /** As replication objects carry it: {@code rdpg_127_0_0_11}. */
  default String nodeId(String node) {
    return "rdpg_" + lab().address(node).replace('.', '_');
  }

  /** What a node's database rdpg answers to the superuser, row by row. */
  default ListAssert<String> assertInRdpg(String node, String query) {
    return assertThat(lab().sql(node, "rdpg", query)).as(node);
  }

  /** What a node's database postgres answers to the superuser, row by row. */
  default ListAssert<String> assertInPostgres(String node, String query) {
    return assertThat(lab().sql(node, "postgres", query)).as(node);
  }

  /** What a server calls itself, made by its initdb. */
  default String systemIdentifier(String node) {
    return lab()
        .sql(node, "postgres", "SELECT system_identifier FROM pg_control_system()")
        .getFirst();
  }
}
