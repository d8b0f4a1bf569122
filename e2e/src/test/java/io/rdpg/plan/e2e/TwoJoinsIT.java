package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All nodes join at the same moment, each by a process of its own and under no lock. With a plain
 * CREATE SUBSCRIPTION two such nodes wait for each other's transaction for ever.
 */
@Tag("cluster")
class TwoJoinsIT {
  @AutoClose private static LabUnderTest lab;
  private static WholeCluster cluster;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.threeServiceNodes();
    cluster = new WholeCluster(lab);
    PlanCopy prepared =
        PlanCopy.in(lab.directory()).endAfter("bootstrap.yml", "register this node");
    lab.run("apply", prepared.path("bootstrap.yml"), "-o", "json").exits(0);
  }

  static List<Integer> times() {
    return Sweep.of(List.of(1, 2, 3, 4, 5, 6), 2);
  }

  @ParameterizedTest
  @MethodSource("times")
  void joins_at_the_same_moment(int time) throws IOException {
    cluster.disconnect();
    PlanCopy plans = PlanCopy.in(lab.directory());
    Path go = Path.of(plans.path("go"));
    Path joins =
        Files.writeString(
            Path.of(plans.path("joins.yml")),
            """
            plan: joins
            steps:
              - name: now
                command: {run: [sh, -c, "until [ -e %s ]; do sleep 0.01; done"], always: true}
              - name: who was taken out
                include: taken-out.yml
              - name: join
                include: replication/native/join.yml
              - name: ready
                include: replication/native/ready.yml
            """
                .formatted(go));
    List<Running> runs =
        lab.nodes().stream()
            .map(node -> lab.start("apply", joins.toString(), "-o", "json", "-l", node, "--local"))
            .toList();
    for (int i = 0; i < runs.size(); i++) {
      String node = lab.nodes().get(i);
      runs.get(i)
          .awaitEvent(
              node + " stands ready",
              event ->
                  event.path("event").asText().equals("step_started")
                      && event.path("step").asText().equals("now"));
    }
    Files.createFile(go);
    runs.stream()
        .map(Running::await)
        .forEach(result -> assertThat(result.exit()).as("%s", result).isZero());
    cluster.assertEveryPairReads();
  }
}
