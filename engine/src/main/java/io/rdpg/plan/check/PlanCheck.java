package io.rdpg.plan.check;

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
import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.scope.Arguments;
import io.rdpg.plan.scope.Decision;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.scope.Vars;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.template.JinjaWords;
import io.rdpg.plan.template.Reference;
import io.rdpg.plan.template.Templates;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a plan's templates before anything is contacted: variables that nobody
 * defines, templates that can't be read, files that aren't there.
 */
public final class PlanCheck {
  private static final Pattern SECRET = Pattern.compile("\\{[{%][^}]*\\bsecret\\s*\\(");
  private static final Set<String> CROSS_NODE_WAITS = Set.of("service", "key", "replication");

  /** What is the same on all nodes of a cluster needn't be looked at on each. */
  private static final int NODES_TRIED = 4;

  private final Templates templates;
  private final PlanFiles files;
  private final Map<String, Signature> signatures;
  private final Map<String, Primitive<?>> primitives;
  private final Facts facts;
  private final List<Node> nodes;
  private final Diagnostics faults;

  /** Where each result is registered first. */
  private final Map<String, Span> registers = new LinkedHashMap<>();

  /** On which nodes results may have been registered so far. */
  private final Map<String, Set<String>> results = new HashMap<>();

  /** What is to be told, by its place, of results that nobody has there, if they are asked for. */
  private final Map<Span, Diagnostic> absent = new HashMap<>();

  /** A node that comes to a place of the plan, as far as can be known, and what it knows there. */
  private record Coming(Node node, Vars vars) {}

  /**
   * A place of the plan.
   *
   * @param known the variables in scope
   * @param items those among them that are items of loops
   * @param coming the nodes that may come there
   * @param lazy what stands there is rendered later, when all results may be known
   */
  private record Here(Set<String> known, Set<String> items, List<Coming> coming, boolean lazy) {
    Here with(Set<String> more) {
      return new Here(union(known, more), items, coming, lazy);
    }

    Here withItem(String name) {
      return new Here(union(known, Set.of(name)), union(items, Set.of(name)), coming, lazy);
    }

    Here with(UnaryOperator<Vars> inner) {
      return new Here(
          known,
          items,
          coming.stream().map(at -> new Coming(at.node(), inner.apply(at.vars()))).toList(),
          lazy);
    }

    Here only(Predicate<Coming> kept) {
      return new Here(known, items, coming.stream().filter(kept).toList(), lazy);
    }

    Here later() {
      return new Here(known, items, coming, true);
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
      Set<String> all = new LinkedHashSet<>(some);
      all.addAll(more);
      return all;
    }
  }

  /**
   * @param nodes the nodes that the plan is taken to
   * @param faults where everything that is found goes
   */
  public PlanCheck(
      Templates templates,
      PlanFiles files,
      Map<String, Signature> signatures,
      Map<String, Primitive<?>> primitives,
      Facts facts,
      List<Node> nodes,
      Diagnostics faults) {
    this.templates = templates;
    this.files = files;
    this.signatures = Map.copyOf(signatures);
    this.primitives = Map.copyOf(primitives);
    this.facts = facts;
    this.nodes = List.copyOf(nodes);
    this.faults = faults;
  }

  /** Looks at a plan with all that it includes, and at the inventory's variables. */
  public void check(Plan plan) {
    collectRegistered(plan.steps());
    Map<String, @Nullable Object> unknown = new LinkedHashMap<>();
    registers.keySet().forEach(name -> unknown.put(name, new UnknownValue(List.of())));
    List<Coming> all =
        nodes.stream()
            .map(node -> new Coming(node, facts.vars(node).withRegistered(unknown)))
            .toList();
    Here here = new Here(facts.names(), Set.of(), all, false);
    nodes.forEach(node -> node.vars().values().forEach(value -> check(value, here.later())));
    plan(plan, here);
    new ValueCheck(templates, files, signatures, primitives, facts, this::faulty, faults)
        .check(plan, nodes, absent);
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
        registers.putIfAbsent(step.head().register(), step.head().at());
      }
      collectRegistered(step.nested());
    }
  }

  private void plan(Plan plan, Here around) {
    Here here = around.with(plan.vars().keySet()).with(vars -> vars.inPlan(plan.vars()));
    plan.vars().values().forEach(value -> check(value, here.later()));
    plan.steps().forEach(step -> step(step, plan, here));
  }

  private void step(Step step, Plan plan, Here around) {
    Step.Head head = step.head();
    if (head.forEach() != null) {
      expression(head.forEach(), around);
    }
    Here turn = head.forEach() == null ? around : around.withItem(head.as());
    head.vars().values().forEach(value -> check(value, turn.later()));
    Here asked = turn.with(head.vars().keySet()).with(vars -> vars.inStep(head.vars()));
    text(head.name(), head.nameAt(), asked);
    if (head.when() != null) {
      expression(head.when(), asked);
    }
    Here here = asked.only(at -> mayHold(head.when(), at.vars()));
    // What no node comes to may use variables that only others have: those of another role's.
    if (!asked.coming().isEmpty() && here.coming().isEmpty()) {
      registeredByNobody(step.nested());
      remember(head, around);
      return;
    }
    if (head.on() != null) {
      check(head.on(), here);
      on(head.on(), here);
    }
    head.touches().forEach(value -> check(value, here));
    switch (step) {
      case Step.Task task -> arguments(task, plan, here);
      case Step.Block block -> block.steps().forEach(inner -> step(inner, plan, here));
      case Step.LockScope scope -> {
        scope.arguments().entries().values().forEach(entry -> check(entry.value(), here));
        scope.steps().forEach(inner -> step(inner, plan, here));
      }
      case Step.Include include -> {
        check(include.path(), here);
        new TreeMap<>(include.plans()).values().forEach(included -> plan(included, here));
      }
      case Step.Release _ -> {}
    }
    remember(head, around);
  }

  /** A skipped step has a result too, so all nodes that come to the step know it. */
  private void remember(Step.Head head, Here around) {
    if (head.register() != null) {
      Set<String> known = results.computeIfAbsent(head.register(), name -> new HashSet<>());
      around.coming().forEach(at -> known.add(at.node().name()));
    }
  }

  private void registeredByNobody(List<Step> steps) {
    for (Step step : steps) {
      if (step.head().register() != null) {
        results.computeIfAbsent(step.head().register(), name -> new HashSet<>());
      }
      registeredByNobody(step.nested());
    }
  }

  private boolean mayHold(@Nullable Value when, Vars vars) {
    try {
      return Decision.of(when, templates, vars).orElse(true);
    } catch (Failure failure) {
      return true; // told with the other values
    }
  }

  /** A node that no inventory has. */
  private void on(Value.Str on, Here here) {
    Set<Text> named = new LinkedHashSet<>();
    if (!on.text().contains("{")) {
      named.add(Text.plain(on.text()));
    } else {
      tried(here)
          .forEach(at -> {
            try {
              named.add(templates.render(on.text(), at.vars(), on.at()));
            } catch (Failure | UnknownValue onlyTheRunCanTell) {
              named.remove(Text.EMPTY);
            }
          });
    }
    Set<String> known = facts.nodeNames();
    for (Text name : named) {
      if (!known.contains(name.reveal())) {
        faults.add(
            Diagnostic.at(on.at(), Code.UNKNOWN_NODE, "the inventory has no node '" + name + "'")
                .withHint(Suggestions.hint(name.toString(), known)));
      }
    }
  }

  private void arguments(Step.Task task, Plan plan, Here here) {
    Signature signature = signatures.get(task.primitive());
    task.arguments()
        .entries()
        .forEach((name, entry) -> {
          switch (Arguments.kind(signature, name)) {
            case EXPRESSION -> expression(entry.value(), here);
            case TEMPLATE_FILE -> {
              check(entry.value(), here);
              templateFile(entry.value(), plan, here);
            }
            case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY -> check(entry.value(), here);
          }
        });
    if (task.primitive().equals("command") && task.arguments().get("run") != null) {
      refuseSecrets(task.arguments().get("run"));
    }
    literals(task, signature);
  }

  private void refuseSecrets(@Nullable Value run) {
    if (run instanceof Value.Seq words) {
      words.items().forEach(this::refuseSecrets);
    } else if (run instanceof Value.Str word && SECRET.matcher(word.text()).find()) {
      faults.add(
          Diagnostic.at(
                  word.at(), Code.BAD_VALUE, "others on the node can read this secret: ps shows it")
              .withHint("give it to the command by 'stdin' or 'env'"));
    }
  }

  /** What a primitive says of arguments that are all literal, it needn't first say in the run. */
  private void literals(Step.Task task, @Nullable Signature signature) {
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive == null || signature == null || faulty(task)) {
      return;
    }
    for (Map.Entry<String, Value.Entry> entry : task.arguments().entries().entrySet()) {
      Signature.Kind kind = Arguments.kind(signature, entry.getKey());
      if (kind != Signature.Kind.TEMPLATE_FILE
          && (mayRender(entry.getValue().value())
              || (kind == Signature.Kind.EXPRESSION
                  && entry.getValue().value() instanceof Value.Str))) {
        return;
      }
    }
    try {
      primitive.decode(new Args(task.arguments()));
    } catch (Failure failure) {
      Diagnostic fault = failure.diagnostic().orAt(task.head().at());
      faults.add(
          new Diagnostic(Code.BAD_VALUE, fault.message(), fault.at(), fault.node(), fault.hint()));
    }
  }

  /** Whether a fault within this step is told already. */
  private boolean faulty(Step.Task task) {
    Span from = task.head().at();
    int last =
        task.arguments().entries().values().stream()
            .mapToInt(entry -> Math.max(entry.keyAt().line(), entry.value().at().line()))
            .max()
            .orElse(task.arguments().at().line());
    return faults.all().stream()
        .map(Diagnostic::at)
        .anyMatch(at ->
            at != null
                && at.file().equals(from.file())
                && from.line() <= at.line()
                && at.line() <= last);
  }

  private static boolean mayRender(Value value) {
    return switch (value) {
      case Value.Str str -> str.text().contains("{");
      case Value.Seq seq -> seq.items().stream().anyMatch(PlanCheck::mayRender);
      case Value.Mapping map ->
          map.entries().values().stream().anyMatch(entry -> mayRender(entry.value()));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> false;
    };
  }

  /** The files that a path names on some node; what only the run can tell is left to it. */
  private void templateFile(Value path, Plan plan, Here here) {
    if (!(path instanceof Value.Str str)) {
      return;
    }
    Set<Path> found = new LinkedHashSet<>();
    for (Coming at : here.coming()) {
      try {
        found.add(files.find(templates.render(str.text(), at.vars(), str.at()), plan, str.at()));
      } catch (Failure failure) {
        if (failure.diagnostic().code() == Code.MISSING_FILE) {
          faults.add(failure.diagnostic());
        }
      } catch (UnknownValue onlyTheRunCanTell) {
        // then it is read in the run
      }
    }
    for (Path file : found) {
      told(() -> templates.fileReferences(file), str.at())
          .forEach(reference -> known(reference, here));
    }
  }

  private void expression(Value value, Here here) {
    if (value instanceof Value.Str str) {
      told(() -> templates.expressionReferences(str.text(), str.at()), str.at())
          .forEach(reference -> known(reference, here));
    } else {
      check(value, here);
    }
  }

  private void check(Value value, Here here) {
    switch (value) {
      case Value.Str str -> text(str.text(), str.at(), here);
      case Value.Seq seq -> seq.items().forEach(item -> check(item, here));
      case Value.Mapping map -> map.entries().values().forEach(e -> check(e.value(), here));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private void text(String text, Span at, Here here) {
    if (text.contains("{")) {
      told(() -> templates.references(text, at), at).forEach(reference -> known(reference, here));
    }
  }

  /** Some of the nodes that come here, each of another cluster. */
  private static List<Coming> tried(Here here) {
    Map<String, Coming> byCluster = new LinkedHashMap<>();
    for (Coming at : here.coming()) {
      Node.Membership cluster = at.node().cluster();
      byCluster.putIfAbsent(cluster == null ? "" : cluster.id(), at);
      if (byCluster.size() == NODES_TRIED) {
        break;
      }
    }
    return List.copyOf(byCluster.values());
  }

  private void known(Reference reference, Here here) {
    String name = reference.name();
    if (reference.optional() || here.known().contains(name)) {
      return;
    }
    Span registered = registers.get(name);
    if (registered == null) {
      Set<String> known = new LinkedHashSet<>(here.known());
      known.addAll(registers.keySet());
      faults.add(
          Diagnostic.at(
                  reference.at().get(),
                  Code.UNDEFINED_VARIABLE,
                  "variable '" + name + "' is not defined")
              .withHint(
                  JinjaWords.variable(name)
                      .or(() ->
                          Suggestions.nearest(name, known)
                              .map(near -> "did you mean '" + near + "'?"))
                      .orElse(
                          "define it in 'vars', in the inventory, or with -e " + name + "=...")));
      return;
    }
    Set<String> having = results.get(name);
    if (here.lazy() || here.coming().isEmpty()) {
      return;
    }
    if (having == null) {
      Span at = reference.at().get();
      faults.add(
          Diagnostic.at(
                  at, Code.UNDEFINED_VARIABLE, "result '" + name + "' is not registered yet here")
              .withHint(
                  "the step that registers it begins at "
                      + (registered.file().equals(at.file()) ? "line " : registered.file() + ":")
                      + registered.line()
                      + ": use it in steps after that one"));
    } else if (here.coming().stream().noneMatch(at -> having.contains(at.node().name()))) {
      Span at = reference.at().get();
      absent.put(
          at,
          Diagnostic.at(
                  at,
                  Code.UNDEFINED_VARIABLE,
                  "result '" + name + "' is never registered on the nodes that come here")
              .withHint(
                  "what the step at line "
                      + registered.line()
                      + " is in is skipped on "
                      + here.coming().stream()
                          .map(coming -> coming.node().name())
                          .limit(3)
                          .collect(Collectors.joining(", "))
                      + (here.coming().size() > 3 ? ", ..." : "")));
    }
  }

  /** What can't be read is told once: not again as a template where its form is told. */
  private Set<Reference> told(Supplier<Set<Reference>> asked, Span at) {
    if (faults.tellsOf(at)) {
      return Set.of();
    }
    try {
      return asked.get();
    } catch (Failure failure) {
      faults.add(failure.diagnostic().orAt(at));
      return Set.of();
    }
  }
}
