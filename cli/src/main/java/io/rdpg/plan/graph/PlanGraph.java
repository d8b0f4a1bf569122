package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.template.Templates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A plan as a graph: the flow of steps, where a lock is held, which step waits for which. Holds
 * names, keys and conditions as they are written, and no values.
 *
 * @param file the file's name
 * @param about what the plan says of itself; empty for nothing
 * @param targets which nodes it concerns
 * @param serial how many of them at once; empty for all
 * @param waits in the order of their steps; no entry for a wait that was not analysed
 */
public record PlanGraph(
    String name,
    String file,
    String about,
    String targets,
    Optional<Integer> serial,
    List<GraphElement> parts,
    List<WaitEdge> waits) {
  public PlanGraph {
    parts = List.copyOf(parts);
    waits = List.copyOf(waits);
  }

  /**
   * The graph of a plan with all that it includes.
   *
   * @param signatures of the primitives, for deadlines that the plan leaves to them
   * @param templates understands conditions
   * @param satisfies for each wait the steps that make true what it waits for, none when nothing in
   *     the plan does; a wait that is no key is drawn without a word about it
   */
  public static PlanGraph of(
      Plan plan,
      Map<String, Signature> signatures,
      Templates templates,
      Map<StepPath, Set<StepPath>> satisfies) {
    return new GraphBuilder(signatures, templates).of(plan, satisfies);
  }

  /**
   * With every box folded that doesn't show how nodes interact: those without a lock, a release,
   * alternatives, or a wait that another step of this plan satisfies.
   */
  public PlanGraph folded() {
    Set<Integer> met = new HashSet<>();
    waits.stream().filter(wait -> !wait.by().isEmpty()).forEach(wait -> met.add(wait.step()));
    return with(folded(parts, met));
  }

  /** With every outermost box folded. */
  PlanGraph allFolded() {
    return with(
        parts.stream()
            .map(part -> part instanceof GraphElement.Box box ? box.with(box.inside(), true) : part)
            .toList());
  }

  PlanGraph with(List<GraphElement> others) {
    return new PlanGraph(name, file, about, targets, serial, others, waits);
  }

  private static List<GraphElement> folded(List<GraphElement> parts, Set<Integer> met) {
    List<GraphElement> folded = new ArrayList<>();
    for (GraphElement part : parts) {
      folded.add(
          switch (part) {
            case GraphElement.Card card -> card;
            case GraphElement.Box box ->
                box.with(
                    folded(box.inside(), met),
                    box.frame() == GraphElement.Frame.INCLUDE
                        && !showsInteraction(box.inside(), met));
            case GraphElement.Fork fork ->
                new GraphElement.Fork(
                    fork.branches().stream()
                        .map(branch ->
                            new GraphElement.Branch(
                                branch.condition(), folded(branch.parts(), met)))
                        .toList(),
                    fork.before(),
                    fork.after());
          });
    }
    return folded;
  }

  private static boolean showsInteraction(List<GraphElement> parts, Set<Integer> met) {
    return parts.stream()
        .anyMatch(part ->
            switch (part) {
              case GraphElement.Card card ->
                  card.kind() == StepCategory.RELEASE || met.contains(card.caption().number());
              case GraphElement.Box box ->
                  box.frame() == GraphElement.Frame.LOCK || showsInteraction(box.inside(), met);
              case GraphElement.Fork _ -> true;
            });
  }

  /** Every part, those inside of others after them. */
  void each(Consumer<GraphElement> visitor) {
    parts.forEach(part -> each(part, visitor));
  }

  private static void each(GraphElement part, Consumer<GraphElement> visitor) {
    visitor.accept(part);
    part.inside().forEach(inner -> each(inner, visitor));
  }

  /** The names of the steps that make true what this one waits for, in order. */
  List<String> satisfiedBy(Caption caption) {
    Map<Integer, String> names = new HashMap<>();
    each(part -> part.step().ifPresent(step -> names.put(step.number(), step.name())));
    return waits.stream()
        .filter(wait -> wait.step() == caption.number())
        .flatMap(wait -> wait.by().stream())
        .map(step -> names.getOrDefault(step, ""))
        .distinct()
        .toList();
  }

  /** Whether this wait is for something outside of the plan. */
  boolean isFromOutside(Caption caption) {
    return waits.stream().anyMatch(wait -> wait.step() == caption.number() && wait.by().isEmpty());
  }
}
