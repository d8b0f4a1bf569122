package io.rdpg.plan.check;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.scope.Arguments;
import io.rdpg.plan.scope.Decision;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.scope.Touches;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.scope.Values;
import io.rdpg.plan.scope.Vars;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Awaited;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Thing;
import io.rdpg.plan.template.Templates;
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
public final class Ways {
  /** Of a longer way only so much is laid out: nothing is proved of what comes after. */
  private static final int LONGEST = 20_000;

  private final Templates templates;
  private final Facts facts;
  private final Arguments arguments;
  private final Map<String, Primitive<?>> primitives;

  public Ways(
      Templates templates, PlanFiles files, Facts facts, Map<String, Primitive<?>> primitives) {
    this.templates = templates;
    this.facts = facts;
    this.arguments = new Arguments(templates, files);
    this.primitives = Map.copyOf(primitives);
  }

  /** A node's way through a plan that is known to be understood. */
  public Way of(Plan plan, Node node) {
    Map<String, @Nullable Object> results = new Results(plan.steps()).unknown();
    Vars vars = facts.vars(node).withRegistered(results).inPlan(plan.vars());
    Layout layout = new Layout();
    return new Way(
        node, layout.acts(plan.steps(), new Stand(plan, vars, null, StepPath.ROOT, node.name())));
  }

  /**
   * Where the layout stands.
   *
   * @param at the name of the node where steps are done; empty when only the run knows
   */
  private record Stand(Plan plan, Vars vars, Way.@Nullable Spot around, StepPath path, String at) {
    Stand with(Vars others) {
      return new Stand(plan, others, around, path, at);
    }

    Stand inside(Way.Spot spot, String there) {
      return new Stand(plan, vars, spot, spot.path(), there);
    }

    Stand in(Plan included) {
      return new Stand(included, vars.inPlan(included.vars()), around, path, at);
    }
  }

  /** One node's. */
  private final class Layout {
    private final UnknownValue unknown = new UnknownValue(List.of());
    private int laid;

    List<Way.Act> acts(List<Step> steps, Stand stand) {
      List<Way.Act> acts = new ArrayList<>();
      steps.forEach(step -> turns(step, stand, acts));
      return acts;
    }

    private void turns(Step step, Stand stand, List<Way.Act> acts) {
      Value forEach = step.head().forEach();
      if (forEach == null) {
        turn(step, stand, acts);
        return;
      }
      try {
        for (Object item : Values.items(forEach, templates, stand.vars())) {
          turn(step, stand.with(stand.vars().withItem(step.head().as(), item)), acts);
        }
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        List<Way.Act> once = new ArrayList<>();
        turn(step, stand.with(stand.vars().withItem(step.head().as(), unknown)), once);
        String each = "for each of " + stand.path() + "/" + step.head().name();
        acts.add(new Way.Maybe(spot(step, stand), new Way.Condition(each, true), once));
      }
    }

    private void turn(Step step, Stand outside, List<Way.Act> acts) {
      if (++laid > LONGEST) {
        return;
      }
      Stand stand = outside.with(outside.vars().inStep(step.head().vars()));
      Way.Spot spot = spot(step, stand);
      Way.Condition condition = null;
      try {
        Optional<Boolean> holds = Decision.of(step.head().when(), templates, stand.vars());
        if (holds.isEmpty()) {
          condition = condition(step.head().when());
        } else if (!holds.get()) {
          return;
        }
      } catch (Failure onlyTheRunKnows) {
        condition = condition(step.head().when());
      }
      List<Way.Act> done = done(step, spot, stand);
      if (condition == null) {
        acts.addAll(done);
      } else {
        acts.add(new Way.Maybe(spot, condition, done));
      }
    }

    private List<Way.Act> done(Step step, Way.Spot spot, Stand stand) {
      String at = where(step.head().on(), stand);
      return switch (step) {
        case Step.Task task -> List.of(task(task, spot, stand, at));
        case Step.Block block -> acts(block.steps(), stand.inside(spot, at));
        case Step.Include include -> {
          Plan plan = include.plans().get(text(include.path(), stand.vars()));
          yield plan == null ? List.of() : acts(plan.steps(), stand.inside(spot, at).in(plan));
        }
        case Step.LockScope scope ->
            List.of(
                new Way.Under(
                    spot,
                    scope.arguments().get("key") instanceof Value.Str key
                        ? text(key, stand.vars())
                        : "",
                    acts(scope.steps(), stand.inside(spot, at))));
        case Step.Release _ -> List.of(new Way.LetsGo(spot));
      };
    }

    private Way.Act task(Step.Task task, Way.Spot spot, Stand stand, String at) {
      Primitive<?> primitive = primitives.get(task.primitive());
      if (primitive == null) {
        return new Way.Does(spot, at, Set.of(), null);
      }
      try {
        Touches touches = Touches.asFarAsKnown(task.head().touches(), templates, stand.vars());
        Args known = known(task, primitive, stand);
        Awaited awaited =
            primitive
                .awaits(known)
                .map(what ->
                    new Awaited(touches.narrow(what.things()), what.addresses(), what.least()))
                .orElse(null);
        return new Way.Does(spot, at, touches.narrow(primitive.brings(known)), awaited);
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return new Way.Does(spot, at, Set.of(new Thing.Anything()), null);
      }
    }

    /** Rendered only where it helps: of SQL and commands it can't be told what they touch. */
    private Args known(Step.Task task, Primitive<?> primitive, Stand stand) {
      Args nothing = new Args(Value.Mapping.empty(task.arguments().at()));
      if (primitive.awaits(nothing).isEmpty()
          && primitive.brings(nothing).stream().noneMatch(Layout::named)) {
        return nothing;
      }
      Signature signature = primitive.signature();
      Map<String, Value.Entry> names = new LinkedHashMap<>();
      task.arguments()
          .entries()
          .forEach((name, entry) -> {
            if (Arguments.kind(signature, name) != Signature.Kind.TEMPLATE_FILE) {
              names.put(name, entry);
            }
          });
      return arguments.known(
          new Value.Mapping(names, task.arguments().at()), signature, stand.vars(), stand.plan());
    }

    private static boolean named(Thing thing) {
      return !(thing instanceof Thing.Anything || thing instanceof Thing.InPostgres);
    }

    private Way.Spot spot(Step step, Stand stand) {
      return new Way.Spot(stand.path().in(step), step, stand.plan(), stand.around());
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

    private String text(Value.Str written, Vars vars) {
      try {
        return templates.render(written.text(), vars, written.at()).toString();
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        return written.text();
      }
    }

    private static Way.Condition condition(@Nullable Value when) {
      return Way.Condition.of(when instanceof Value.Str str ? str.text() : "");
    }
  }
}
