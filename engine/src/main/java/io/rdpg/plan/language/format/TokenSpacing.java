package io.rdpg.plan.language.format;

/** The blanks between two words on one line. */
final class TokenSpacing {
  private TokenSpacing() {}

  static String between(YamlPart.Word before, YamlPart.Word after) {
    return switch (after.kind()) {
      case COMMA, CLOSING ->
          switch (before.kind()) {
            case ANCHOR, TAG -> " "; // would be read as a part of it
            case COLON, COMMA ->
                after.kind() == YamlPart.Kind.COMMA ? asWritten(after) : colon(before, after);
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
      case DIRECTIVE,
          DOCUMENT_MARK,
          DASH,
          QUESTION_MARK,
          OPENING,
          ANCHOR,
          TAG,
          ALIAS,
          PLAIN,
          QUOTED,
          BLOCK ->
          before.kind() == YamlPart.Kind.OPENING ? "" : " ";
    };
  }

  private static String colon(YamlPart.Word before, YamlPart.Word after) {
    return before.kind() == YamlPart.Kind.COLON ? asWritten(after) : "";
  }

  private static String asWritten(YamlPart.Word after) {
    return after.spaced() ? " " : "";
  }
}
