package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects violations of rules, each once for a step, without those that its author allows. */
final class RuleViolations {
  private record Breach(Code rule, Span at) {}

  private final List<Diagnostic> found = new ArrayList<>();
  private final Set<Breach> known = new HashSet<>();

  /**
   * A step breaks a rule.
   *
   * @param message what it does, without a full stop
   * @param hint what to do instead
   */
  void report(Code rule, StepLocation location, String message, String hint) {
    Span at = location.head().at();
    boolean allowed =
        location.outwards().anyMatch(around -> around.head().allow().containsKey(rule.word()));
    if (!allowed && known.add(new Breach(rule, at))) {
      found.add(
          Diagnostic.at(at, rule, message)
              .withHint(hint + "; see docs/rules/" + rule.word() + ".md"));
    }
  }

  List<Diagnostic> all() {
    return List.copyOf(found);
  }

  /** The location of a step, for a message. */
  static String named(StepLocation location) {
    Span at = location.head().at();
    return "'%s' (%s:%d)".formatted(location.head().name(), location.plan().fileName(), at.line());
  }
}
