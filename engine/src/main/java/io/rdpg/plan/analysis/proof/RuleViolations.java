package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What was found, each step's breach of a rule once, but for what its author allows. */
final class RuleViolations {
  private record Breach(Code rule, Span at) {}

  private record Found(Span at, Diagnostic diagnostic) {}

  private final List<Found> found = new ArrayList<>();
  private final Set<Breach> known = new HashSet<>();

  /**
   * A step breaks a rule.
   *
   * @param message what it does, without a full stop
   * @param hint what to do instead
   */
  void tell(Code rule, ExecutionPath.StepLocation location, String message, String hint) {
    Span at = location.head().at();
    boolean allowed =
        location.outwards().anyMatch(around -> around.head().allow().containsKey(rule.word()));
    if (!allowed && known.add(new Breach(rule, at))) {
      found.add(
          new Found(
              at,
              Diagnostic.at(at, rule, message)
                  .withHint(hint + "; see docs/rules/" + rule.word() + ".md")));
    }
  }

  /**
   * By place: those of one file first, then those of others in the order in which they were met.
   */
  List<Diagnostic> all(Path first) {
    List<String> files =
        Stream.concat(Stream.of(first.toString()), found.stream().map(one -> one.at().file()))
            .distinct()
            .toList();
    return found.stream()
        .sorted(
            Comparator.<Found>comparingInt(one -> files.indexOf(one.at().file()))
                .thenComparingInt(one -> one.at().line())
                .thenComparingInt(one -> one.at().column()))
        .map(Found::diagnostic)
        .toList();
  }

  /** Where a step stands, for a message. */
  static String named(ExecutionPath.StepLocation location) {
    Span at = location.head().at();
    return "'%s' (%s:%d)".formatted(location.head().name(), location.plan().fileName(), at.line());
  }
}
