package io.rdpg.plan.language.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Writes a YAML text at random, and says what it means without any parser. One seed gives what is
 * said and on which lines, the other the blanks: two texts that differ in those only have one form.
 */
final class RandomYaml {
  private static final List<String> WORDS =
      List.of(
          "alpha", "größe", "a#b", "日本", "x:y", "it's", "😀", "{{v}}x", "c-d", "e", "http://h/");

  private final Random shape;
  private final Random blanks;
  private final StringBuilder out = new StringBuilder();
  private final Map<String, Object> anchored = new LinkedHashMap<>();
  private final List<String> anchors = new ArrayList<>();
  private int names;

  final List<String> comments = new ArrayList<>();
  final Object means;

  RandomYaml(long shape, long blanks) {
    this.shape = new Random(shape);
    this.blanks = new Random(blanks);
    int column = this.blanks.nextInt(3);
    if (one(4)) {
      above(0);
      out.append("---");
      end();
    }
    this.means = one(2) ? map(column, 4, false) : list(column, 4, false);
    for (int i = this.shape.nextInt(3); i > 0; i--) {
      comment(0);
    }
  }

  String text() {
    boolean windows = shape.nextInt(6) == 0;
    return windows ? out.toString().replace("\n", "\r\n") : out.toString();
  }

  private boolean one(int of) {
    return shape.nextInt(of) == 0;
  }

  private String blanks(int least, int most) {
    return " ".repeat(least + blanks.nextInt(most - least + 1));
  }

  private int deeper(int column) {
    return column + 1 + blanks.nextInt(5);
  }

  // --- lines ---

  private void indent(int column) {
    out.append(" ".repeat(column));
  }

  private void comment(int column) {
    String text =
        "#" + "#".repeat(shape.nextInt(2)) + " note " + ++names + (one(5) ? " : - '\"  " : "");
    comments.add(text);
    indent(column);
    out.append(text).append('\n');
  }

  /** What may stand before a line: comments at its column, and blank lines. */
  private void above(int column) {
    while (one(4)) {
      if (one(2)) {
        out.append(blanks.nextInt(4) == 0 ? " \n" : "\n");
      } else {
        comment(column);
      }
    }
  }

  /** The end of a line, with a comment or blanks. */
  private void end() {
    if (one(7)) {
      String text = "# beside " + ++names;
      comments.add(text);
      out.append(" ".repeat(1 + shape.nextInt(4))).append(text);
    } else if (blanks.nextInt(5) == 0) {
      out.append(Character.isLetter(out.charAt(out.length() - 1)) ? " \t" : "  ");
    }
    out.append('\n');
  }

  // --- block style ---

  private Object map(int column, int depth, boolean inline) {
    Map<String, Object> means = new LinkedHashMap<>();
    Map<String, Object> merged = new LinkedHashMap<>();
    boolean merges = false;
    for (int i = 1 + shape.nextInt(4), first = i; i > 0; i--) {
      if (i != first || !inline) {
        above(column);
        indent(column);
      }
      if (one(6) && !merges && anchored.values().stream().anyMatch(Map.class::isInstance)) {
        for (Map.Entry<String, Object> anchor : anchored.entrySet()) {
          if (anchor.getValue() instanceof Map<?, ?> map) {
            out.append("<<").append(blanks(0, 2)).append(":").append(blanks(1, 3));
            out.append('*').append(anchor.getKey());
            merges = true;
            map.forEach((key, value) -> merged.put((String) key, value));
            end();
            break;
          }
        }
        continue;
      }
      String key = "k" + ++names;
      out.append(
          switch (shape.nextInt(6)) {
            case 0 -> "'" + key + "'";
            case 1 -> '"' + key + '"';
            default -> key;
          });
      out.append(blanks(0, 2)).append(':');
      means.put(key, value(column, depth - 1, true));
    }
    endComments(column);
    merged.forEach(means::putIfAbsent);
    return means;
  }

  private Object list(int column, int depth, boolean inline) {
    List<Object> means = new ArrayList<>();
    for (int i = 1 + shape.nextInt(3), first = i; i > 0; i--) {
      if (i != first || !inline) {
        above(column);
        indent(column);
      }
      out.append('-');
      if (depth > 1 && one(2)) {
        String gap = blanks(1, 3);
        out.append(gap);
        int inner = column + 1 + gap.length();
        means.add(one(4) ? list(inner, depth - 1, true) : map(inner, depth - 1, true));
      } else {
        means.add(value(column, depth - 1, false));
      }
    }
    return means;
  }

  /** After what is in a map, still a part of it. */
  private void endComments(int column) {
    while (one(6)) {
      comment(column);
    }
  }

  /** What comes after a colon or a dash, to the end of its line or lines. */
  private Object value(int column, int depth, boolean key) {
    String anchor = "";
    if (one(6)) {
      anchor = "a" + ++names;
      out.append(blanks(1, 3)).append('&').append(anchor);
    }
    Object means = plainValue(column, depth, key, anchor.isEmpty());
    if (!anchor.isEmpty()) {
      anchored.put(anchor, means);
      anchors.add(anchor);
    }
    return means;
  }

  private Object plainValue(int column, int depth, boolean key, boolean mayBeAlias) {
    return switch (shape.nextInt(depth > 0 ? 14 : 9)) {
      case 0 -> {
        end();
        yield "nothing";
      }
      case 1 -> {
        if (mayBeAlias && !anchors.isEmpty()) {
          String name = anchors.get(shape.nextInt(anchors.size()));
          out.append(blanks(1, 3)).append('*').append(name);
          end();
          yield Objects.requireNonNull(anchored.get(name));
        }
        yield scalar();
      }
      case 2 -> {
        end();
        above(0);
        indent(deeper(column));
        String word = word();
        out.append(word);
        end();
        yield word;
      }
      case 3 -> folded(column);
      case 4 -> quotedLines(column);
      case 5, 6 -> block(column);
      case 7 -> {
        out.append(blanks(1, 3));
        Object means = flow(column, 3);
        end();
        yield means;
      }
      case 8 -> scalar();
      case 9, 10 -> {
        end();
        int inner = key && one(3) ? column : deeper(column);
        yield list(inner, depth, false);
      }
      default -> {
        end();
        yield map(deeper(column), depth, false);
      }
    };
  }

  private String word() {
    return WORDS.get(shape.nextInt(WORDS.size())).replace("{{", "b");
  }

  private Object scalar() {
    out.append(blanks(1, 3));
    Object means =
        switch (shape.nextInt(8)) {
          case 0 -> put("0644", "number 0644");
          case 1 -> put("yes", "truth yes");
          case 2 -> put("22:22", "22:22");
          case 3 -> put("!!str" + blanks(1, 3) + "12", "12");
          case 4 -> put("'it''s: # {{ x }}'", "it's: # {{ x }}");
          case 5 -> put("\"a\\tb # 😀\"", "a\tb # 😀");
          case 6 -> {
            String two = word() + "  " + word();
            yield put(two, two);
          }
          default -> {
            String one = word();
            yield put(one, one);
          }
        };
    end();
    return means;
  }

  private Object put(String written, Object means) {
    out.append(written);
    return means;
  }

  /** A plain scalar of several lines. */
  private Object folded(int column) {
    int inner = deeper(column);
    StringBuilder means = new StringBuilder(word());
    out.append(blanks(1, 3)).append(means);
    boolean deeperLast = false;
    for (int i = 1 + shape.nextInt(3); i > 0; i--) {
      out.append(blanks(0, 1));
      String word = word();
      boolean empty = one(4);
      out.append(empty ? "\n\n" : "\n");
      deeperLast = i > 1 && one(2);
      indent(inner + (deeperLast ? 2 : 0));
      out.append(word);
      means.append(empty ? "\n" : " ").append(word);
    }
    out.append('\n');
    return means.toString();
  }

  private Object quotedLines(int column) {
    int inner = deeper(column);
    boolean twice = one(2);
    String first = word().replace("'", "");
    String second = word().replace("'", "");
    String third = word().replace("'", "");
    out.append(blanks(1, 3)).append(twice ? '"' : '\'').append(first);
    if (twice) {
      out.append(" \\\n");
      indent(inner + 3);
      out.append(second).append("\\ ").append("\n\n");
      indent(inner);
      out.append(third).append(" \"");
    } else {
      out.append(blanks(0, 2)).append('\n');
      indent(inner + 3);
      out.append(second).append(blanks(0, 2)).append("\n\n");
      indent(inner);
      out.append(third).append(" '");
    }
    end();
    return first + " " + second + (twice ? " " : "") + "\n" + third + " ";
  }

  /** A block scalar; a comment ends one that would take the blank lines after it. */
  private Object block(int column) {
    boolean literal = one(2);
    int given = one(3) ? 1 + shape.nextInt(4) : 0;
    String chomping = List.of("", "-", "+").get(shape.nextInt(3));
    int inner = given > 0 ? column + given : deeper(column);
    out.append(blanks(1, 3)).append(literal ? '|' : '>');
    out.append(one(2) ? chomping + number(given) : number(given) + chomping);
    if (one(6)) {
      String text = "# of the block 7 " + ++names;
      comments.add(text);
      out.append(" ").append(text);
    }
    out.append('\n');
    StringBuilder means = new StringBuilder();
    if (given > 0 && literal) {
      indent(inner);
      out.append("   before\n");
      means.append("   before\n");
    }
    String first = word() + " # none";
    indent(inner);
    out.append(first);
    means.append(first);
    if (literal) {
      out.append("  \n\n");
      means.append("  \n\n");
      indent(inner);
      out.append("  deep\t\n");
      means.append("  deep\t\n");
    } else {
      out.append('\n');
      means.append(' ');
    }
    indent(inner);
    String last = word();
    out.append(last).append('\n');
    means.append(last);
    switch (chomping) {
      case "-" -> {}
      case "+" -> {
        means.append("\n");
        for (int i = shape.nextInt(3); i > 0; i--) {
          out.append('\n');
          means.append("\n");
        }
        comment(column);
      }
      default -> means.append("\n");
    }
    return means.toString();
  }

  private static String number(int given) {
    return given == 0 ? "" : String.valueOf(given);
  }

  // --- flow style ---

  private Object flow(int column, int depth) {
    boolean list = one(2);
    out.append(list ? '[' : '{');
    List<Object> items = new ArrayList<>();
    Map<String, Object> entries = new LinkedHashMap<>();
    int count = shape.nextInt(4);
    for (int i = 0; i < count; i++) {
      between(column);
      if (!list) {
        String key = "f" + ++names;
        boolean quoted = one(3);
        out.append(quoted ? '"' + key + '"' : key).append(blanks(0, 2)).append(':');
        if (one(8)) {
          newLine(column);
        } else {
          out.append(blanks(quoted ? 0 : 1, 2));
        }
        entries.put(key, inFlow(column, depth));
      } else {
        items.add(inFlow(column, depth));
      }
      if (i < count - 1 || one(4)) {
        out.append(blanks(0, 2)).append(',');
      }
    }
    between(column);
    out.append(list ? ']' : '}');
    return list ? items : entries;
  }

  private Object inFlow(int column, int depth) {
    return switch (shape.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> put("'q, # '", "q, # ");
      case 1 -> put("0755", "number 0755");
      case 2 -> {
        if (anchors.isEmpty()) {
          yield put("w", "w");
        }
        String name = anchors.get(shape.nextInt(anchors.size()));
        out.append('*').append(name).append(' ');
        yield Objects.requireNonNull(anchored.get(name));
      }
      case 3 -> put("two words", "two words");
      default -> flow(column, depth - 1);
    };
  }

  /** Blanks, or a new line with what may stand before it. */
  private void between(int column) {
    if (one(4)) {
      newLine(column);
    } else {
      out.append(blanks(0, 2));
    }
  }

  private void newLine(int column) {
    end();
    while (one(4)) {
      if (one(2)) {
        out.append('\n');
      } else {
        comment(deeper(column));
      }
    }
    indent(deeper(column));
  }
}
