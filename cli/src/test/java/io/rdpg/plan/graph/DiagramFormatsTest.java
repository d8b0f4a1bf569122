package io.rdpg.plan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is asked of both languages for diagrams; that their programs take it is tested there. */
class DiagramFormatsTest {
  private final FlowEdges flow = new FlowEdges(ShippedPlanGraphs.bootstrap().folded());

  @Test
  void ways_part_and_meet() {
    String before = id("numbers");
    assertThat(waysFrom(before)).containsExactly(id("its driver"), id("the group", 2));
    assertThat(waysFrom(id("take the writes")))
        .isNotEmpty()
        .isEqualTo(waysFrom(id("there is a write master")));
  }

  private List<String> waysFrom(String id) {
    return flow.edges().stream()
        .filter(edge -> edge.from().equals(id))
        .map(FlowEdges.Edge::to)
        .toList();
  }

  @Test
  void waits_are_tied_to_what_satisfies_them() {
    assertThat(flow.wires())
        .contains(
            new FlowEdges.Wire(id("take the writes"), id("there is a write master")),
            new FlowEdges.Wire(id("tables"), id("cfsb.instances has replicated to this node")));
  }

  @Test
  void mermaid_keeps_to_its_limits() {
    List<Step> steps =
        IntStream.range(0, 3000)
            .<Step>mapToObj(
                i -> RandomGraphs.task("W".repeat(80) + i, null, "consul_kv", "key", "k"))
            .toList();
    PlanGraph huge =
        PlanGraph.of(
            RandomGraphs.plan(steps),
            Primitives.signatures(),
            new Templates(FileLayers.none()),
            Map.of());
    String chart = GraphFormat.MERMAID.write(huge, true, false);
    assertThat(chart.length()).isLessThan(50_000);
    assertThat(chart).contains("… and 2900 more");
  }

  private static String id(String name) {
    return ShippedPlanGraphs.part(ShippedPlanGraphs.bootstrap().folded(), name)
        .step()
        .orElseThrow()
        .id();
  }

  /** Of several steps with one name, that one. */
  private static String id(String name, int which) {
    List<String> ids = new java.util.ArrayList<>();
    ShippedPlanGraphs.bootstrap()
        .each(part ->
            part.step()
                .filter(step -> step.name().equals(name))
                .ifPresent(step -> ids.add(step.id())));
    return ids.get(which - 1);
  }
}
