package io.rdpg.plan.analysis.check;

import io.rdpg.plan.analysis.check.ExecutionPath.PathNode;
import io.rdpg.plan.analysis.check.ExecutionPath.TaskNode;
import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Condition;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.Truth;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Enumerates what nodes may do in a plan, before any node is contacted. Results of steps are
 * unknown: what depends on them runs or not, a loop over them has one turn.
 */
public final class PathEnumerator {
  /** The maximum length of a path: nothing is proved of what comes after. */
  private static final int LONGEST = 20_000;

  private final Templates templates;
  private final NodeFacts facts;
  private final ArgumentRenderer arguments;
  private final Map<String, Primitive<?>> primitives;

  public PathEnumerator(
      Templates templates,
      TemplateLookup files,
      NodeFacts facts,
      Map<String, Primitive<?>> primitives) {
    this.templates = templates;
    this.facts = facts;
    this.arguments = new ArgumentRenderer(templates, files);
    this.primitives = Map.copyOf(primitives);
  }

  /** A node's path through a plan that is known to be understood. */
  public ExecutionPath of(Plan plan, Node node) {
    NodeKnowledge known =
        NodeKnowledge.of(templates, facts, node, new RegisteredResults(plan.steps()).unknown());
    return new ExecutionPath(
        node, joined(StepWalk.WHOLE.plan(plan, known, new Visitor(node.name()))));
  }

  private static List<PathNode> joined(List<List<PathNode>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** Makes one node's path: a step comes to what the node may do there. */
  private final class Visitor implements StepVisitor<NodeKnowledge, List<PathNode>> {
    private final String node;
    private int visited;

    /** What conditions call the variables that are other ones elsewhere in the plan. */
    private Map<String, String> names = Map.of();

    Visitor(String node) {
      this.node = node;
    }

    @Override
    public List<PathNode> come(
        StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, List<PathNode>> rest) {
      if (++visited > LONGEST) {
        return List.of();
      }
      Step step = rest.step();
      Set<String> own = new HashSet<>(step.head().vars().keySet());
      if (step.head().forEach() != null) {
        own.add(step.head().as());
      }
      return visit(own, rest.frame().id(step), () -> rest.visit(this));
    }

    /** With variables that mean something else here than in other places. */
    private List<PathNode> visit(Set<String> own, String node, Supplier<List<PathNode>> rest) {
      Map<String, String> around = names;
      names = new HashMap<>(around);
      own.forEach(name -> names.put(name, name + " of " + node));
      List<PathNode> nodes = rest.get();
      names = around;
      return nodes;
    }

    @Override
    public List<PathNode> skip(Step step, StepFrame<NodeKnowledge> frame) {
      return List.of();
    }

    @Override
    public List<PathNode> perhaps(UnknownValue why, Rest<NodeKnowledge, List<PathNode>> rest) {
      return List.of(conditional(rest));
    }

    private PathNode conditional(Rest<NodeKnowledge, List<PathNode>> rest) {
      return conditional(rest, condition(rest.step(), rest.frame()));
    }

    private PathNode conditional(Rest<NodeKnowledge, List<PathNode>> rest, Condition condition) {
      return new ExecutionPath.ConditionalNode(
          rest.frame().location(rest.step()), condition, rest.visit(this));
    }

    /** Where its {@code when} holds, it is something else that isn't known of the step. */
    private Condition condition(Step step, StepFrame<NodeKnowledge> frame) {
      Condition when = templates.condition(step.head().when());
      try {
        return when.decide(frame.known().vars()) instanceof Truth.Holds
            ? Condition.unknown(frame.id(step))
            : when.where(names);
      } catch (Failure onlyTheRunKnows) {
        return when.where(names);
      }
    }

    @Override
    public List<PathNode> anyItem(UnknownValue why, Rest<NodeKnowledge, List<PathNode>> rest) {
      String id = rest.frame().id(rest.step());
      return List.of(conditional(rest, Condition.unknown("for each of " + id)));
    }

    @Override
    public List<PathNode> anywhere(UnknownValue why, Rest<NodeKnowledge, List<PathNode>> rest) {
      return rest.visit(this);
    }

    /** Only the run can decide: reported by the check of values where it is certain. */
    @Override
    public List<PathNode> fail(Failure failure, Rest<NodeKnowledge, List<PathNode>> rest) {
      return List.of(conditional(rest));
    }

    @Override
    public List<PathNode> turns(List<List<PathNode>> turns) {
      return joined(turns);
    }

    /** Results are unknown from the beginning. */
    @Override
    public void register(Step.Head head, StepFrame<NodeKnowledge> frame, List<PathNode> result) {}

    @Override
    public List<PathNode> task(Step.Task task, StepFrame<NodeKnowledge> frame) {
      StepLocation location = frame.location(task);
      String at = frame.on() == null ? node : frame.on();
      Primitive<?> primitive = primitives.get(task.primitive());
      if (primitive == null) {
        return List.of(new TaskNode(location, at, Set.of(), null));
      }
      try {
        DeclaredChanges changes =
            DeclaredChanges.asFarAsKnown(task.head().touches(), templates, frame.known().vars());
        Args known = known(task, primitive, frame);
        AwaitedState awaited =
            primitive
                .awaits(known)
                .map(what ->
                    new AwaitedState(changes.narrow(what.things()), what.addresses(), what.least()))
                .orElse(null);
        return List.of(
            new TaskNode(location, at, changes.narrow(primitive.produces(known)), awaited));
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return List.of(new TaskNode(location, at, Set.of(new Resource.Anything()), null));
      }
    }

    @Override
    public List<PathNode> block(
        Step.Block block,
        Inside<NodeKnowledge, List<PathNode>> steps,
        Inside<NodeKnowledge, List<PathNode>> onFailure) {
      List<PathNode> acts = new ArrayList<>(joined(steps.visit(this)));
      if (!block.onFailure().isEmpty()) {
        acts.add(
            new ExecutionPath.ConditionalNode(
                onFailure.frame().location(block),
                Condition.unknown("a failure in " + onFailure.frame().id(block)),
                joined(onFailure.visit(this))));
      }
      return List.copyOf(acts);
    }

    @Override
    public List<PathNode> include(
        Step.Include include,
        StepFrame<NodeKnowledge> frame,
        List<IncludedPlan<NodeKnowledge, List<PathNode>>> plans) {
      return plans.stream()
          .flatMap(included ->
              visit(
                  included.frame().plan().vars().keySet(),
                  frame.id(include) + "/" + included.path(),
                  () -> joined(included.visit(this)))
                  .stream())
          .toList();
    }

    @Override
    public List<PathNode> lock(Step.LockScope scope, Inside<NodeKnowledge, List<PathNode>> steps) {
      return List.of(
          new ExecutionPath.LockedNode(
              steps.frame().location(scope), key(scope, steps.frame()), joined(steps.visit(this))));
    }

    private String key(Step.LockScope scope, StepFrame<NodeKnowledge> frame) {
      if (!(scope.arguments().get("key") instanceof Value.Str key)) {
        return "";
      }
      try {
        return templates.render(key.text(), frame.known().vars(), key.at()).toString();
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return key.text();
      }
    }

    @Override
    public List<PathNode> release(Step.Release release, StepFrame<NodeKnowledge> frame) {
      return List.of(new ExecutionPath.UnlockNode(frame.location(release)));
    }

    /** Rendered only where it helps: it is unknown what SQL and commands touch. */
    private Args known(Step.Task task, Primitive<?> primitive, StepFrame<NodeKnowledge> frame) {
      Args nothing = new Args(Value.Mapping.empty(task.arguments().at()));
      if (primitive.awaits(nothing).isEmpty()
          && primitive.produces(nothing).stream().noneMatch(PathEnumerator::named)) {
        return nothing;
      }
      return arguments.known(
          task.arguments(), primitive.signature(), frame.known().vars(), frame.plan());
    }
  }

  private static boolean named(Resource resource) {
    return !(resource instanceof Resource.Anything || resource instanceof Resource.InPostgres);
  }
}
