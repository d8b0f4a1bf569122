package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.ConditionValue;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.interpret.UnknownValue;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.JinjaHints;
import io.rdpg.plan.language.template.Reference;
import io.rdpg.plan.language.template.Templates;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the names that nobody defines where they are used, the templates that can't be read, the
 * files and nodes that aren't there: once for each place of the plan, for all nodes that may come
 * there.
 */
final class NameCheck {
  private static final Pattern SECRET = Pattern.compile("\\{[{%][^}]*\\bsecret\\s*\\(");

  /** What is the same on all nodes of a cluster needn't be looked at on each. */
  private static final int NODES_TRIED = 4;

  private final Templates templates;
  private final TemplateLookup files;
  private final Map<String, Signature> signatures;
  private final NodeFacts facts;
  private final LiteralCheck literals;
  private final Diagnostics diagnostics;
  private final RegisteredResults results;

  /** What is to be told, by its place, of results that nobody has there, if they are asked for. */
  private final Map<Span, Diagnostic> absent = new HashMap<>();

  NameCheck(
      Templates templates,
      TemplateLookup files,
      Map<String, Signature> signatures,
      NodeFacts facts,
      LiteralCheck literals,
      RegisteredResults results,
      Diagnostics diagnostics) {
    this.templates = templates;
    this.files = files;
    this.signatures = signatures;
    this.facts = facts;
    this.literals = literals;
    this.results = results;
    this.diagnostics = diagnostics;
  }

  /**
   * Looks at a plan with all that it includes, and at the variables of the inventory.
   *
   * @param nodes the nodes that the plan is taken to
   * @return what to tell, by its place, of results that nobody has there, should they be asked for
   */
  Map<Span, Diagnostic> check(Plan plan, List<Node> nodes) {
    Map<String, @Nullable Object> unknown = results.unknown();
    List<CheckFrame.Arrival> all =
        nodes.stream()
            .map(node -> new CheckFrame.Arrival(node, facts.vars(node).withRegistered(unknown)))
            .toList();
    CheckFrame here = new CheckFrame(facts.names(), all, false);
    nodes.forEach(node -> node.vars().values().forEach(value -> check(value, here.later())));
    plan(plan, here);
    return absent;
  }

  private void plan(Plan plan, CheckFrame around) {
    CheckFrame here = around.with(plan.vars().keySet()).with(vars -> vars.inPlan(plan.vars()));
    plan.vars().values().forEach(value -> check(value, here.later()));
    plan.steps().forEach(step -> step(step, plan, here));
  }

  private void step(Step step, Plan plan, CheckFrame around) {
    Step.Head head = step.head();
    if (head.forEach() != null) {
      expression(head.forEach(), around);
    }
    CheckFrame turn = head.forEach() == null ? around : around.with(Set.of(head.as()));
    head.vars().values().forEach(value -> check(value, turn.later()));
    CheckFrame asked = turn.with(head.vars().keySet()).with(vars -> vars.inStep(head.vars()));
    text(head.name(), head.nameAt(), asked);
    if (head.when() != null) {
      expression(head.when(), asked);
    }
    CheckFrame here = asked.only(at -> mayHold(head.when(), at.vars()));
    // What no node comes to may use variables that only others have: those of another role's.
    if (!asked.coming().isEmpty() && here.coming().isEmpty()) {
      results.byNobody(step.nested());
      results.remember(head, around);
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
    results.remember(head, around);
  }

  private boolean mayHold(@Nullable Value when, Variables vars) {
    try {
      return ConditionValue.of(when, templates, vars).orElse(true);
    } catch (Failure failure) {
      return true; // told with the other values
    }
  }

  /** A node that no inventory has. */
  private void on(Value.Str on, CheckFrame here) {
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
        diagnostics.add(
            Diagnostic.at(on.at(), Code.UNKNOWN_NODE, "the inventory has no node '" + name + "'")
                .withHint(Suggestions.hint(name.toString(), known)));
      }
    }
  }

  private void arguments(Step.Task task, Plan plan, CheckFrame here) {
    Signature signature = signatures.get(task.primitive());
    task.arguments()
        .entries()
        .forEach((name, entry) -> {
          switch (ArgumentRenderer.kind(signature, name)) {
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
    literals.check(task);
  }

  private void refuseSecrets(@Nullable Value run) {
    if (run instanceof Value.Seq words) {
      words.items().forEach(this::refuseSecrets);
    } else if (run instanceof Value.Str word && SECRET.matcher(word.text()).find()) {
      diagnostics.add(
          Diagnostic.at(
                  word.at(), Code.BAD_VALUE, "others on the node can read this secret: ps shows it")
              .withHint("give it to the command by 'stdin' or 'env'"));
    }
  }

  /** The files that a path names on some node; what only the run can tell is left to it. */
  private void templateFile(Value path, Plan plan, CheckFrame here) {
    if (!(path instanceof Value.Str str)) {
      return;
    }
    Set<Path> found = new LinkedHashSet<>();
    for (CheckFrame.Arrival at : here.coming()) {
      try {
        found.add(files.find(templates.render(str.text(), at.vars(), str.at()), plan, str.at()));
      } catch (Failure failure) {
        if (failure.diagnostic().code() == Code.MISSING_FILE) {
          diagnostics.add(failure.diagnostic());
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

  private void expression(Value value, CheckFrame here) {
    if (value instanceof Value.Str str) {
      told(() -> templates.expressionReferences(str.text(), str.at()), str.at())
          .forEach(reference -> known(reference, here));
    } else {
      check(value, here);
    }
  }

  private void check(Value value, CheckFrame here) {
    switch (value) {
      case Value.Str str -> text(str.text(), str.at(), here);
      case Value.Seq seq -> seq.items().forEach(item -> check(item, here));
      case Value.Mapping map -> map.entries().values().forEach(e -> check(e.value(), here));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private void text(String text, Span at, CheckFrame here) {
    if (text.contains("{")) {
      told(() -> templates.references(text, at), at).forEach(reference -> known(reference, here));
    }
  }

  /** Some of the nodes that come here, each of another cluster. */
  private static List<CheckFrame.Arrival> tried(CheckFrame here) {
    Map<String, CheckFrame.Arrival> byCluster = new LinkedHashMap<>();
    for (CheckFrame.Arrival at : here.coming()) {
      Node.Membership cluster = at.node().cluster();
      byCluster.putIfAbsent(cluster == null ? "" : cluster.id(), at);
      if (byCluster.size() == NODES_TRIED) {
        break;
      }
    }
    return List.copyOf(byCluster.values());
  }

  private void known(Reference reference, CheckFrame here) {
    String name = reference.name();
    if (reference.optional() || here.known().contains(name)) {
      return;
    }
    if (!results.names().contains(name)) {
      diagnostics.add(undefined(reference, here));
      return;
    }
    if (here.lazy() || here.coming().isEmpty()) {
      return;
    }
    if (!results.begun(name)) {
      diagnostics.add(results.tooEarly(name, reference.at().get()));
    } else if (!results.transport(name, here)) {
      Span at = reference.at().get();
      absent.put(at, results.absent(name, at, here));
    }
  }

  private Diagnostic undefined(Reference reference, CheckFrame here) {
    String name = reference.name();
    Set<String> known = new LinkedHashSet<>(here.known());
    known.addAll(results.names());
    return Diagnostic.at(
            reference.at().get(), Code.UNDEFINED_VARIABLE, "variable '" + name + "' is not defined")
        .withHint(
            JinjaHints.variable(name)
                .or(() ->
                    Suggestions.nearest(name, known).map(near -> "did you mean '" + near + "'?"))
                .orElse("define it in 'vars', in the inventory, or with -e " + name + "=..."));
  }

  /** What can't be read is told once: not again as a template where its form is told. */
  private Set<Reference> told(Supplier<Set<Reference>> asked, Span at) {
    if (diagnostics.tellsOf(at)) {
      return Set.of();
    }
    try {
      return asked.get();
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic().orAt(at));
      return Set.of();
    }
  }
}
