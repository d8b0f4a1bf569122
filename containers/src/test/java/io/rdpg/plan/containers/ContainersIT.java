package io.rdpg.plan.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A bootstrap that is killed, then loses a node's network while it joins, then a whole node. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainersIT {
  private static final Pattern NODE = Pattern.compile("\"node\":\"(\\w+)\"");

  @AutoClose private static ContainerCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = ContainerCluster.start();
  }

  @Test
  @Order(1)
  void a_bootstrap_that_was_killed_goes_on() throws Exception {
    Process run = cluster.bootstrap();
    readUntil(run, line -> ends(line, "claim the lead"));
    run.destroyForcibly().waitFor();
  }

  /** The one that joins just then; the others are left alone with what it has begun. */
  @Test
  @Order(2)
  void a_node_that_is_cut_off_in_the_middle_of_its_join_comes_back() throws Exception {
    Process run = cluster.bootstrap();
    String joins =
        readUntil(
            run,
            line -> line.contains("/follow/") && ends(line, "subscription to {{ peer.name }}"));
    Matcher named = NODE.matcher(joins);
    assertThat(named.find()).as(joins).isTrue();
    ContainerNode node = cluster.node(named.group(1));
    node.disconnect();
    readUntil(
        run,
        line ->
            line.contains("\"node\":\"" + node.name() + "\"")
                && line.contains("\"status\":\"failed\""));
    node.reconnect();
    cluster.awaitServers(node);
    readUntil(run, _ -> false);
    assertThat(run.waitFor()).as("its part of the run failed").isNotZero();

    applied();
    assertThat(applied()).noneMatch(line -> line.contains("\"status\":\"changed\""));
    everyNodeHasTheRowsOfAll("after the partition");
  }

  @Test
  @Order(3)
  void a_node_that_lost_its_power_comes_back_and_gets_what_it_missed() {
    ContainerNode lost = cluster.node("mc2");
    lost.powerOff();
    insert(cluster.node("mc1"), "while it was off");
    lost.powerOn();
    cluster.awaitServers(lost);
    Eventually.holds(
        "it has what it missed", TestDeadlines.LONG, () -> has(lost, "while it was off", 1));
    // As docs/bootstrap.md says: by itself pglogical tries again every three minutes only.
    for (ContainerNode node : cluster.nodes()) {
      node.sql(
          "rdpg",
          "SELECT pglogical.alter_subscription_enable(sub_name, true) FROM pglogical.subscription");
    }
    everyNodeHasTheRowsOfAll("after the power came back");
  }

  private static void everyNodeHasTheRowsOfAll(String key) {
    cluster.nodes().forEach(node -> insert(node, key));
    for (ContainerNode node : cluster.nodes()) {
      Eventually.holds(
          "rows of every node are at " + node.name(),
          TestDeadlines.LONG,
          () -> has(node, key, cluster.nodes().size()));
    }
  }

  private static void insert(ContainerNode node, String key) {
    node.sql(
        "rdpg",
        "INSERT INTO rdpg.events (host, key, msg) VALUES ('%s', '%s', '')"
            .formatted(node.name(), key));
  }

  private static boolean has(ContainerNode node, String key, int rows) {
    return node.sql("rdpg", "SELECT count(*) FROM rdpg.events WHERE key = '%s'".formatted(key))
        .equals(List.of(Integer.toString(rows)));
  }

  private static boolean ends(String line, String step) {
    return line.startsWith("{\"event\":\"step_finished\"")
        && line.contains("\"step\":\"" + step + "\"")
        && line.contains("\"status\":\"changed\"");
  }

  /** All that a bootstrap told that ended well. */
  private static List<String> applied() throws Exception {
    Process run = cluster.bootstrap();
    List<String> lines = new ArrayList<>();
    readUntil(
        run,
        line -> {
          lines.add(line);
          return false;
        });
    assertThat(run.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  /** The first line that is it; empty where the run ends without. */
  private static String readUntil(Process run, Predicate<String> it) throws IOException {
    BufferedReader events = run.inputReader();
    for (String line = events.readLine(); line != null; line = events.readLine()) {
      if (it.test(line)) {
        return line;
      }
    }
    return "";
  }
}
