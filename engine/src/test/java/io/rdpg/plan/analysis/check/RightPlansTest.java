package io.rdpg.plan.analysis.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.testing.Choices;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No plan is refused for what goes well: plans that name what some nodes lack, and what steps may
 * find or not, are applied whatever there is to find. Where all of that comes to its end, no step
 * that is ever done has an error.
 *
 * <p>System properties: {@code rdpg.tries}, how many; {@code rdpg.seed}, the first one's.
 */
class RightPlansTest {
  private static final int TRIES = Integer.getInteger("rdpg.tries", 600);
  private static final long SEED = Long.getLong("rdpg.seed", 1);

  private static final List<String> NODES = List.of("n1", "n2", "n3");
  private static final List<String> KEYS = List.of("k1", "k2");

  private static final String INVENTORY =
      """
      all:
        children:
          c:
            vars: {cluster_id: c, cluster_role: service}
            hosts: {n1: {only1: 71, sizes: [1, 2]}, n2: {only2: 72}}
          d:
            vars: {cluster_id: d, cluster_role: manager, quorum: 1}
            hosts: {n3: {}}
      """;

  @TempDir Path directory;

  @Test
  void what_comes_to_its_end_is_not_refused() {
    int right = 0;
    for (int i = 0; i < TRIES; i++) {
      Choices choices = Choices.at(SEED + i);
      List<String> nodes = NODES.stream().filter(_ -> !choices.oneIn(3)).toList();
      String plan = new RandomGuards(choices).plan();
      Set<Integer> done = nodes.isEmpty() ? null : doneWhateverThereIs(nodes, plan);
      if (done != null) {
        right++;
        List<Diagnostic> found = stage(nodes).check(plan);
        assertThat(
                found.stream()
                    .filter(
                        diagnostic -> !diagnostic.message().endsWith("is not registered yet here"))
                    .filter(diagnostic -> done.contains(stepOf(diagnostic, plan))))
            .as("seed %d on %s:%n%s", SEED + i, nodes, plan)
            .isEmpty();
      }
    }
    assertThat(right).isGreaterThan(TRIES / 20);
  }

  private RunFixture stage(List<String> nodes) {
    return new RunFixture(directory).inventory(INVENTORY).on(nodes.toArray(String[]::new));
  }

  /** The lines of those steps that are done in some world; null when it fails in any. */
  private @Nullable Set<Integer> doneWhateverThereIs(List<String> nodes, String plan) {
    Set<Integer> done = new TreeSet<>();
    for (int there = 0; there < 1 << KEYS.size(); there++) {
      RunFixture stage = stage(nodes).file("plan.yml", plan);
      for (int key = 0; key < KEYS.size(); key++) {
        if ((there >> key & 1) == 1) {
          stage.target.consul().set(KEYS.get(key), "n1");
        }
      }
      RunFixture.Played played = stage.play(directory.resolve("plan.yml"), false);
      if (played.exit() != ExitCode.DONE) {
        return null;
      }
      played.finished().stream()
          .filter(step -> step.status() != Status.SKIPPED)
          .forEach(step -> done.add(step.at().line()));
    }
    return done;
  }

  /** The line where the step begins in which an error is; 0 for one outside of all steps. */
  private static int stepOf(Diagnostic diagnostic, String plan) {
    Span at = Objects.requireNonNull(diagnostic.at());
    List<String> lines = plan.lines().toList();
    for (int line = at.line(); line > 0; line--) {
      if (lines.get(line - 1).strip().startsWith("- name:")) {
        return line;
      }
    }
    return 0;
  }

  /** Plans of steps that are guarded well or badly against what may be absent. */
  private static final class RandomGuards {
    private static final List<String> ASKED =
        List.of(
            "node.name == 'n1'",
            "node.ordinal > 1",
            "cluster.role == 'service'",
            "only1 is defined",
            "only2 is not defined",
            "cluster.peers is empty",
            "cluster.peers | length > 0",
            "flag",
            "r1.found",
            "r2.found",
            "r1 is defined",
            "r2.skipped is defined",
            "r1.found | default(false)",
            "r2.value | default('') == 'n1'");

    private static final List<String> TEXTS =
        List.of(
            "{{ only1 }}",
            "{{ only2 | default('z') }}",
            "{{ quorum }}",
            "{{ r1.value }}",
            "{{ r2.value }}",
            "{{ (r1.results | first).value }}",
            "{{ (cluster.peers | first).name }}",
            "{{ cluster.nodes[node.ordinal].name }}",
            "{{ only1 is defined ? only1 : 'n' }}",
            "{{ cluster.role == 'manager' ? quorum : 'n' }}",
            "{{ people[0].age }}{{ people[1].name }}",
            "{{ port }}",
            "{% for p in cluster.peers %}{{ p.name }}{{ only2 }}{% endfor %}",
            "{% if only1 is defined %}{{ only1 + 1 }}{% endif %}",
            "{% if r1.found %}{{ r1.value }}{% else %}{{ only1 }}{% endif %}");

    private static final List<String> LOOPS =
        List.of(
            "cluster.peers",
            "sizes | default([])",
            "r1.results",
            "people",
            "[]",
            "r2.value | split(',')",
            "cluster.nodes");

    private static final List<String> OF_ITEMS =
        List.of("{{ item.name }}", "{{ item.age }}", "{{ item.value }}", "{{ item }}");

    private final Choices choices;
    private int steps;

    RandomGuards(Choices choices) {
      this.choices = choices;
    }

    String plan() {
      List<String> lines = new ArrayList<>();
      lines.add("plan: p");
      lines.add("vars:");
      lines.add("  flag: true");
      lines.add("  port: \"" + choices.among(TEXTS) + "\"");
      lines.add("  people: [{name: a, age: 1}, {name: b}]");
      lines.add("steps:");
      some("  ", 0, false, lines);
      lines.add("  - {name: last1, lookup: {key: k1}, register: r1}");
      lines.add("  - {name: last2, lookup: {key: k2}, register: r2}");
      return String.join("\n", lines) + "\n";
    }

    private void some(String indent, int depth, boolean looped, List<String> lines) {
      int many = 1 + choices.below(4);
      for (int i = 0; i < many; i++) {
        step(indent, depth, looped, lines);
      }
    }

    private void step(String indent, int depth, boolean looped, List<String> lines) {
      lines.add(indent + "- name: s" + ++steps);
      if (choices.oneIn(2)) {
        lines.add(indent + "  when: \"" + condition(2) + "\"");
      }
      boolean loops = choices.oneIn(5);
      if (loops) {
        lines.add(indent + "  for_each: \"" + choices.among(LOOPS) + "\"");
      }
      boolean items = looped || loops;
      if (choices.oneIn(8)) {
        lines.add(indent + "  on: \"" + text(items) + "\"");
      }
      switch (choices.below(depth < 2 ? 7 : 5)) {
        case 0, 1 -> {
          lines.add(indent + "  lookup: {key: " + choices.among(KEYS) + "}");
          lines.add(indent + "  register: " + choices.among(List.of("r1", "r2")));
        }
        case 2, 3 -> lines.add(indent + "  consul_kv: {key: w, value: \"" + text(items) + "\"}");
        case 4 -> lines.add(indent + "  consul_service: {name: s, port: \"" + text(items) + "\"}");
        case 5 -> {
          lines.add(indent + "  vars: {port: \"" + text(items) + "\"}");
          lines.add(indent + "  steps:");
          some(indent + "    ", depth + 1, items, lines);
        }
        default -> {
          lines.add(indent + "  steps:");
          some(indent + "    ", depth + 1, items, lines);
        }
      }
    }

    private String text(boolean items) {
      return choices.among(items && choices.oneIn(2) ? OF_ITEMS : TEXTS);
    }

    private String condition(int depth) {
      return switch (depth == 0 ? 0 : choices.below(7)) {
        case 0, 1, 2 -> choices.among(ASKED);
        case 3 -> "(" + condition(depth - 1) + ") and (" + condition(depth - 1) + ")";
        case 4 -> "(" + condition(depth - 1) + ") or (" + condition(depth - 1) + ")";
        case 5 -> "not (" + condition(depth - 1) + ")";
        default ->
            "(%s) ? (%s) : (%s)"
                .formatted(condition(depth - 1), condition(depth - 1), condition(depth - 1));
      };
    }
  }
}
