package io.rdpg.plan.language.diagnostic;

import org.jspecify.annotations.Nullable;

/**
 * An error: its position, a message, a node and a hint. Contains no secret: text is included in its
 * redacted form.
 *
 * @param code the kind of error
 * @param message what is wrong, one sentence without a full stop
 * @param at the place in the plan or inventory; null when it concerns no file
 * @param node the node's name; null when no node is concerned
 * @param hint what to do next; null when there is nothing useful to say
 */
public record Diagnostic(
    Code code, String message, @Nullable Span at, @Nullable String node, @Nullable String hint) {

  public static Diagnostic of(Code code, String message) {
    return new Diagnostic(code, message, null, null, null);
  }

  public static Diagnostic at(Span at, Code code, String message) {
    return new Diagnostic(code, message, at, null, null);
  }

  public Diagnostic withHint(@Nullable String newHint) {
    return new Diagnostic(code, message, at, node, newHint);
  }

  /** The same at this place, unless it already names one. */
  public Diagnostic orAt(Span place) {
    return at != null ? this : new Diagnostic(code, message, place, node, hint);
  }

  /** The same on this node, unless it already names one. */
  public Diagnostic orOn(String name) {
    return node != null ? this : new Diagnostic(code, message, at, name, hint);
  }

  public Failure failure() {
    return new Failure(this);
  }
}
