package io.rdpg.plan.format;

/** The blanks between two words on one line. */
final class Spacing {
  private Spacing() {}

  static String between(Part.Word before, Part.Word after) {
    return switch (after.kind()) {
      case COMMA, CLOSING ->
          switch (before.kind()) {
            case ANCHOR, TAG -> " "; // would be read as a part of it
            case COLON, COMMA ->
                after.kind() == Part.Kind.COMMA ? asWritten(after) : colon(before, after);
            case OPENING, ALIAS, CLOSING, PLAIN, QUOTED -> "";
            case DIRECTIVE, DOCUMENT_MARK, DASH, QUESTION_MARK, BLOCK -> asWritten(after);
          };
      case COLON ->
          switch (before.kind()) {
            case PLAIN, QUOTED, CLOSING -> "";
            case OPENING -> asWritten(after);
            case ANCHOR, TAG, ALIAS -> " "; // a colon may be a part of their names
            case COMMA, COLON, DASH, QUESTION_MARK, DIRECTIVE, DOCUMENT_MARK, BLOCK -> " ";
          };
      default -> before.kind() == Part.Kind.OPENING ? "" : " ";
    };
  }

  private static String colon(Part.Word before, Part.Word after) {
    return before.kind() == Part.Kind.COLON ? asWritten(after) : "";
  }

  private static String asWritten(Part.Word after) {
    return after.spaced() ? " " : "";
  }
}
