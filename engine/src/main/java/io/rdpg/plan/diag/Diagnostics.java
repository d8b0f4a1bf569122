package io.rdpg.plan.diag;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers faults, so that all of a plan's are told at once. Not thread-safe. */
public final class Diagnostics {
  private final List<Diagnostic> found = new ArrayList<>();
  private final Set<Diagnostic> told = new HashSet<>();

  /** What is told already isn't told again, not even with another hint. */
  public void add(Diagnostic diagnostic) {
    if (told.add(diagnostic.withHint(null))) {
      found.add(diagnostic);
    }
  }

  public void add(Span at, Code code, String message) {
    add(Diagnostic.at(at, code, message));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** In the order in which they were found. */
  public List<Diagnostic> all() {
    return List.copyOf(found);
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
      super(diagnostics.size() + " faults, the first: " + diagnostics.getFirst().message());
      this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
      return diagnostics;
    }
  }
}
