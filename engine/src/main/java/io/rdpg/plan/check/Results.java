package io.rdpg.plan.check;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which results the steps of a plan register, and which nodes may have them so far. */
final class Results {
  private static final int NODES_NAMED = 3;

  private final Map<String, Span> registeredFirst = new LinkedHashMap<>();
  private final Map<String, Set<String>> nodes = new HashMap<>();

  /** Those of these steps, with all that is in them. */
  Results(List<Step> steps) {
    collect(steps);
  }

  private void collect(List<Step> steps) {
    for (Step step : steps) {
      if (step.head().register() != null) {
        registeredFirst.putIfAbsent(step.head().register(), step.head().at());
      }
      collect(step.nested());
    }
  }

  Set<String> names() {
    return registeredFirst.keySet();
  }

  /** A skipped step has a result too, so all nodes that come to the step know it. */
  void remember(Step.Head head, Here around) {
    if (head.register() != null) {
      Set<String> having = nodes.computeIfAbsent(head.register(), _ -> new HashSet<>());
      around.coming().forEach(at -> having.add(at.node().name()));
    }
  }

  /** Steps that no node comes to. */
  void byNobody(List<Step> steps) {
    for (Step step : steps) {
      if (step.head().register() != null) {
        nodes.computeIfAbsent(step.head().register(), _ -> new HashSet<>());
      }
      byNobody(step.nested());
    }
  }

  /** What is wrong with asking for a result before every step that registers it. */
  Optional<Diagnostic> tooEarly(String name, Span at) {
    if (nodes.containsKey(name)) {
      return Optional.empty();
    }
    Span first = Objects.requireNonNull(registeredFirst.get(name));
    return Optional.of(
        Diagnostic.at(
                at, Code.UNDEFINED_VARIABLE, "result '" + name + "' is not registered yet here")
            .withHint(
                "the step that registers it begins at "
                    + (first.file().equals(at.file()) ? "line " : first.file() + ":")
                    + first.line()
                    + ": use it in steps after that one"));
  }

  /** What is wrong with asking for a result that none of those that come here have. */
  Optional<Diagnostic> absent(String name, Span at, Here here) {
    Set<String> having = nodes.getOrDefault(name, Set.of());
    List<String> coming = here.coming().stream().map(one -> one.node().name()).toList();
    if (coming.stream().anyMatch(having::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnostic.at(
                at,
                Code.UNDEFINED_VARIABLE,
                "result '" + name + "' is never registered on the nodes that come here")
            .withHint(
                "what the step at line "
                    + Objects.requireNonNull(registeredFirst.get(name)).line()
                    + " is in is skipped on "
                    + coming.stream().limit(NODES_NAMED).collect(Collectors.joining(", "))
                    + (coming.size() > NODES_NAMED ? ", ..." : "")));
  }
}
