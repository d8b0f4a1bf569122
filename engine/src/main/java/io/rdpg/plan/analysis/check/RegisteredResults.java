package io.rdpg.plan.analysis.check;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which results the steps of a plan register, and which nodes may have them so far. */
final class RegisteredResults {
  private static final int NODES_NAMED = 3;

  private final Map<String, Span> registeredFirst = new LinkedHashMap<>();
  private final Map<String, Set<String>> nodes = new HashMap<>();

  /** Those of these steps, with all that is in them. */
  RegisteredResults(List<Step> steps) {
    Step.all(steps)
        .map(Step::head)
        .forEach(head -> {
          if (head.register() != null) {
            registeredFirst.putIfAbsent(head.register(), head.at());
          }
        });
  }

  Set<String> names() {
    return registeredFirst.keySet();
  }

  /** A skipped step has a result too, so all nodes that come to the step know it. */
  void remember(Step.Head head, Arrivals around) {
    if (head.register() != null) {
      Set<String> having = nodes.computeIfAbsent(head.register(), _ -> new HashSet<>());
      around.nodes().forEach(at -> having.add(at.node().name()));
    }
  }

  /** Steps that no node comes to. */
  void byNobody(List<Step> steps) {
    Step.all(steps)
        .flatMap(step -> Stream.ofNullable(step.head().register()))
        .forEach(name -> nodes.computeIfAbsent(name, _ -> new HashSet<>()));
  }

  /** All of them, with values that only the run knows. */
  Map<String, @Nullable Object> unknown() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    UnknownValue unknown = new UnknownValue(List.of());
    names().forEach(name -> values.put(name, unknown));
    return values;
  }

  /** Whether a step that registers it is before the current one. */
  boolean begun(String name) {
    return nodes.containsKey(name);
  }

  /** Whether some of those that come here have it. */
  boolean mayBeRegistered(String name, Arrivals arrivals) {
    Set<String> having = nodes.getOrDefault(name, Set.of());
    return arrivals.nodes().stream().anyMatch(one -> having.contains(one.node().name()));
  }

  /** What is wrong with asking for a result before every step that registers it. */
  Diagnostic tooEarly(String name, Span at) {
    return Diagnostic.at(
            at, Code.UNDEFINED_VARIABLE, "result '" + name + "' is not registered yet here")
        .withHint(registeredAt(name, at) + ": use it in steps after that one");
  }

  /** What is wrong with a variable that has the name of a result, which is found before it. */
  Diagnostic hides(String name, Span variable) {
    return Diagnostic.at(
            variable, Code.DUPLICATE_NAME, "a result '" + name + "' hides this variable")
        .withHint(registeredAt(name, variable) + ": give one of the two another name");
  }

  private String registeredAt(String name, Span from) {
    Span first = first(name);
    return "the step that registers it begins at "
        + (first.file().equals(from.file()) ? "line " : first.file() + ":")
        + first.line();
  }

  /** What is wrong with asking for a result that none of those that come here have. */
  Diagnostic absent(String name, Span at, Arrivals arrivals) {
    return Diagnostic.at(
            at,
            Code.UNDEFINED_VARIABLE,
            "result '" + name + "' is never registered on the nodes that reach this step")
        .withHint(
            "what the step at line "
                + first(name).line()
                + " is in is skipped on "
                + arrivals.nodes().stream()
                    .map(one -> one.node().name())
                    .limit(NODES_NAMED)
                    .collect(Collectors.joining(", "))
                + (arrivals.nodes().size() > NODES_NAMED ? ", ..." : ""));
  }

  private Span first(String name) {
    return Objects.requireNonNull(registeredFirst.get(name));
  }
}
