package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.target.LockArguments;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds what would fail on some node for certain, before any node is contacted: visits its steps
 * with loops unrolled, and renders and decodes all that doesn't depend on results of steps.
 */
final class ValueCheck {
  /** Turns of steps, of all nodes together: nodes that come after so many aren't checked. */
  private static final int MOST_TURNS = 6_000;

  private final Templates templates;
  private final ArgumentRenderer arguments;
  private final Map<String, Signature> signatures;
  private final Map<String, Primitive<?>> primitives;
  private final NodeFacts facts;
  private final Predicate<Step.Task> hasReported;
  private final PendingDiagnostics suspicions;

  private final UnknownValue unknown = new UnknownValue(List.of());
  private int turns;

  /**
   * @param hasReported whether an error of a step is reported already
   * @param diagnostics receives every error
   */
  ValueCheck(
      Templates templates,
      TemplateLookup files,
      Map<String, Signature> signatures,
      Map<String, Primitive<?>> primitives,
      NodeFacts facts,
      Predicate<Step.Task> hasReported,
      Diagnostics diagnostics) {
    this.templates = templates;
    this.arguments = new ArgumentRenderer(templates, files);
    this.signatures = Map.copyOf(signatures);
    this.primitives = Map.copyOf(primitives);
    this.facts = facts;
    this.hasReported = hasReported;
    this.suspicions = new PendingDiagnostics(diagnostics);
  }

  /**
   * Checks a plan with all that it includes.
   *
   * @param absent diagnostics, by position, for a variable that turns out to be missing
   */
  void check(Plan plan, List<Node> nodes, Map<Span, Diagnostic> absent) {
    for (Node node : unlikeFirst(nodes)) {
      Map<String, @Nullable Object> registered = new HashMap<>();
      NodeKnowledge known = NodeKnowledge.of(templates, facts, node, registered);
      StepWalk.WHOLE.plan(plan, known, new Visitor(node, registered, true));
    }
    suspicions.report(turns > MOST_TURNS, absent);
  }

  /** Those first that have other variables than all before them, then one of each cluster. */
  private static List<Node> unlikeFirst(List<Node> nodes) {
    Set<Node> ordered = new LinkedHashSet<>(firstOfEach(nodes, ValueCheck::variables));
    ordered.addAll(
        firstOfEach(nodes, node -> Optional.ofNullable(node.cluster()).map(Node.Membership::id)));
    ordered.addAll(nodes);
    return List.copyOf(ordered);
  }

  private static Collection<Node> firstOfEach(List<Node> nodes, Function<Node, Object> kind) {
    Map<Object, Node> first = new LinkedHashMap<>();
    nodes.forEach(node -> first.putIfAbsent(kind.apply(node), node));
    return first.values();
  }

  /** The names of a node's variables, and of what kind they are. */
  private static Map<String, String> variables(Node node) {
    Map<String, String> kinds = new HashMap<>();
    node.vars().forEach((name, value) -> kinds.put(name, value.kind()));
    return kinds;
  }

  /**
   * Checks the values of one node's steps. A step comes to what it registers, as far as it is
   * known.
   *
   * @param registered what steps registered on the node
   * @param certain whether the node comes there whatever steps find
   */
  private final class Visitor implements StepVisitor<NodeKnowledge, Object> {
    private final Node node;
    private final Map<String, @Nullable Object> registered;
    private final boolean certain;

    Visitor(Node node, Map<String, @Nullable Object> registered, boolean certain) {
      this.node = node;
      this.registered = registered;
      this.certain = certain;
    }

    private Visitor uncertain() {
      return new Visitor(node, registered, false);
    }

    @Override
    public Object come(StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, Object> rest) {
      return ++turns > MOST_TURNS ? unknown : rest.visit(this);
    }

    @Override
    public Object skip(Step step, StepFrame<NodeKnowledge> frame) {
      return Map.of("changed", false, "skipped", true);
    }

    @Override
    public Object perhaps(UnknownValue why, Rest<NodeKnowledge, Object> rest) {
      return rest.visit(uncertain());
    }

    @Override
    public Object anyItem(UnknownValue why, Rest<NodeKnowledge, Object> rest) {
      rest.visit(uncertain());
      return unknown;
    }

    @Override
    public Object anywhere(UnknownValue why, Rest<NodeKnowledge, Object> rest) {
      return rest.visit(this);
    }

    @Override
    public Object fail(Failure failure, Rest<NodeKnowledge, Object> rest) {
      suspicions.come(rest.step(), node, turns);
      failed(failure, rest.step());
      return rest.visit(uncertain());
    }

    @Override
    public Object turns(List<Object> results) {
      return results.contains(unknown) ? unknown : Map.of("results", results);
    }

    @Override
    public void register(Step.Head head, StepFrame<NodeKnowledge> frame, Object result) {
      registered.put(head.register(), certain ? result : unknown);
    }

    @Override
    public Object task(Step.Task task, StepFrame<NodeKnowledge> frame) {
      reached(task, frame);
      Primitive<?> primitive = primitives.get(task.primitive());
      Optional<Args> args = args(task, task.arguments(), signatures.get(task.primitive()), frame);
      if (primitive != null && !hasReported.test(task)) {
        args.ifPresent(known -> known(task, () -> primitive.decode(known)));
      }
      return unknown;
    }

    @Override
    public Object block(
        Step.Block block,
        Inside<NodeKnowledge, Object> steps,
        Inside<NodeKnowledge, Object> onFailure) {
      reached(block, steps.frame());
      steps.visit(this);
      onFailure.visit(this);
      return unknown;
    }

    @Override
    public Object include(
        Step.Include include,
        StepFrame<NodeKnowledge> frame,
        List<IncludedPlan<NodeKnowledge, Object>> plans) {
      reached(include, frame);
      plans.forEach(plan -> plan.visit(this));
      return unknown;
    }

    @Override
    public Object lock(Step.LockScope scope, Inside<NodeKnowledge, Object> steps) {
      reached(scope, steps.frame());
      args(scope, scope.arguments(), signatures.get(Keys.LOCK), steps.frame())
          .ifPresent(args -> known(scope, () -> LockArguments.of(args)));
      steps.visit(this);
      return unknown;
    }

    @Override
    public Object release(Step.Release release, StepFrame<NodeKnowledge> frame) {
      reached(release, frame);
      return unknown;
    }

    private void reached(Step step, StepFrame<NodeKnowledge> frame) {
      suspicions.come(step, node, turns);
      Step.Head head = step.head();
      Variables vars = frame.known().vars();
      known(step, () -> templates.render(head.name(), vars, head.nameAt()));
      known(step, () -> DeclaredChanges.of(head.touches(), templates, vars));
      String where =
          frame.on() == null || frame.on().equals(StepFrame.ANYWHERE) ? node.name() : frame.on();
      known(step, () -> Optional.ofNullable(facts.user(where, frame.becoming())));
      refuseIdleUser(step, frame, where);
    }

    /** A user whom nobody becomes, most likely because {@code become} was forgotten. */
    private void refuseIdleUser(Step step, StepFrame<NodeKnowledge> frame, String where) {
      Value.Str user = step.head().become().user();
      if (user != null
          && frame.becoming().wanted() == null
          && facts.becoming(where).wanted() == null
          && step.withNested().allMatch(inner -> inner.head().become().wanted() == null)) {
        failed(
            Diagnostic.at(user.at(), Code.BAD_VALUE, "'become_user' has no effect without 'become'")
                .withHint("write become: true beside it, or ansible_become in the inventory")
                .failure(),
            step);
      }
    }

    /** Rendered one by one, so that all errors are found; empty when not all of them are known. */
    private Optional<Args> args(
        Step step,
        Value.Mapping written,
        @Nullable Signature signature,
        StepFrame<NodeKnowledge> frame) {
      if (signature == null) {
        return Optional.empty();
      }
      Variables vars = frame.known().vars();
      Value.Mapping rendered =
          written.with((name, value) -> {
            Signature.Kind kind = ArgumentRenderer.kind(signature, name);
            return known(step, () -> arguments.render(kind, value, vars, frame.plan()));
          });
      return Optional.of(rendered)
          .filter(known -> known.entries().size() == written.entries().size())
          .map(Args::new);
    }

    private <T> Optional<T> known(Step step, Supplier<T> work) {
      try {
        return Optional.of(work.get());
      } catch (UnknownValue onlyTheRunCanTell) {
        return Optional.empty();
      } catch (Failure failure) {
        failed(failure, step);
        return Optional.empty();
      }
    }

    /** A plan is read whole before the run, so whoever may come to an include must find it. */
    private void failed(Failure failure, Step step) {
      boolean missingPlan =
          step instanceof Step.Include && failure.diagnostic().code() == Code.MISSING_FILE;
      suspicions.add(failure.diagnostic(), step, node, turns, certain || missingPlan);
    }
  }
}
