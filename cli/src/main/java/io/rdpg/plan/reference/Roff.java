package io.rdpg.plan.reference;

import java.util.Locale;

/** A manual page in the making, in roff with the macros of man(7). */
final class Roff {
  private static final int LONGEST = 78;

  private final StringBuilder page = new StringBuilder();

  /**
   * A page.
   *
   * @param name as {@code man} finds it
   * @param section 1 for commands, 5 for files
   */
  Roff(String name, int section, String kind) {
    page.append(".\\\" Written by rdpg-plan man; a test compares it to the code.\n");
    page.append(".TH ")
        .append(word(name.toUpperCase(Locale.ROOT)))
        .append(' ')
        .append(section)
        .append(" \"\" \"rdpg-plan\" ")
        .append(word(kind))
        .append("\n.nh\n.ad l\n");
  }

  Roff section(String title) {
    page.append(".SH ").append(word(title.toUpperCase(Locale.ROOT))).append('\n');
    return this;
  }

  Roff part(String title) {
    page.append(".SS ").append(word(title)).append('\n');
    return this;
  }

  Roff paragraph(String text) {
    begin();
    page.append(line(text));
    return this;
  }

  /** A paragraph begins by itself after a heading. */
  private void begin() {
    int last = page.lastIndexOf("\n", page.length() - 2) + 1;
    if (!page.substring(last).startsWith(".S")) {
      page.append(".PP\n");
    }
  }

  /** A term with what it means. */
  Roff item(String term, String meaning) {
    page.append(".TP\n").append(line("`" + term + "`")).append(line(meaning));
    return this;
  }

  /** More to the item before. */
  Roff more(String text) {
    page.append(".IP\n").append(line(text));
    return this;
  }

  /** Lines as they are. */
  Roff example(String lines) {
    begin();
    page.append(".in +4n\n.EX\n");
    lines.strip().lines().forEach(line -> page.append(kept(line)).append('\n'));
    page.append(".EE\n.in\n");
    return this;
  }

  @Override
  public String toString() {
    return page.toString();
  }

  /** Text on lines of its own; what is between backquotes is bold and stays on one line. */
  private static String line(String text) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : Paragraph.words(text)) {
      String written = marked(word);
      if (!line.isEmpty() && line.length() + 1 + written.length() > LONGEST) {
        lines.append(guarded(line.toString())).append('\n');
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(written);
    }
    return lines.append(guarded(line.toString())).append('\n').toString();
  }

  private static String marked(String word) {
    StringBuilder written = new StringBuilder();
    boolean bold = false;
    for (String part : word.split("`", -1)) {
      if (!part.isEmpty()) {
        written.append(bold ? "\\fB" + escaped(part).replace(" ", "\\ ") + "\\fR" : escaped(part));
      }
      bold = !bold;
    }
    return written.toString();
  }

  private static String kept(String line) {
    return guarded(escaped(line));
  }

  /** A line that begins like a request isn't one. */
  private static String guarded(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  private static String word(String text) {
    return "\"" + escaped(text).replace("\"", "\\(dq") + "\"";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti")
        .replace("…", "...");
  }
}
