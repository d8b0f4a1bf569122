package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a node may do in Consul in a plan, and what Consul's ACLs must allow it for that,
 * before anything is known of its state: of every step that it may come to, as far as the step's
 * arguments are known.
 */
public final class NeededRights extends EveryStep {
  private final String node;
  private final ArgumentRenderer arguments;
  private final Map<String, Primitive<?>> primitives;
  private final Map<String, Set<ConsulRight>> found = new LinkedHashMap<>();
  private final List<MayPut> puts = new ArrayList<>();

  /**
   * What is found.
   *
   * @param rights by the node whose agent is asked
   * @param puts keys that are set where they are absent, with the values that are known
   */
  public record Found(Map<String, Set<ConsulRight>> rights, List<MayPut> puts) {}

  /**
   * A key that a step may set.
   *
   * @param step the step's id
   */
  public record MayPut(String step, Effect.PutKey effect) {}

  private NeededRights(
      String node, ArgumentRenderer arguments, Map<String, Primitive<?>> primitives) {
    this.node = node;
    this.arguments = arguments;
    this.primitives = Map.copyOf(primitives);
  }

  /**
   * Walks a plan.
   *
   * @param outside what is known outside of it; results of steps are not
   */
  public static Found of(
      Plan plan,
      Set<String> tags,
      String node,
      NodeKnowledge outside,
      ArgumentRenderer arguments,
      Map<String, Primitive<?>> primitives) {
    NeededRights visitor = new NeededRights(node, arguments, primitives);
    visitor.walk(plan, tags, outside);
    return new Found(visitor.found, List.copyOf(visitor.puts));
  }

  private void add(StepFrame<NodeKnowledge> frame, Set<ConsulRight> rights) {
    String at = frame.on() == null ? node : frame.on();
    if (!rights.isEmpty() && !at.equals(StepFrame.ANYWHERE)) {
      found.computeIfAbsent(at, _ -> new LinkedHashSet<>()).addAll(rights);
    }
  }

  @Override
  public @Nullable Void task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive == null) {
      return null;
    }
    try {
      Args known =
          arguments.known(
              task.arguments(), primitive.signature(), frame.known().vars(), frame.plan());
      add(frame, primitive.rights(known));
      addPuts(frame.id(task), primitive, known);
    } catch (UnknownValue | Failure onlyTheRunKnows) {
      // Asked for by the step itself.
    }
    return null;
  }

  /** What the step would do if the only key that it reads were absent. */
  private <W> void addPuts(String step, Primitive<W> primitive, Args known) {
    W want = primitive.decode(known);
    List<Read<?>> reads = primitive.reads(want);
    if (reads.size() == 1
        && reads.getFirst() instanceof Read.Key key
        && primitive.diff(want, new Observations(Map.of(key, new Observation.NoKey())))
            instanceof Diff.Change change) {
      for (Effect effect : change.effects()) {
        if (effect instanceof Effect.PutKey put) {
          puts.add(new MayPut(step, put));
        }
      }
    }
  }

  @Override
  public @Nullable Void lock(Step.LockScope scope, Inside<NodeKnowledge, @Nullable Void> steps) {
    StepFrame<NodeKnowledge> frame = steps.frame();
    add(frame, Set.of(new ConsulRight.Session()));
    if (scope.arguments().get("key") instanceof Value.Str key) {
      try {
        Text name = arguments.templates().render(key.text(), frame.known().vars(), key.at());
        if (!name.holdsSecret()) {
          add(frame, Set.of(new ConsulRight.Key(name.reveal(), true)));
        }
      } catch (UnknownValue | Failure onlyTheRunKnows) {
        // Asked for by the lock itself.
      }
    }
    return super.lock(scope, steps);
  }
}
