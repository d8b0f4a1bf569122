package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.ArrayList;
import java.util.List;

/** Formats a diagnostic for people: the position, the message, the line with a caret, the hint. */
public record DiagnosticText(Style style) {
  private static final int LONGEST_LINE = 120;

  /** The lines, without line ends. */
  public List<String> lines(Diagnostic diagnostic) {
    List<String> lines = new ArrayList<>();
    Span at = diagnostic.at();
    String place = at == null ? "" : at.place() + ": ";
    List<String> message = diagnostic.message().lines().map(VisibleText::line).toList();
    String first = message.isEmpty() ? "" : message.getFirst();
    String on = diagnostic.node() == null ? "" : "on " + diagnostic.node() + ": ";
    lines.add(
        style.bold(VisibleText.line(place))
            + on
            + style.red(first)
            + " "
            + style.dim("(" + diagnostic.code().word() + ")"));
    message.stream().skip(1).forEach(line -> lines.add("  " + line));
    if (at != null && !at.text().isBlank()) {
      lines.addAll(shown(at));
    }
    if (diagnostic.hint() != null) {
      lines.add("  hint: " + VisibleText.line(diagnostic.hint()));
    }
    return lines;
  }

  /** What moves the cursor or can't be seen would put the caret below something else. */
  private List<String> shown(Span at) {
    int[] characters = at.text().codePoints().map(VisibleText::visible).toArray();
    int column = Math.clamp(at.column() - 1L, 0, characters.length);
    int from = column < LONGEST_LINE ? 0 : column - LONGEST_LINE / 2;
    int to = Math.min(characters.length, from + LONGEST_LINE);
    String number = String.valueOf(at.line());
    String text = new String(characters, from, to - from);
    String before = new String(characters, from, column - from);
    return List.of(
        style.dim("  " + number + " | ") + text,
        style.dim("  " + " ".repeat(number.length()) + " | ")
            + " ".repeat(DisplayWidth.of(before))
            + style.red("^"));
  }
}
