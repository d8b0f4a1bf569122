package io.rdpg.plan.graph;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.yaml.PlanReader;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Plans for tests: those of this project, and those that a test writes. */
final class ShippedPlanGraphs {
  private static final Path PLANS = Path.of("..", "plans");

  private static final Set<String> ONLY_INCLUDED = Set.of("leader.yml", "nonleader.yml");

  private ShippedPlanGraphs() {}

  /** Those that are plans by themselves; leader.yml, for one, needs a lock around it. */
  static List<Path> files() {
    try (Stream<Path> files = Files.walk(PLANS)) {
      return files
          .filter(file -> file.toString().endsWith(".yml"))
          .filter(file -> !ONLY_INCLUDED.contains(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Plan read(Path file) {
    Diagnostics diagnostics = new Diagnostics();
    Plan plan =
        new PlanReader(Primitives.signatures(), new FileLayers(List.of(Path.of("..")), null))
            .read(
                file,
                (path, _) ->
                    Set.of(
                        path.text()
                            .replace("{{ replication }}", "native")
                            .replaceAll("\\{\\{ \\w+ \\| default\\('([^']+)'\\) }}", "$1")),
                diagnostics);
    diagnostics.rejectIfAny();
    return plan;
  }

  /** The picture of one of ours, with those waits that this test has looked up by hand. */
  static PlanGraph picture(Path file) {
    Plan plan = read(file);
    return PlanGraph.of(
        plan, Primitives.signatures(), new Templates(FileLayers.none()), byHand(plan));
  }

  static PlanGraph bootstrap() {
    return picture(PLANS.resolve("bootstrap.yml"));
  }

  private static final Map<String, String> WAITS =
      Map.of(
          "every node of the cluster is registered", "register this node",
          "{{ member.name }} has joined", "this node has joined",
          "there is a group", "there is a group",
          "cfsb.instances has replicated to this node", "DDL on {{ member.name }}",
          "there is a write master", "take the writes");

  private static Map<StepPath, Set<StepPath>> byHand(Plan plan) {
    PlanGraph bare =
        PlanGraph.of(plan, Primitives.signatures(), new Templates(FileLayers.none()), Map.of());
    Map<StepPath, Set<StepPath>> satisfies = new LinkedHashMap<>();
    bare.each(part -> {
      if (part instanceof GraphElement.Card wait && wait.kind() == StepCategory.WAIT) {
        String by = WAITS.get(wait.caption().name());
        Set<StepPath> found = new LinkedHashSet<>();
        bare.each(other -> {
          if (other instanceof GraphElement.Card card
              && card.kind() != StepCategory.WAIT
              && card.caption().name().equals(by)) {
            found.add(card.caption().path());
          }
        });
        satisfies.put(wait.caption().path(), found);
      }
    });
    return satisfies;
  }

  /** A part by the name of its step; the first of several. */
  static GraphElement part(PlanGraph picture, String name) {
    List<GraphElement> found = new java.util.ArrayList<>();
    picture.each(part -> {
      if (part.step().filter(step -> step.name().equals(name)).isPresent()) {
        found.add(part);
      }
    });
    if (found.isEmpty()) {
      throw new AssertionError("no step " + name);
    }
    return found.getFirst();
  }
}
