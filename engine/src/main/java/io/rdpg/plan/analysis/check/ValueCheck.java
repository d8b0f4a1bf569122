package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.ConditionValue;
import io.rdpg.plan.interpret.DeclaredChanges;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.interpret.UnknownValue;
import io.rdpg.plan.interpret.ValueConversion;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.target.LockArguments;
import java.util.ArrayList;
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
import org.jspecify.annotations.Nullable;

/**
 * Finds what would fail on some node for certain, before anything is contacted: walks its way with
 * loops unrolled, and renders and decodes all that doesn't depend on what steps find.
 */
final class ValueCheck {
  /** Turns of steps, of all nodes together: nodes that come after so many aren't looked at. */
  private static final int MOST_TURNS = 6_000;

  private final Templates templates;
  private final ArgumentRenderer arguments;
  private final Map<String, Signature> signatures;
  private final Map<String, Primitive<?>> primitives;
  private final NodeFacts facts;
  private final Predicate<Step.Task> told;
  private final PendingDiagnostics suspicions;

  /** What steps registered on the node that is looked at. */
  private final Map<String, @Nullable Object> registered = new HashMap<>();

  private final UnknownValue unknown = new UnknownValue(List.of());
  private int turns;

  /**
   * Where a node stands.
   *
   * @param certain whether it comes there whatever steps find
   */
  private record Stand(Node node, Variables vars, Plan plan, boolean certain) {
    Stand with(Variables others) {
      return new Stand(node, others, plan, certain);
    }

    Stand perhaps() {
      return new Stand(node, vars, plan, false);
    }

    Stand in(Plan included) {
      return new Stand(node, vars.inPlan(included.vars()), included, certain);
    }
  }

  /**
   * @param told whether a fault of a step is told already
   * @param diagnostics where everything that is found goes
   */
  ValueCheck(
      Templates templates,
      TemplateLookup files,
      Map<String, Signature> signatures,
      Map<String, Primitive<?>> primitives,
      NodeFacts facts,
      Predicate<Step.Task> told,
      Diagnostics diagnostics) {
    this.templates = templates;
    this.arguments = new ArgumentRenderer(templates, files);
    this.signatures = Map.copyOf(signatures);
    this.primitives = Map.copyOf(primitives);
    this.facts = facts;
    this.told = told;
    this.suspicions = new PendingDiagnostics(diagnostics);
  }

  /**
   * Looks at a plan with all that it includes.
   *
   * @param absent what to tell, by its place, of a variable that turns out not to be there
   */
  void check(Plan plan, List<Node> nodes, Map<Span, Diagnostic> absent) {
    for (Node node : unlikeFirst(nodes)) {
      registered.clear();
      Variables vars = facts.vars(node).withRegistered(registered).inPlan(plan.vars());
      steps(plan.steps(), new Stand(node, vars, plan, true));
    }
    suspicions.tell(turns > MOST_TURNS, absent);
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

  private void failed(Failure failure, Step step, Stand stand) {
    suspicions.add(failure.diagnostic(), step, stand.node(), turns, stand.certain());
  }

  private void steps(List<Step> steps, Stand stand) {
    for (Step step : steps) {
      if (turns > MOST_TURNS) {
        return;
      }
      Value forEach = step.head().forEach();
      Object result = forEach == null ? turn(step, stand) : loop(step, forEach, stand);
      if (step.head().register() != null) {
        registered.put(step.head().register(), stand.certain() ? result : unknown);
      }
    }
  }

  /** What a loop registers, as far as it is known. */
  private Object loop(Step step, Value forEach, Stand stand) {
    try {
      List<Object> results = new ArrayList<>();
      for (Object item : ValueConversion.items(forEach, templates, stand.vars())) {
        Variables vars = stand.vars().withItem(step.head().as(), item);
        results.add(turn(step, stand.with(vars)));
      }
      return results.contains(unknown) ? unknown : Map.of("results", results);
    } catch (UnknownValue onlyTheRunCanTell) {
      turn(step, stand.with(stand.vars().withItem(step.head().as(), unknown)).perhaps());
    } catch (Failure failure) {
      suspicions.come(step, stand.node(), turns);
      failed(failure, step, stand);
    }
    return unknown;
  }

  /** What it registers, as far as it is known. */
  private Object turn(Step step, Stand outside) {
    if (++turns > MOST_TURNS) {
      return unknown;
    }
    Stand stand = outside.with(outside.vars().inStep(step.head().vars()));
    Optional<Boolean> holds = Optional.empty();
    try {
      holds = ConditionValue.of(step.head().when(), templates, stand.vars());
    } catch (Failure failure) {
      failed(failure, step, stand);
    }
    if (holds.isPresent() && !holds.get()) {
      return Map.of("changed", false, "skipped", true);
    }
    suspicions.come(step, stand.node(), turns);
    Stand here = holds.isPresent() ? stand : stand.perhaps();
    head(step, here);
    switch (step) {
      case Step.Task task -> task(task, here);
      case Step.Block block -> steps(block.steps(), here);
      case Step.LockScope scope -> {
        lock(scope, here);
        steps(scope.steps(), here);
      }
      case Step.Include include -> {
        Plan plan = plan(include, here);
        if (plan != null) {
          steps(plan.steps(), here.in(plan));
        }
      }
      case Step.Release _ -> {}
    }
    return unknown;
  }

  private void head(Step step, Stand here) {
    Step.Head head = step.head();
    known(step, here, () -> templates.render(head.name(), here.vars(), head.nameAt()));
    Value.Str on = head.on();
    if (on != null) {
      known(step, here, () -> templates.render(on.text(), here.vars(), on.at()));
    }
    known(step, here, () -> DeclaredChanges.of(head.touches(), templates, here.vars()));
  }

  private void lock(Step.LockScope scope, Stand here) {
    args(scope, scope.arguments(), signatures.get("consul_lock"), here)
        .ifPresent(args -> known(scope, here, () -> LockArguments.of(args)));
  }

  /** A plan is read whole before the run, so whoever may come to an include must find it. */
  private @Nullable Plan plan(Step.Include include, Stand here) {
    Value.Str path = include.path();
    try {
      String name = templates.render(path.text(), here.vars(), path.at()).reveal();
      Plan plan = include.plans().get(name);
      if (plan == null) {
        throw new Failure(
            Diagnostic.at(path.at(), Code.MISSING_FILE, "there is no plan '" + name + "'")
                .withHint(
                    "it is looked for beside this plan, then beside the first; its path may use"
                        + " inventory and plan variables only"));
      }
      return plan;
    } catch (UnknownValue toldElsewhere) {
      return null;
    } catch (Failure failure) {
      failed(failure, include, new Stand(here.node(), here.vars(), here.plan(), true));
      return null;
    }
  }

  private void task(Step.Task task, Stand here) {
    Primitive<?> primitive = primitives.get(task.primitive());
    Optional<Args> args = args(task, task.arguments(), signatures.get(task.primitive()), here);
    if (primitive != null && !told.test(task)) {
      args.ifPresent(known -> known(task, here, () -> primitive.decode(known)));
    }
  }

  /** Rendered one by one, so that all faults are found; empty when not all of them are known. */
  private Optional<Args> args(
      Step step, Value.Mapping written, @Nullable Signature signature, Stand here) {
    if (signature == null) {
      return Optional.empty();
    }
    Map<String, Value.Entry> rendered = new LinkedHashMap<>();
    written
        .entries()
        .forEach((name, entry) -> {
          Signature.Kind kind = ArgumentRenderer.kind(signature, name);
          known(
              step,
              here,
              () ->
                  rendered.put(
                      name,
                      new Value.Entry(
                          entry.keyAt(),
                          arguments.render(kind, entry.value(), here.vars(), here.plan()))));
        });
    return rendered.size() == written.entries().size()
        ? Optional.of(new Args(new Value.Mapping(rendered, written.at())))
        : Optional.empty();
  }

  private void known(Step step, Stand here, Runnable work) {
    try {
      work.run();
    } catch (UnknownValue onlyTheRunCanTell) {
      return;
    } catch (Failure failure) {
      failed(failure, step, here);
    }
  }
}
