package io.rdpg.plan.language.model;

import io.rdpg.plan.language.diagnostic.Span;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entry of a plan's list of steps. */
public sealed interface Step {
  Head head();

  /** The steps right inside of it, for an include those of every plan that it may name. */
  default List<Step> nested() {
    return switch (this) {
      case Block block ->
          Stream.concat(block.steps().stream(), block.onFailure().stream()).toList();
      case LockScope scope -> scope.steps();
      case Include include ->
          include.plans().values().stream().flatMap(plan -> plan.steps().stream()).toList();
      case Task _, Release _ -> List.of();
    };
  }

  /** It and all steps inside of it, in their order. */
  default Stream<Step> withNested() {
    return Stream.concat(Stream.of(this), all(nested()));
  }

  /** These steps and all that are inside of them, in their order. */
  static Stream<Step> all(List<Step> steps) {
    return steps.stream().flatMap(Step::withNested);
  }

  /**
   * The keys that every step can have.
   *
   * @param name unique in its plan; may hold a template, then the rendered form is the step's label
   * @param when a bare expression, or a YAML truth value; null for always
   * @param forEach a YAML list or a bare expression; null for once
   * @param as the name under which each item is in scope
   * @param register the name under which later steps see the result; null for none
   * @param touches what the step's statement may change, for previews; empty when not said
   * @param vars variables of this step and of what it includes or nests
   * @param timeout the deadline of one attempt; null for the primitive's own default
   * @param retries how many times to try again after a failure
   * @param every the pause between attempts or polls; null for the primitive's own default
   * @param on a template that gives the name of the node to do this step at; null for the runner's
   *     own node
   * @param become as which user this step and what is in it runs
   * @param tags for choosing steps on the command line
   * @param allow the rules that this step and what is in it may break, each with the reason
   * @param nameAt where its name is written; where it begins when it has none
   * @param at where the step begins
   */
  record Head(
      String name,
      @Nullable Value when,
      @Nullable Value forEach,
      String as,
      @Nullable String register,
      List<Value> touches,
      Map<String, Value> vars,
      @Nullable Duration timeout,
      int retries,
      @Nullable Duration every,
      Value.@Nullable Str on,
      Become become,
      Set<String> tags,
      Map<String, String> allow,
      Span nameAt,
      Span at) {
    public Head {
      touches = List.copyOf(touches);
      vars = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(vars));
      tags = Set.copyOf(tags);
      allow = Map.copyOf(allow);
    }
  }

  /**
   * As which user a step runs, as its own keys say.
   *
   * @param wanted true, false or a template that gives one of them: whether another user is become;
   *     null when it isn't said
   * @param user a template that gives the user's name; null when it isn't said
   */
  record Become(@Nullable Value wanted, Value.@Nullable Str user) {
    public static final Become UNSAID = new Become(null, null);
  }

  /** A step that names a primitive. */
  record Task(Head head, String primitive, Value.Mapping arguments) implements Step {}

  /**
   * Steps under one head.
   *
   * @param onFailure what a node does when one of the steps has failed on it, before its run ends;
   *     empty for nothing
   */
  record Block(Head head, List<Step> steps, List<Step> onFailure) implements Step {
    public Block {
      steps = List.copyOf(steps);
      onFailure = List.copyOf(onFailure);
    }
  }

  /**
   * Another plan's steps in this place.
   *
   * @param path a template over inventory and plan variables only
   * @param plans every plan that the path names for some node, by the rendered path
   */
  record Include(Head head, Value.Str path, Map<String, Plan> plans) implements Step {
    public Include {
      plans = Map.copyOf(plans);
    }
  }

  /** Steps under a Consul lock: {@code consul_lock} with nested {@code steps}. */
  record LockScope(Head head, Value.Mapping arguments, List<Step> steps) implements Step {
    public LockScope {
      steps = List.copyOf(steps);
    }
  }

  /** Releases the innermost lock that is still held: {@code consul_lock: {release: true}}. */
  record Release(Head head) implements Step {}
}
