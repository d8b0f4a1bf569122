package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Reference;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds undefined names, invalid templates, missing files and nodes: once for each position in the
 * plan, for all nodes that may reach it.
 */
final class NameCheck implements StepVisitor<Arrivals, @Nullable Void> {
  private static final Pattern SECRET = Pattern.compile("\\{[{%][^}]*\\bsecret\\s*\\(");

  private final Templates templates;
  private final TemplateLookup files;
  private final Map<String, Signature> signatures;
  private final NodeFacts facts;
  private final LiteralCheck literals;
  private final Diagnostics diagnostics;
  private final RegisteredResults results;

  /** Diagnostics, by position, for results that no node has there, if they are used. */
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
   * Checks a plan with all that it includes, and the variables of the inventory.
   *
   * @param nodes the nodes that the plan runs on
   * @return what to report, by its place, of results that nobody has there, should they be asked
   *     for
   */
  Map<Span, Diagnostic> check(Plan plan, List<Node> nodes) {
    Map<String, @Nullable Object> unknown = results.unknown();
    List<Arrivals.Arrival> all =
        nodes.stream()
            .map(node -> new Arrivals.Arrival(node, facts.vars(node).withRegistered(unknown)))
            .toList();
    Arrivals arrivals = new Arrivals(templates, facts.names(), all, false);
    nodes.forEach(node -> node.vars().values().forEach(value -> check(value, arrivals.later())));
    variables(plan, arrivals.inPlan(plan));
    StepWalk.WHOLE.plan(plan, arrivals, this);
    return absent;
  }

  private void variables(Plan plan, Arrivals inside) {
    plan.vars().forEach(this::notHidden);
    Stream.concat(
            plan.vars().values().stream(),
            plan.defaults().files().values().stream()
                .flatMap(file -> file.vars().values().stream()))
        .forEach(value -> check(value, inside.later()));
  }

  private void notHidden(String name, Value value) {
    if (results.names().contains(name)) {
      diagnostics.add(results.hides(name, value.at()));
    }
  }

  @Override
  public @Nullable Void come(StepFrame<Arrivals> outside, Rest<Arrivals, @Nullable Void> rest) {
    Step.Head head = rest.step().head();
    Arrivals arrivals = rest.frame().known();
    head.vars().forEach(this::notHidden);
    head.vars().values().forEach(value -> check(value, outside.known().later()));
    text(head.name(), head.nameAt(), arrivals);
    if (head.when() != null) {
      expression(head.when(), arrivals);
    }
    Stream.of(head.become().wanted(), head.become().user())
        .filter(Objects::nonNull)
        .forEach(said -> check(said, arrivals));
    return rest.visit(this);
  }

  @Override
  public @Nullable Void skip(Step step, StepFrame<Arrivals> frame) {
    results.byNobody(step.nested());
    return null;
  }

  /** Not asked: where it isn't known whether a node comes, it may. */
  @Override
  public @Nullable Void perhaps(UnknownValue why, Rest<Arrivals, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anyItem(UnknownValue why, Rest<Arrivals, @Nullable Void> rest) {
    Value items = Objects.requireNonNull(rest.step().head().forEach());
    expression(items, rest.frame().known());
    return rest.visit(this);
  }

  @Override
  public @Nullable Void anywhere(UnknownValue why, Rest<Arrivals, @Nullable Void> rest) {
    Value.Str on = Objects.requireNonNull(rest.step().head().on());
    check(on, rest.frame().known());
    on(on, rest.frame().known());
    return rest.visit(this);
  }

  @Override
  public @Nullable Void fail(Failure failure, Rest<Arrivals, @Nullable Void> rest) {
    return rest.visit(this);
  }

  @Override
  public @Nullable Void turns(List<@Nullable Void> turns) {
    return null;
  }

  @Override
  public void register(Step.Head head, StepFrame<Arrivals> frame, @Nullable Void result) {
    results.remember(head, frame.known());
  }

  @Override
  public @Nullable Void task(Step.Task task, StepFrame<Arrivals> frame) {
    touches(task, frame);
    arguments(task, frame.plan(), frame.known());
    return null;
  }

  @Override
  public @Nullable Void block(
      Step.Block block,
      Inside<Arrivals, @Nullable Void> steps,
      Inside<Arrivals, @Nullable Void> onFailure) {
    touches(block, steps.frame());
    steps.visit(this);
    onFailure.visit(this);
    return null;
  }

  @Override
  public @Nullable Void include(
      Step.Include include,
      StepFrame<Arrivals> frame,
      List<IncludedPlan<Arrivals, @Nullable Void>> plans) {
    touches(include, frame);
    check(include.path(), frame.known());
    for (IncludedPlan<Arrivals, @Nullable Void> included : plans) {
      variables(included.frame().plan(), included.frame().known());
      included.visit(this);
    }
    return null;
  }

  @Override
  public @Nullable Void lock(Step.LockScope scope, Inside<Arrivals, @Nullable Void> steps) {
    touches(scope, steps.frame());
    scope
        .arguments()
        .entries()
        .values()
        .forEach(entry -> check(entry.value(), steps.frame().known()));
    steps.visit(this);
    return null;
  }

  @Override
  public @Nullable Void release(Step.Release release, StepFrame<Arrivals> frame) {
    touches(release, frame);
    return null;
  }

  private void touches(Step step, StepFrame<Arrivals> frame) {
    step.head().touches().forEach(value -> check(value, frame.known()));
  }

  /** A node that no inventory has. */
  private void on(Value.Str on, Arrivals arrivals) {
    Set<Text> named = new LinkedHashSet<>();
    if (!on.text().contains("{")) {
      named.add(Text.plain(on.text()));
    } else {
      arrivals
          .someNodes()
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
        diagnostics.add(NodeKnowledge.unknownNode(on, name, known));
      }
    }
  }

  private void arguments(Step.Task task, Plan plan, Arrivals arrivals) {
    Signature signature = signatures.get(task.primitive());
    task.arguments()
        .entries()
        .forEach((name, entry) -> {
          switch (ArgumentRenderer.kind(signature, name)) {
            case EXPRESSION -> expression(entry.value(), arrivals);
            case TEMPLATE_FILE -> {
              check(entry.value(), arrivals);
              templateFile(entry.value(), plan, arrivals);
            }
            case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY -> check(entry.value(), arrivals);
          }
        });
    if (signature != null) {
      signature
          .given(Signature.Role.COMMAND_LINE, task.arguments())
          .forEach(argument -> refuseSecrets(task.arguments().get(argument.name())));
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
              .withHint("give it to the command by its standard input, its environment or a file"));
    }
  }

  /** The files that a path names on some node; what only the run can decide is left to it. */
  private void templateFile(Value path, Plan plan, Arrivals arrivals) {
    if (!(path instanceof Value.Str str)) {
      return;
    }
    Set<Path> found = new LinkedHashSet<>();
    for (Arrivals.Arrival at : arrivals.nodes()) {
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
      referencesOrReport(() -> templates.fileReferences(file), str.at())
          .forEach(reference -> known(reference, arrivals));
    }
  }

  private void expression(Value value, Arrivals arrivals) {
    if (value instanceof Value.Str str) {
      referencesOrReport(() -> templates.expressionReferences(str.text(), str.at()), str.at())
          .forEach(reference -> known(reference, arrivals));
    } else {
      check(value, arrivals);
    }
  }

  private void check(Value value, Arrivals arrivals) {
    switch (value) {
      case Value.Str str -> text(str.text(), str.at(), arrivals);
      case Value.Seq seq -> seq.items().forEach(item -> check(item, arrivals));
      case Value.Mapping map -> map.entries().values().forEach(e -> check(e.value(), arrivals));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private void text(String text, Span at, Arrivals arrivals) {
    if (text.contains("{") && !Text.marked(text).holdsSecret()) {
      referencesOrReport(() -> templates.references(text, at), at)
          .forEach(reference -> known(reference, arrivals));
    }
  }

  private void known(Reference reference, Arrivals arrivals) {
    String name = reference.name();
    if (reference.optional() || arrivals.names().contains(name)) {
      return;
    }
    if (!results.names().contains(name)) {
      diagnostics.add(undefined(reference, arrivals));
      return;
    }
    if (arrivals.lazy() || arrivals.nodes().isEmpty()) {
      return;
    }
    if (!results.begun(name)) {
      diagnostics.add(results.tooEarly(name, reference.at().get()));
    } else if (!results.mayBeRegistered(name, arrivals)) {
      Span at = reference.at().get();
      absent.put(at, results.absent(name, at, arrivals));
    }
  }

  private Diagnostic undefined(Reference reference, Arrivals arrivals) {
    String name = reference.name();
    Set<String> known = new LinkedHashSet<>(arrivals.names());
    known.addAll(results.names());
    return Diagnostic.at(
            reference.at().get(), Code.UNDEFINED_VARIABLE, "variable '" + name + "' is not defined")
        .withHint(
            ForeignWord.VARIABLE
                .hint(name)
                .or(() -> Suggestions.didYouMean(name, known))
                .orElse("define it in 'vars', in the inventory, or with -e " + name + "=..."));
  }

  /** An unreadable value is reported once: not again as a template when its form is reported. */
  private Set<Reference> referencesOrReport(Supplier<Set<Reference>> asked, Span at) {
    if (diagnostics.hasDiagnosticAt(at)) {
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
