package io.rdpg.plan.analysis.check;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects errors until it is known whether they are certain to happen. */
final class PendingDiagnostics {
  /** What a list lacks or that it has none: a condition may have counted first. */
  private static final Pattern COUNTED =
      Pattern.compile("there is no '-?\\d+' in this|there is no '.*' in this, which is empty");

  private final Diagnostics diagnostics;

  /** What fails, by place. */
  private final Map<Span, Suspicion> all = new LinkedHashMap<>();

  /** The nodes that come to a step. */
  private final Map<Span, Set<String>> coming = new HashMap<>();

  /** The turns of a step, on all nodes. */
  private final Map<Span, Set<Integer>> turnsOf = new HashMap<>();

  /**
   * @param diagnostics receives those that are reported
   */
  PendingDiagnostics(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /**
   * What fails at one place.
   *
   * @param step the location of the step in which it occurs
   * @param nodes those on which it shows
   * @param turns those in which it shows
   */
  private record Suspicion(
      Span at,
      Diagnostic diagnostic,
      Span step,
      Set<String> nodes,
      Set<Integer> turns,
      boolean certain) {
    /** With what fails at the same position elsewhere; what is certain is reported first. */
    Suspicion with(Suspicion other) {
      if (other.certain && !certain) {
        return other.with(this);
      }
      Set<String> all = new LinkedHashSet<>(nodes);
      all.addAll(other.nodes);
      Set<Integer> each = new HashSet<>(turns);
      each.addAll(other.turns);
      return new Suspicion(at, diagnostic, step, all, each, certain);
    }
  }

  /** A node comes to a step. */
  void come(Step step, Node node, int turn) {
    coming.computeIfAbsent(step.head().at(), _ -> new HashSet<>()).add(node.name());
    turnsOf.computeIfAbsent(step.head().at(), _ -> new HashSet<>()).add(turn);
  }

  /**
   * Something fails.
   *
   * @param certain whether the node comes there whatever steps find
   */
  void add(Diagnostic failure, Step step, Node node, int turn, boolean certain) {
    if (failure.code() == Code.MISSING_SECRET) {
      return; // whoever applies it may have it
    }
    Diagnostic diagnostic = failure.orAt(step.head().at());
    Span at = diagnostic.at() == null ? step.head().at() : diagnostic.at();
    all.merge(
        at,
        new Suspicion(at, diagnostic, step.head().at(), Set.of(node.name()), Set.of(turn), certain),
        Suspicion::with);
  }

  /**
   * Reports those that are certain.
   *
   * @param cutShort whether some nodes or turns were not checked
   * @param absent diagnostics, by position, for a variable that turns out to be missing
   */
  void report(boolean cutShort, Map<Span, Diagnostic> absent) {
    all.values().stream()
        .filter(one -> worthTelling(one, cutShort))
        .toList()
        .forEach(one -> report(one, absent));
  }

  /**
   * What only the run decides may keep a node, or an item of a loop, from where it would fail: so
   * all of them must fail, and must have been checked.
   */
  private boolean worthTelling(Suspicion one, boolean cutShort) {
    boolean variable = one.diagnostic().code() == Code.RUNTIME_VARIABLE;
    return !diagnostics.hasDiagnosticAt(one.at())
        && (variable || !unreadable(one))
        && (one.certain()
            || (!cutShort
                && one.turns().containsAll(turnsOf.getOrDefault(one.step(), Set.of()))
                && !COUNTED.matcher(one.diagnostic().message()).matches()));
  }

  /** Whether its step is known for something that can't be read, which then fails here too. */
  private boolean unreadable(Suspicion one) {
    int from = one.at().file().equals(one.step().file()) ? one.step().line() : 1;
    return diagnostics.anyMatch(diagnostic -> {
      Span at = diagnostic.at();
      return diagnostic.code() != Code.UNDEFINED_VARIABLE
          && at != null
          && at.file().equals(one.at().file())
          && from <= at.line()
          && at.line() <= one.at().line();
    });
  }

  private boolean everywhere(Suspicion one) {
    return one.nodes().containsAll(coming.getOrDefault(one.step(), Set.of()));
  }

  private void report(Suspicion one, Map<Span, Diagnostic> absent) {
    Diagnostic diagnostic =
        one.diagnostic().code() == Code.RUNTIME_VARIABLE
            ? absent.getOrDefault(one.at(), one.diagnostic())
            : one.diagnostic();
    String node = everywhere(one) ? null : one.nodes().iterator().next();
    diagnostics.add(
        new Diagnostic(
            beforeRun(diagnostic.code()),
            diagnostic.message(),
            diagnostic.at(),
            node,
            diagnostic.hint()));
  }

  private static Code beforeRun(Code code) {
    if (code.exit() == ExitCode.NOT_UNDERSTOOD) {
      return code;
    }
    return code == Code.RUNTIME_VARIABLE ? Code.UNDEFINED_VARIABLE : Code.BAD_VALUE;
  }
}
