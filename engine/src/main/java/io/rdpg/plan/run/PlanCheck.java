package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.diag.Suggestions;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.template.Reference;
import io.rdpg.plan.template.Templates;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a plan's templates before anything is contacted: variables that nobody
 * defines, templates that can't be read, files that aren't there.
 */
public final class PlanCheck {
  private static final Set<String> CROSS_NODE_WAITS = Set.of("service", "key", "replication");

  private final Templates templates;
  private final PlanFiles files;
  private final Map<String, Signature> signatures;
  private final Facts facts;
  private final List<Node> nodes;
  private final Diagnostics faults;
  private final Set<String> registered = new HashSet<>();

  /**
   * @param nodes the nodes that the plan is taken to
   * @param faults where everything that is found goes
   */
  public PlanCheck(
      Templates templates,
      PlanFiles files,
      Map<String, Signature> signatures,
      Facts facts,
      List<Node> nodes,
      Diagnostics faults) {
    this.templates = templates;
    this.files = files;
    this.signatures = Map.copyOf(signatures);
    this.facts = facts;
    this.nodes = List.copyOf(nodes);
    this.faults = faults;
  }

  /** Looks at a plan with all that it includes, and at the inventory's variables. */
  public void check(Plan plan) {
    collectRegistered(plan.steps());
    Set<String> known = new LinkedHashSet<>(registered);
    nodes.forEach(node -> known.addAll(facts.vars(node).names()));
    nodes.forEach(node -> node.vars().forEach((name, value) -> check(value, known)));
    plan(plan, known, nodes.stream().map(facts::vars).toList());
  }

  /**
   * Refuses to walk fewer nodes at once than wait for each other: the first would wait for nodes
   * that haven't begun.
   *
   * @param atOnce how many nodes are walked at the same time
   */
  public void checkConcurrency(Plan plan, int atOnce) {
    Map<String, Long> clusters =
        nodes.stream()
            .map(Node::cluster)
            .flatMap(Stream::ofNullable)
            .collect(Collectors.groupingBy(Node.Membership::id, Collectors.counting()));
    clusters.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(largest -> largest.getValue() > atOnce)
        .ifPresent(largest ->
            waitsForOthers(plan.steps())
                .findFirst()
                .ifPresent(wait ->
                    faults.add(
                        Diagnostic.at(
                                wait.head().at(),
                                Code.BAD_CONCURRENCY,
                                "'"
                                    + wait.head().name()
                                    + "' waits for other nodes, and with "
                                    + atOnce
                                    + " at once not all "
                                    + largest.getValue()
                                    + " of cluster "
                                    + largest.getKey()
                                    + " would be on their way")
                            .withHint("leave out -f and serial, or raise them"))));
  }

  private static Stream<Step.Task> waitsForOthers(List<Step> steps) {
    return steps.stream()
        .flatMap(step ->
            step instanceof Step.Task task && waitsForOthers(task)
                ? Stream.of(task)
                : waitsForOthers(step.nested()));
  }

  private static boolean waitsForOthers(Step.Task task) {
    return task.primitive().equals("wait_for")
        && task.arguments().entries().keySet().stream().anyMatch(CROSS_NODE_WAITS::contains);
  }

  private void collectRegistered(List<Step> steps) {
    for (Step step : steps) {
      if (step.head().register() != null) {
        registered.add(step.head().register());
      }
      collectRegistered(step.nested());
    }
  }

  /**
   * @param scopes one for each node
   */
  private void plan(Plan plan, Set<String> known, List<Vars> scopes) {
    Set<String> here = with(known, plan.vars().keySet());
    plan.vars().values().forEach(value -> check(value, here));
    List<Vars> inPlan = scopes.stream().map(vars -> vars.inPlan(plan.vars())).toList();
    plan.steps().forEach(step -> step(step, plan, here, inPlan));
  }

  private void step(Step step, Plan plan, Set<String> known, List<Vars> scopes) {
    Step.Head head = step.head();
    if (head.forEach() != null) {
      expression(head.forEach(), known);
    }
    Set<String> turn = head.forEach() == null ? known : with(known, Set.of(head.as()));
    head.vars().values().forEach(value -> check(value, turn));
    Set<String> here = with(turn, head.vars().keySet());
    List<Vars> inStep = scopes.stream().map(vars -> vars.inStep(head.vars())).toList();
    text(head.name(), head.at(), here);
    if (head.when() != null) {
      expression(head.when(), here);
    }
    if (head.on() != null) {
      check(head.on(), here);
    }
    // What no node comes to may use variables that only others have: those of another role's.
    if (!scopes.isEmpty() && inStep.stream().noneMatch(vars -> mayHold(head.when(), vars))) {
      return;
    }
    head.touches().forEach(value -> check(value, here));
    switch (step) {
      case Step.Task task -> arguments(task, plan, here, inStep);
      case Step.Block block -> block.steps().forEach(inner -> step(inner, plan, here, inStep));
      case Step.LockScope scope -> {
        scope.arguments().entries().values().forEach(entry -> check(entry.value(), here));
        scope.steps().forEach(inner -> step(inner, plan, here, inStep));
      }
      case Step.Include include -> {
        check(include.path(), here);
        include.plans().values().forEach(included -> plan(included, here, inStep));
      }
      case Step.Release _ -> {}
    }
  }

  private boolean mayHold(@Nullable Value when, Vars vars) {
    if (!(when instanceof Value.Str condition)) {
      return !(when instanceof Value.Bool bool) || bool.value();
    }
    try {
      return templates.condition(condition.text(), vars, condition.at());
    } catch (Failure | UnknownValue onlyTheRunCanTell) {
      return true;
    }
  }

  private void arguments(Step.Task task, Plan plan, Set<String> known, List<Vars> scopes) {
    Signature signature = signatures.get(task.primitive());
    task.arguments()
        .entries()
        .forEach((name, entry) -> {
          switch (Arguments.kind(signature, name)) {
            case EXPRESSION -> expression(entry.value(), known);
            case TEMPLATE_FILE -> {
              check(entry.value(), known);
              templateFile(entry.value(), plan, known, scopes);
            }
            case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY -> check(entry.value(), known);
          }
        });
  }

  /** The files that a path names on some node; what only the run can tell is left to it. */
  private void templateFile(Value path, Plan plan, Set<String> known, List<Vars> scopes) {
    if (!(path instanceof Value.Str str)) {
      return;
    }
    Set<Path> found = new LinkedHashSet<>();
    for (Vars vars : scopes) {
      try {
        found.add(
            files.find(templates.render(str.text(), vars, str.at()).reveal(), plan, str.at()));
      } catch (Failure failure) {
        if (failure.diagnostic().code() == Code.MISSING_FILE) {
          faults.add(failure.diagnostic());
        }
      }
    }
    found.forEach(file -> told(() -> templates.fileReferences(file)).forEach(r -> known(r, known)));
  }

  private void expression(Value value, Set<String> known) {
    if (value instanceof Value.Str str) {
      told(() -> templates.expressionReferences(str.text(), str.at()))
          .forEach(reference -> known(reference, known));
    } else {
      check(value, known);
    }
  }

  private void check(Value value, Set<String> known) {
    switch (value) {
      case Value.Str str -> text(str.text(), str.at(), known);
      case Value.Seq seq -> seq.items().forEach(item -> check(item, known));
      case Value.Mapping map -> map.entries().values().forEach(e -> check(e.value(), known));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private void text(String text, Span at, Set<String> known) {
    if (text.contains("{")) {
      told(() -> templates.references(text, at)).forEach(reference -> known(reference, known));
    }
  }

  private void known(Reference reference, Set<String> known) {
    if (!reference.optional() && !known.contains(reference.name())) {
      faults.add(
          Diagnostic.at(
                  reference.at(),
                  Code.UNDEFINED_VARIABLE,
                  "variable '" + reference.name() + "' is not defined")
              .withHint(Suggestions.hint(reference.name(), known)));
    }
  }

  private Set<Reference> told(Supplier<Set<Reference>> asked) {
    try {
      return asked.get();
    } catch (Failure failure) {
      faults.add(failure.diagnostic());
      return Set.of();
    }
  }

  private static Set<String> with(Set<String> known, Set<String> more) {
    Set<String> all = new LinkedHashSet<>(known);
    all.addAll(more);
    return all;
  }
}
