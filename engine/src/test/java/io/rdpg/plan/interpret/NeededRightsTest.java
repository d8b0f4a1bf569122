package io.rdpg.plan.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Consul must allow, of all that a node may come to in a plan. */
class NeededRightsTest {
  @TempDir Path directory;

  private Map<String, Set<ConsulRight>> needed(Set<String> tags, String steps) throws IOException {
    Path inventory =
        Files.writeString(
            directory.resolve("inventory.yml"),
            """
            all:
              vars: {role: service}
              hosts:
                n1: {ansible_host: 10.0.0.1}
                n2: {ansible_host: 10.0.0.2}
            """);
    Path file =
        Files.writeString(directory.resolve("p.yml"), "plan: p\nsteps:\n" + steps.indent(2));
    Sources sources = Sources.read(inventory, List.of(), _ -> Map.of());
    Plan plan =
        new PlanCompiler(sources, Primitives.all(), Primitives.signatures())
            .read(file, NodeSelection.of("all"), null)
            .plan();
    return NeededRights.of(
            plan,
            tags,
            "n1",
            NodeKnowledge.of(
                sources.templates(),
                sources.facts(),
                sources.inventory().node("n1").orElseThrow(),
                new HashMap<>()),
            new ArgumentRenderer(sources.templates(), sources.files()),
            Primitives.all())
        .rights();
  }

  private Set<ConsulRight> needed(String steps) throws IOException {
    return needed(Set.of(), steps).getOrDefault("n1", Set.of());
  }

  @Test
  void each_primitive_says_its_own() throws IOException {
    assertThat(
            needed(
                """
                - name: a lock
                  consul_lock:
                    key: "lock/{{ node.name }}"
                    wait: 1m
                    steps:
                      - name: a key
                        consul_kv: {key: a, value: "{{ unknown.value }}"}
                - name: gone
                  consul_kv: {key: b, absent: true}
                - name: a service
                  consul_service: {name: s}
                - name: a watch
                  register_watch: {name: w, type: services, handler: [x], config_dir: /c}
                - name: a lookup
                  lookup: {key: c}
                - name: another
                  lookup: {service: t}
                - name: a wait
                  wait_for: {service: u, timeout: 1m}
                - name: another wait
                  wait_for: {key: d, timeout: 1m}
                - name: nothing of Consul
                  lookup: {database: d, sql: SELECT 1}
                - name: by signal
                  reload_service: {service: consul, config: [/c], signal: HUP, pid_file: /p}
                - name: a command
                  command: {run: ["true"], always: true}
                """))
        .containsExactlyInAnyOrder(
            new ConsulRight.Session(),
            new ConsulRight.Key("lock/n1", true),
            new ConsulRight.Key("a", true),
            new ConsulRight.Key("b", true),
            new ConsulRight.Service("s", true),
            new ConsulRight.Reload(),
            new ConsulRight.Key("c", false),
            new ConsulRight.Service("t", false),
            new ConsulRight.Service("u", false),
            new ConsulRight.Key("d", false));
  }

  @Test
  void what_a_node_may_come_to_counts_and_what_it_can_not_does_not() throws IOException {
    assertThat(
            needed(
                """
                - name: so far
                  lookup: {key: state}
                  register: state
                - name: perhaps
                  when: state.found
                  consul_kv: {key: perhaps, value: x}
                - name: never
                  when: role == "manager"
                  consul_kv: {key: never, value: x}
                - name: which, nobody knows yet
                  consul_kv: {key: "{{ state.value }}", value: x}
                - name: each
                  for_each: [one, two]
                  consul_kv: {key: "each/{{ item }}", value: x}
                """))
        .containsExactlyInAnyOrder(
            new ConsulRight.Key("state", false),
            new ConsulRight.Key("perhaps", true),
            new ConsulRight.Key("each/one", true),
            new ConsulRight.Key("each/two", true));
  }

  @Test
  void by_the_node_whose_agent_is_asked_and_only_for_chosen_steps() throws IOException {
    String steps =
        """
        - name: there
          on: n2
          tags: [chosen]
          consul_service: {name: s}
        - name: here
          consul_kv: {key: a, value: x}
        """;
    assertThat(needed(Set.of(), steps))
        .isEqualTo(
            Map.of(
                "n1",
                Set.of(new ConsulRight.Key("a", true)),
                "n2",
                Set.of(new ConsulRight.Service("s", true))));
    assertThat(needed(Set.of("chosen"), steps)).containsOnlyKeys("n2");
  }
}
