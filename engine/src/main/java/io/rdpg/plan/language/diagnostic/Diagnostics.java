package io.rdpg.plan.language.diagnostic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Gathers errors, so that all of a plan's are reported at once, in the order in which people read
 * them: those without a place first, then file by file as they were read, from top to bottom. Not
 * thread-safe.
 */
public final class Diagnostics {
  private final List<Diagnostic> found = new ArrayList<>();
  private final Set<Diagnostic> added = new HashSet<>();
  private final Map<Span, Code> places = new HashMap<>();
  private final Map<String, Integer> files = new HashMap<>();

  /** Sorts diagnostics of a file after those of files that were begun before it. */
  public void begin(String file) {
    files.putIfAbsent(file, files.size());
  }

  /** Adds a diagnostic unless the same was added before, even with another hint. */
  public void add(Diagnostic diagnostic) {
    if (added.add(diagnostic.withHint(null))) {
      found.add(diagnostic);
      if (diagnostic.at() != null) {
        begin(diagnostic.at().file());
        places.putIfAbsent(diagnostic.at(), diagnostic.code());
      }
    }
  }

  public void add(Span at, Code code, String message) {
    add(Diagnostic.at(at, code, message));
  }

  /** Whether there is a diagnostic at exactly this position. */
  public boolean hasDiagnosticAt(Span place) {
    return places.containsKey(place);
  }

  /** Whether the first diagnostic at exactly this position is a YAML syntax error. */
  public boolean tellsOfSyntax(Span place) {
    return places.get(place) == Code.SYNTAX;
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public boolean anyMatch(Predicate<Diagnostic> condition) {
    return found.stream().anyMatch(condition);
  }

  /** Each once, in reading order. */
  public List<Diagnostic> all() {
    return found.stream()
        .sorted(
            Comparator.comparing(
                Diagnostic::at,
                Comparator.nullsFirst(
                    Comparator.comparingInt((Span at) -> files.getOrDefault(at.file(), 0))
                        .thenComparingInt(Span::line)
                        .thenComparingInt(Span::column))))
        .toList();
  }

  /**
   * Ends here when anything was found.
   *
   * @throws Rejected with all of it
   */
  public void rejectIfAny() {
    if (!found.isEmpty()) {
      throw new Rejected(all());
    }
  }

  /** Input that was not understood: nothing was contacted and nothing is half done. */
  public static final class Rejected extends RuntimeException {
    private final transient List<Diagnostic> diagnostics;

    public Rejected(List<Diagnostic> diagnostics) {
      super(diagnostics.size() + " errors, the first: " + diagnostics.getFirst().message());
      this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
      return diagnostics;
    }
  }
}
