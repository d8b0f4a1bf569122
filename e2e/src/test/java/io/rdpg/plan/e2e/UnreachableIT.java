package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node or a server can't be used: it is told which and why, and the other nodes go on. */
@Tag("cluster")
@Tag("long")
class UnreachableIT {
  private static final String WAIT = "every node of the cluster is registered";

  @AutoClose private static LabUnderTest lab;
  private static Path inventory;

  @BeforeAll
  static void start() throws IOException {
    lab = LabUnderTest.threeServiceNodes();
    inventory =
        Files.writeString(
            lab.directory().resolve("real.yml"),
            LabUnderTest.asRealMachines(
                TestFiles.read(lab.inventory()),
                lab.home(),
                Files.getOwner(lab.file("sc1", "postgres/data")).getName()));
  }

  @BeforeEach
  void everythingRuns() {
    assertThat(lab.run("lab", "up").exit()).isZero();
    new WholeCluster(lab).makeBare();
  }

  @Test
  void another_host_key() throws IOException {
    List<String> known = Files.readAllLines(lab.home().resolve("ssh/known_hosts"));
    String others = known.get(1).substring(known.get(1).indexOf(' '));
    Path wrong =
        Files.write(
            lab.directory().resolve("known_hosts"),
            Stream.concat(
                    Stream.of(known.get(0).substring(0, known.get(0).indexOf(' ')) + others),
                    known.stream().skip(1))
                .toList());
    CommandResult result = apply("-e", "ssh_known_hosts=" + wrong).exits(3);
    assertThat(diagnostic(result, "sc1"))
        .contains("host_key_refused", "differs from the one in " + wrong);
    theOthersGoOnUntilTheyNeedIt(result);
  }

  @Test
  void a_node_without_sshd() {
    lab.kill("sc1", "ssh");
    CommandResult result = apply().exits(3);
    assertThat(diagnostic(result, "sc1")).contains("unreachable", "no SSH connection", "refused");
    theOthersGoOnUntilTheyNeedIt(result);
  }

  @Test
  void a_node_whose_postgres_is_down() {
    lab.kill("sc1", "postgres");
    CommandResult result = apply().exits(3);
    assertThat(diagnostic(result, "sc1"))
        .contains("postgres_unreachable", "connection refused, or no route");
    theOthersGoOnUntilTheyNeedIt(result);
  }

  @Test
  void another_password() {
    CommandResult result = apply("-e", "pg_password=wrong").exits(3);
    for (String node : lab.nodes()) {
      assertThat(diagnostic(result, node)).contains("postgres_authentication_failed");
    }
    assertThat(result.stdout() + result.stderr()).doesNotContain(lab.secret("postgres"));
  }

  @Test
  void no_consul_leader() {
    lab.kill("sc2", "consul");
    lab.kill("sc3", "consul");
    // An agent takes 7 s until it says that there is no leader, and a wait hopes for one.
    PlanCopy patient =
        PlanCopy.in(lab.directory()).replace("bootstrap.yml", "timeout: 15m", "timeout: 15s");
    CommandResult result =
        lab.run(
                "apply",
                patient.path("bootstrap.yml"),
                "-o",
                "json",
                "-i",
                inventory.toString(),
                "-l",
                "sc1")
            .exits(3);
    assertThat(diagnostic(result, "sc1")).contains("no_consul_leader");
  }

  private static CommandResult apply(String... more) {
    return lab.run(List.of("apply", "bootstrap", "-o", "json", "-i", inventory.toString()), more);
  }

  /** All but sc1 do what they can; their wait of 15 minutes ends when sc1 has failed. */
  private static void theOthersGoOnUntilTheyNeedIt(CommandResult result) {
    for (String node : List.of("sc2", "sc3")) {
      assertThat(diagnostic(result, node))
          .contains("peer_failed", lab.address("sc1"), "sc1 failed");
      assertThat(result.steps("changed")).contains(node + ": register this node");
      assertThat(result.events("waiting"))
          .anyMatch(event ->
              event.path("node").asText().equals(node) && event.path("step").asText().equals(WAIT));
    }
  }

  /** The error that ended a node, as JSON. */
  private static String diagnostic(CommandResult result, String node) {
    return Stream.concat(
            result.events("step_finished").stream()
                .filter(event -> event.path("node").asText().equals(node))
                .map(event -> event.path("error"))
                .filter(JsonNode::isObject),
            result.events("diagnostic").stream()
                .filter(event -> event.path("node").asText().equals(node)))
        .map(JsonNode::toString)
        .findFirst()
        .orElse("nothing");
  }
}
