package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.ConditionValue;
import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.interpret.UnknownValue;
import io.rdpg.plan.interpret.ValueConversion;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.AwaitedState;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lays out what nodes may do in a plan, before anything is contacted. Results of steps are unknown:
 * what depends on them is done or not, a loop over them has one turn.
 */
public final class PathEnumerator {
  /** Of a longer way only so much is laid out: nothing is proved of what comes after. */
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

  /** A node's way through a plan that is known to be understood. */
  public ExecutionPath of(Plan plan, Node node) {
    Map<String, @Nullable Object> results = new RegisteredResults(plan.steps()).unknown();
    Variables vars = facts.vars(node).withRegistered(results).inPlan(plan.vars());
    Layout layout = new Layout();
    return new ExecutionPath(
        node, layout.acts(plan.steps(), new Stand(plan, vars, null, StepPath.ROOT, node.name())));
  }

  /**
   * Where the layout stands.
   *
   * @param at the name of the node where steps are done; empty when only the run knows
   */
  private record Stand(
      Plan plan,
      Variables vars,
      ExecutionPath.@Nullable StepLocation around,
      StepPath path,
      String at) {
    Stand with(Variables others) {
      return new Stand(plan, others, around, path, at);
    }

    Stand inside(ExecutionPath.StepLocation location, String there) {
      return new Stand(plan, vars, location, location.path(), there);
    }

    Stand in(Plan included) {
      return new Stand(included, vars.inPlan(included.vars()), around, path, at);
    }
  }

  /** One node's. */
  private final class Layout {
    private final UnknownValue unknown = new UnknownValue(List.of());
    private int laid;

    List<ExecutionPath.PathNode> acts(List<Step> steps, Stand stand) {
      List<ExecutionPath.PathNode> acts = new ArrayList<>();
      steps.forEach(step -> turns(step, stand, acts));
      return acts;
    }

    private void turns(Step step, Stand stand, List<ExecutionPath.PathNode> acts) {
      Value forEach = step.head().forEach();
      if (forEach == null) {
        turn(step, stand, acts);
        return;
      }
      try {
        for (Object item : ValueConversion.items(forEach, templates, stand.vars())) {
          turn(step, stand.with(stand.vars().withItem(step.head().as(), item)), acts);
        }
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        List<ExecutionPath.PathNode> once = new ArrayList<>();
        turn(step, stand.with(stand.vars().withItem(step.head().as(), unknown)), once);
        String each = "for each of " + stand.path() + "/" + step.head().name();
        acts.add(
            new ExecutionPath.ConditionalNode(
                location(step, stand), new ExecutionPath.Condition(each, true), once));
      }
    }

    private void turn(Step step, Stand outside, List<ExecutionPath.PathNode> acts) {
      if (++laid > LONGEST) {
        return;
      }
      Stand stand = outside.with(outside.vars().inStep(step.head().vars()));
      ExecutionPath.StepLocation location = location(step, stand);
      ExecutionPath.Condition condition = null;
      try {
        Optional<Boolean> holds = ConditionValue.of(step.head().when(), templates, stand.vars());
        if (holds.isEmpty()) {
          condition = condition(step.head().when());
        } else if (!holds.get()) {
          return;
        }
      } catch (Failure onlyTheRunKnows) {
        condition = condition(step.head().when());
      }
      List<ExecutionPath.PathNode> done = done(step, location, stand);
      if (condition == null) {
        acts.addAll(done);
      } else {
        acts.add(new ExecutionPath.ConditionalNode(location, condition, done));
      }
    }

    private List<ExecutionPath.PathNode> done(
        Step step, ExecutionPath.StepLocation location, Stand stand) {
      String at = where(step.head().on(), stand);
      return switch (step) {
        case Step.Task task -> List.of(task(task, location, stand, at));
        case Step.Block block -> acts(block.steps(), stand.inside(location, at));
        case Step.Include include -> {
          Plan plan = include.plans().get(text(include.path(), stand.vars()));
          yield plan == null ? List.of() : acts(plan.steps(), stand.inside(location, at).in(plan));
        }
        case Step.LockScope scope ->
            List.of(
                new ExecutionPath.LockedNode(
                    location,
                    scope.arguments().get("key") instanceof Value.Str key
                        ? text(key, stand.vars())
                        : "",
                    acts(scope.steps(), stand.inside(location, at))));
        case Step.Release _ -> List.of(new ExecutionPath.UnlockNode(location));
      };
    }

    private ExecutionPath.PathNode task(
        Step.Task task, ExecutionPath.StepLocation location, Stand stand, String at) {
      Primitive<?> primitive = primitives.get(task.primitive());
      if (primitive == null) {
        return new ExecutionPath.TaskNode(location, at, Set.of(), null);
      }
      try {
        DeclaredChanges touches =
            DeclaredChanges.asFarAsKnown(task.head().touches(), templates, stand.vars());
        Args known = known(task, primitive, stand);
        AwaitedState awaited =
            primitive
                .awaits(known)
                .map(what ->
                    new AwaitedState(touches.narrow(what.things()), what.addresses(), what.least()))
                .orElse(null);
        return new ExecutionPath.TaskNode(
            location, at, touches.narrow(primitive.produces(known)), awaited);
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return new ExecutionPath.TaskNode(location, at, Set.of(new Resource.Anything()), null);
      }
    }

    /** Rendered only where it helps: of SQL and commands it can't be told what they touch. */
    private Args known(Step.Task task, Primitive<?> primitive, Stand stand) {
      Args nothing = new Args(Value.Mapping.empty(task.arguments().at()));
      if (primitive.awaits(nothing).isEmpty()
          && primitive.produces(nothing).stream().noneMatch(Layout::named)) {
        return nothing;
      }
      Signature signature = primitive.signature();
      Map<String, Value.Entry> names = new LinkedHashMap<>();
      task.arguments()
          .entries()
          .forEach((name, entry) -> {
            if (ArgumentRenderer.kind(signature, name) != Signature.Kind.TEMPLATE_FILE) {
              names.put(name, entry);
            }
          });
      return arguments.known(
          new Value.Mapping(names, task.arguments().at()), signature, stand.vars(), stand.plan());
    }

    private static boolean named(Resource thing) {
      return !(thing instanceof Resource.Anything || thing instanceof Resource.InPostgres);
    }

    private ExecutionPath.StepLocation location(Step step, Stand stand) {
      return new ExecutionPath.StepLocation(
          stand.path().in(step), step, stand.plan(), stand.around());
    }

    private String where(Value.@Nullable Str on, Stand stand) {
      if (on == null) {
        return stand.at();
      }
      try {
        return templates.render(on.text(), stand.vars(), on.at()).reveal();
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return "";
      }
    }

    private String text(Value.Str written, Variables vars) {
      try {
        return templates.render(written.text(), vars, written.at()).toString();
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return written.text();
      }
    }

    private static ExecutionPath.Condition condition(@Nullable Value when) {
      return ExecutionPath.Condition.of(when instanceof Value.Str str ? str.text() : "");
    }
  }
}
