package io.rdpg.plan.graph;

import static io.rdpg.plan.graph.RandomGraphs.AT;
import static io.rdpg.plan.graph.RandomGraphs.head;
import static io.rdpg.plan.graph.RandomGraphs.string;
import static io.rdpg.plan.graph.RandomGraphs.task;
import static io.rdpg.plan.graph.ShippedPlanGraphs.part;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanGraphTest {
  @Test
  void steps_that_exclude_each_other_are_ways_of_one_fork() {
    GraphElement.Fork fork =
        (GraphElement.Fork)
            ((GraphElement.Box) part(ShippedPlanGraphs.bootstrap(), "who leads"))
                .inside()
                .getLast();
    assertThat(fork.branches().stream().map(GraphElement.Branch::condition))
        .containsExactly(
            "leader.value == (node.address ~ \" \" ~ server.row.id)",
            "leader.value != (node.address ~ \" \" ~ server.row.id)");
    assertThat(
            fork.branches().stream().map(way -> way.parts().getFirst().step().orElseThrow().name()))
        .containsExactly("lead", "follow");
  }

  @Test
  void a_step_that_changes_what_the_next_one_asks_is_no_way() {
    PlanGraph picture =
        picture(
            new Step.Task(
                head("look", string("not x.found"), null, null, "x"),
                "lookup",
                Value.Mapping.empty(AT)),
            task("use", "x.found", "assert"));
    assertThat(picture.parts()).hasSize(2).noneMatch(GraphElement.Fork.class::isInstance);
  }

  @Test
  void a_lock_is_held_up_to_its_release() {
    PlanGraph picture = ShippedPlanGraphs.bootstrap();
    assertThat(part(picture, "claim the lead").before()).isEqualTo(LockCertainty.YES);
    assertThat(part(picture, "let the others in").before()).isEqualTo(LockCertainty.YES);
    assertThat(part(picture, "let the others in").after()).isEqualTo(LockCertainty.NO);
    assertThat(part(picture, "everybody is in").before()).isEqualTo(LockCertainty.NO);
    assertThat(part(picture, "let the leader through").after())
        .as("let go on one of two ways")
        .isEqualTo(LockCertainty.MAYBE);
    assertThat(part(picture, "join the group").before()).isEqualTo(LockCertainty.YES);
    assertThat(part(picture, "cfsb.instances has replicated to this node").before())
        .as("the inner lock is the outer one")
        .isEqualTo(LockCertainty.NO);
    assertThat(part(picture, "watches").before()).isEqualTo(LockCertainty.NO);
  }

  @Test
  void tells_loops_places_and_deadlines_in_words() {
    PlanGraph picture = ShippedPlanGraphs.bootstrap();
    Caption slot = part(picture, "slot at {{ peer.name }} is in use").step().orElseThrow();
    assertThat(slot.each()).contains("for each peer");
    assertThat(slot.on()).contains("at the peer");
    assertThat(slot.deadline()).contains("10m");
    assertThat(part(picture, "disable_database on {{ member.name }}").step().orElseThrow().each())
        .contains("for each member of cluster.nodes");
    assertThat(part(picture, "register {{ service.name }}").step().orElseThrow().each())
        .as("maps by their names, without what else is in them")
        .contains("for each service: haproxy, pgbouncer, postgres");
    assertThat(part(picture, "who leads").step().orElseThrow().deadline()).contains("15m");
    assertThat(part(picture, "who leads").step().orElseThrow().place())
        .startsWith("bootstrap.yml:");
  }

  @Test
  void a_wait_without_a_deadline_has_that_of_its_primitive() {
    Caption wait =
        picture(task("w", null, "wait_for", "key", "k")).parts().getFirst().step().orElseThrow();
    assertThat(wait.deadline()).isPresent();
  }

  @Test
  void waits_know_who_satisfies_them() {
    StepPath wait = new StepPath(List.of("w"));
    StepPath by = new StepPath(List.of("k"));
    Step[] steps = {
      task("k", null, "consul_kv", "key", "k"), task("w", null, "wait_for", "key", "k")
    };
    assertThat(picture(Map.of(wait, Set.of(by)), steps).waits())
        .containsExactly(new WaitEdge(2, List.of(1)));
    PlanGraph outside = picture(Map.of(wait, Set.of()), steps);
    assertThat(outside.isFromOutside(outside.parts().get(1).step().orElseThrow())).isTrue();
    PlanGraph unknown = picture(Map.of(), steps);
    assertThat(unknown.isFromOutside(unknown.parts().get(1).step().orElseThrow())).isFalse();
  }

  @Test
  void folds_only_what_doesnt_tell_how_nodes_meet() {
    PlanGraph folded = ShippedPlanGraphs.bootstrap().folded();
    assertThat(((GraphElement.Box) part(folded, "the server can replicate")).folded()).isTrue();
    assertThat(((GraphElement.Box) part(folded, "take over")).folded()).isTrue();
    for (String open : List.of("who leads", "lead", "follow", "everybody is in", "one at a time")) {
      assertThat(((GraphElement.Box) part(folded, open)).folded()).as(open).isFalse();
    }
  }

  @Test
  void holds_no_values_and_no_statements() {
    PlanGraph picture =
        picture(
            task(
                "sql", null, "sql_exec", "database", "d", "sql", "ALTER ROLE x PASSWORD 'hunter2'"),
            task("kv", null, "consul_kv", "key", "k", "value", "hunter2"),
            task("http", null, "wait_for", "http", "http://me:hunter2@h/x?token=hunter2"),
            task("key", null, "wait_for", "key", "k", "value", "hunter2"),
            task("masked", null, "consul_kv", "key", "of " + Text.secret("hunter2").marked()),
            new Step.Task(
                head("command", null, null, null, null),
                "command",
                new Value.Mapping(
                    Map.of(
                        "run",
                        new Value.Entry(
                            AT, new Value.Seq(List.of(string("psql"), string("hunter2")), AT))),
                    AT)));
    for (GraphFormat format : GraphFormat.values()) {
      assertThat(format.write(picture, true, false)).as(format.name()).doesNotContain("hunter2");
    }
    assertThat(GraphFormat.SVG.write(picture, true, false))
        .contains("psql", "http://h/x", "of ***");
  }

  @Test
  void a_secrets_place_is_shown_as_it_is_written() {
    PlanGraph picture = picture(task("kv", null, "consul_kv", "key", "{{ secret('env:X') }}"));
    assertThat(GraphFormat.SVG.write(picture, true, false))
        .contains("{{ secret(&#39;env:X&#39;) }}");
  }

  @Test
  void is_the_same_every_time() {
    for (GraphFormat format : GraphFormat.values()) {
      assertThat(format.write(RandomGraphs.picture(3), false, false))
          .isEqualTo(format.write(RandomGraphs.picture(3), false, false));
    }
  }

  private static PlanGraph picture(Step... steps) {
    return picture(Map.of(), steps);
  }

  private static PlanGraph picture(Map<StepPath, Set<StepPath>> satisfies, Step... steps) {
    return PlanGraph.of(
        RandomGraphs.plan(List.of(steps)),
        Primitives.signatures(),
        new Templates(FileLayers.none()),
        satisfies);
  }
}
