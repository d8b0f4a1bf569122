package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
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
 * Machines with addresses of their own, which only here PostgreSQL can tell apart: the lines of
 * pg_hba.conf for the peers let the peers in and nobody else.
 */
@Tag("cluster")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeerAddressesIT {
  private static final String REFUSED = "no pg_hba.conf entry for host";

  @AutoClose private static ApartMachines machines;

  @BeforeAll
  static void start() throws IOException {
    machines = ApartMachines.start();
  }

  @Test
  @Order(1)
  void peers_replicate_through_their_lines() throws Exception {
    apply().exits(0);
    for (String node : ApartMachines.NODES) {
      psql(
          node,
          "127.0.0.1",
          "INSERT INTO rdpg.events (host, key, msg) VALUES ('" + node + "', '', '')");
    }
    for (String node : ApartMachines.NODES) {
      Eventually.holds(
          "rows of all get to " + node,
          () ->
              psql(node, "127.0.0.1", "SELECT string_agg(host, ' ' ORDER BY host) FROM rdpg.events")
                  .equals("mc1 mc2 mc3"));
    }
    assertThat(
            psql(
                "mc1",
                "127.0.0.1",
                "SELECT string_agg(host(client_addr), ' ' ORDER BY client_addr) FROM"
                    + " pg_stat_replication"))
        .as("walsenders of mc1 serve the peers' own addresses")
        .isEqualTo(machines.network().address("mc2") + " " + machines.network().address("mc3"));
  }

  @Test
  @Order(2)
  void a_stranger_is_refused() {
    assertThat(psql("mc2", machines.network().address("mc1"), "SELECT 1")).isEqualTo("1");
    assertThat(psql(ApartMachines.STRANGER, machines.network().address("mc1"), "SELECT 1"))
        .contains(REFUSED);
  }

  @Test
  @Order(3)
  void without_its_line_a_peer_is_refused_and_the_next_run_puts_it_back() throws Exception {
    Path file = machines.home().resolve("mc1/postgres/data/pg_hba.conf");
    Files.writeString(
        file,
        String.join(
                "\n",
                Files.readAllLines(file).stream().filter(line -> !line.contains("# mc2")).toList())
            + "\n");
    psql("mc1", "127.0.0.1", "SELECT pg_reload_conf()");
    Eventually.holds(
        "mc2 is refused by mc1",
        () -> psql("mc2", machines.network().address("mc1"), "SELECT 1").contains(REFUSED));

    CommandResult result = apply("-o", "json").exits(0);
    assertThat(result.steps("changed"))
        .containsExactly(
            "mc1: the way to and from the peers/peers.yml/pg_hba.conf",
            "mc1: the way to and from the peers/peers.yml/postgres runs with pg_hba.conf");
    assertThat(psql("mc2", machines.network().address("mc1"), "SELECT 1")).isEqualTo("1");
  }

  @Test
  @Order(4)
  void a_node_that_is_cut_off_is_told_of_by_its_name() throws Exception {
    // The others may wait for what it would do, until their deadline.
    PlanCopy hasty = PlanCopy.in(machines.directory());
    List.of("bootstrap.yml", "nonleader.yml")
        .forEach(plan -> hasty.replace(plan, "timeout: 15m", "timeout: 1m"));
    machines.network().cut("mc3");
    CommandResult result = machines.apply(hasty.path("bootstrap.yml"), "-o", "json");
    machines.network().mend();
    result.exits(3);
    assertThat(result.stdout()).contains("\"code\":\"unreachable\"").contains("mc3");

    Eventually.holds("Consul has a leader again", TestDeadlines.LONG, () -> apply().exit() == 0);
  }

  private static CommandResult apply(String... more) {
    return machines.apply("bootstrap", more);
  }

  private static String psql(String machine, String host, String sql) {
    return machines.psql(machine, host, sql);
  }
}
