package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that a node is going to write in a plan, before anything is known of its state:
 * those of steps that it comes to if none before fails, up to the first command, which may make any
 * directory.
 */
public final class WrittenFiles extends EveryStep {
  private final ArgumentRenderer arguments;
  private final Map<String, Primitive<?>> primitives;
  private final List<Written> found = new ArrayList<>();

  /** How many conditions around the present step aren't known. */
  private int doubts;

  private boolean anyDirectoryMayBeMade;

  /**
   * A file.
   *
   * @param step what writes it
   * @param placing its absolute path on the node, and whose it is to be
   * @param becoming as which user
   */
  public record Written(Step step, Read.Placing placing, Becoming becoming) {
    /** The path of its directory; empty for the root. */
    public String directory() {
      String path = placing.path();
      return path.substring(0, path.lastIndexOf('/'));
    }
  }

  /**
   * What a task may touch.
   *
   * @param placing how it places a file at a path
   */
  private record Touched(Set<Resource> resources, Function<String, Read.Placing> placing) {
    Touched(Resource... resources) {
      this(Set.of(resources), path -> new Read.Placing(path, null, null));
    }

    boolean anything() {
      return resources.contains(new Resource.Anything());
    }
  }

  private WrittenFiles(ArgumentRenderer arguments, Map<String, Primitive<?>> primitives) {
    this.arguments = arguments;
    this.primitives = Map.copyOf(primitives);
  }

  /**
   * Walks a plan.
   *
   * @param outside what is known outside of it; results of steps are not
   */
  public static List<Written> of(
      Plan plan,
      Set<String> tags,
      NodeKnowledge outside,
      ArgumentRenderer arguments,
      Map<String, Primitive<?>> primitives) {
    WrittenFiles visitor = new WrittenFiles(arguments, primitives);
    visitor.walk(plan, tags, outside);
    return List.copyOf(visitor.found);
  }

  @Override
  public @Nullable Void come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, @Nullable Void> rest) {
    return anyDirectoryMayBeMade ? null : super.come(outside, rest);
  }

  @Override
  public @Nullable Void task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Touched touched = touched(task, frame);
    anyDirectoryMayBeMade |= touched.anything();
    for (Resource resource : touched.resources()) {
      if (resource instanceof Resource.File(String path)
          && path.startsWith("/")
          && doubts == 0
          && frame.on() == null
          && !anyDirectoryMayBeMade) {
        found.add(new Written(task, touched.placing().apply(path), frame.becoming()));
      }
    }
    return null;
  }

  private Touched touched(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive == null) {
      return new Touched(new Resource.Anything());
    }
    if (primitive.mayTouch(new Args(Value.Mapping.empty(task.arguments().at()))).stream()
        .allMatch(Resource.InPostgres.class::isInstance)) {
      return new Touched();
    }
    try {
      Args known =
          arguments.known(
              task.arguments(), primitive.signature(), frame.known().vars(), frame.plan());
      return new Touched(primitive.mayTouch(known), path -> primitive.placing(path, known));
    } catch (UnknownValue | Failure onlyTheRunKnows) {
      return new Touched();
    }
  }

  /** Another node may do it, and do it here. */
  @Override
  public @Nullable Void skip(Step step, StepFrame<NodeKnowledge> frame) {
    step.withNested()
        .filter(Step.Task.class::isInstance)
        .map(Step.Task.class::cast)
        .filter(task -> touched(task, frame).anything())
        .forEach(_ -> anyDirectoryMayBeMade = true);
    return null;
  }

  @Override
  public @Nullable Void perhaps(UnknownValue why, Rest<NodeKnowledge, @Nullable Void> rest) {
    return inDoubt(rest);
  }

  @Override
  public @Nullable Void anyItem(UnknownValue why, Rest<NodeKnowledge, @Nullable Void> rest) {
    return inDoubt(rest);
  }

  @Override
  public @Nullable Void fail(Failure failure, Rest<NodeKnowledge, @Nullable Void> rest) {
    return inDoubt(rest);
  }

  private @Nullable Void inDoubt(Rest<NodeKnowledge, @Nullable Void> rest) {
    doubts++;
    rest.visit(this);
    doubts--;
    return null;
  }

  @Override
  public @Nullable Void block(
      Step.Block block,
      Inside<NodeKnowledge, @Nullable Void> steps,
      Inside<NodeKnowledge, @Nullable Void> onFailure) {
    steps.visit(this);
    doubts++;
    onFailure.visit(this);
    doubts--;
    return null;
  }
}
