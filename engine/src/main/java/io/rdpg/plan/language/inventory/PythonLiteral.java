package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of an INI inventory: what Python's {@code ast.literal_eval} reads it as, else the string
 * itself. So {@code 5} is a number, {@code True} is true, {@code [1, 'a']} and {@code 1,2} are
 * lists, but {@code yes}, {@code true} and {@code 0644} are strings.
 *
 * @see <a href="https://docs.python.org/3/library/ast.html#ast.literal_eval">Python,
 *     ast.literal_eval</a>
 */
final class PythonLiteral {
  private static final Pattern NUMBER =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+"
              + "|(?:\\d(?:_?\\d)*)?\\.\\d(?:_?\\d)*(?:[eE][+-]?\\d+)?"
              + "|\\d(?:_?\\d)*\\.?(?:[eE][+-]?\\d+)?");

  private static final Pattern WHOLE = Pattern.compile("0+|[1-9]\\d*");
  private static final Pattern STRING_START =
      Pattern.compile("(?i)(r|u|b|rb|br)?('''|\"\"\"|'|\")");
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private final String text;
  private final Span at;
  private int i;
  private int depth;

  private PythonLiteral(String text, Span at) {
    this.text = text;
    this.at = at;
  }

  /** Not a literal, which is no error. */
  private static final class NoLiteral extends Exception {
    NoLiteral() {
      super(null, null, false, false);
    }
  }

  static Value value(String text, Span at) {
    try {
      return new PythonLiteral(text.replaceFirst("^[ \t]+", ""), at).whole();
    } catch (NoLiteral string) {
      return new Value.Str(text, at);
    }
  }

  private Value whole() throws NoLiteral {
    Value first = item();
    if (!next(',')) {
      end();
      return first;
    }
    List<Value> items = new ArrayList<>(List.of(first));
    while (peek() != 0) {
      items.add(item());
      if (!next(',')) {
        break;
      }
    }
    end();
    return new Value.Seq(items, at);
  }

  private void end() throws NoLiteral {
    if (peek() != 0) {
      throw new NoLiteral();
    }
  }

  private Value item() throws NoLiteral {
    if (++depth > SourceFile.DEEPEST) {
      throw new NoLiteral();
    }
    try {
      return switch (peek()) {
        case '[' -> {
          i++;
          yield new Value.Seq(items(']'), at);
        }
        case '(' -> inParentheses();
        case '{' -> inBraces();
        case '+', '-' -> signed();
        default -> plain();
      };
    } finally {
      depth--;
    }
  }

  private List<Value> items(char closing) throws NoLiteral {
    List<Value> items = new ArrayList<>();
    while (!next(closing)) {
      items.add(item());
      if (!next(',') && peek() != closing) {
        throw new NoLiteral();
      }
    }
    return items;
  }

  /** A tuple, or one value in parentheses. */
  private Value inParentheses() throws NoLiteral {
    i++;
    if (next(')')) {
      return new Value.Seq(List.of(), at);
    }
    Value first = item();
    if (next(')')) {
      return first;
    }
    if (!next(',')) {
      throw new NoLiteral();
    }
    List<Value> items = new ArrayList<>(List.of(first));
    items.addAll(items(')'));
    return new Value.Seq(items, at);
  }

  /** A dictionary or a set. */
  private Value inBraces() throws NoLiteral {
    i++;
    if (next('}')) {
      return Value.Mapping.empty(at);
    }
    Value first = item();
    if (!next(':')) {
      List<Value> items = new ArrayList<>(List.of(first));
      if (next(',')) {
        items.addAll(items('}'));
      } else if (!next('}')) {
        throw new NoLiteral();
      }
      return new Value.Seq(items, at);
    }
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    entries.put(key(first), new Value.Entry(at, item()));
    while (!next('}')) {
      if (!next(',')) {
        throw new NoLiteral();
      }
      if (next('}')) {
        break;
      }
      Value key = item();
      if (!next(':')) {
        throw new NoLiteral();
      }
      entries.put(key(key), new Value.Entry(at, item()));
    }
    return new Value.Mapping(entries, at);
  }

  /** As JSON writes a key that is no string. */
  private static String key(Value key) throws NoLiteral {
    return switch (key) {
      case Value.Str str -> str.text();
      case Value.Num num -> num.number().toString();
      case Value.Bool bool -> String.valueOf(bool.value());
      case Value.Nothing _ -> "null";
      case Value.Seq _, Value.Mapping _ -> throw new NoLiteral();
    };
  }

  private Value signed() throws NoLiteral {
    boolean negative = text.charAt(i++) == '-';
    if (peek() == '+'
        || peek() == '-'
        || !(item() instanceof Value.Num(String _, Number number, Span _))) {
      throw new NoLiteral();
    }
    return number(
        switch (number) {
          case Number same when !negative -> same;
          case Long whole -> negated(BigInteger.valueOf(whole));
          case BigInteger whole -> negated(whole);
          default -> -number.doubleValue();
        });
  }

  private static Number negated(BigInteger whole) {
    return small(whole.negate());
  }

  private static Number small(BigInteger whole) {
    return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
  }

  private Value number(Number number) {
    return new Value.Num(number.toString(), number, at);
  }

  private Value plain() throws NoLiteral {
    Matcher string = STRING_START.matcher(text).region(i, text.length());
    if (string.lookingAt()) {
      StringBuilder joined = new StringBuilder();
      do {
        string(string, joined);
        peek();
        string.region(i, text.length());
      } while (string.lookingAt());
      return new Value.Str(joined.toString(), at);
    }
    Matcher number = NUMBER.matcher(text).region(i, text.length());
    if (number.lookingAt()) {
      i = number.end();
      if (WORD.matcher(text).region(i, text.length()).lookingAt()) {
        throw new NoLiteral(); // 5m, 1j
      }
      return number(number(number.group().replace("_", "").toLowerCase(Locale.ROOT)));
    }
    Matcher word = WORD.matcher(text).region(i, text.length());
    if (!word.lookingAt()) {
      throw new NoLiteral();
    }
    i = word.end();
    return switch (word.group()) {
      case "True" -> new Value.Bool("True", true, at);
      case "False" -> new Value.Bool("False", false, at);
      case "None" -> new Value.Nothing(at);
      default -> throw new NoLiteral();
    };
  }

  private static Number number(String digits) throws NoLiteral {
    if (digits.length() > 2 && digits.charAt(0) == '0' && "xob".indexOf(digits.charAt(1)) >= 0) {
      int radix =
          switch (digits.charAt(1)) {
            case 'x' -> 16;
            case 'o' -> 8;
            default -> 2;
          };
      return small(new BigInteger(digits.substring(2), radix));
    }
    if (digits.matches("\\d+")) {
      if (!WHOLE.matcher(digits).matches()) {
        throw new NoLiteral(); // 0644
      }
      return small(new BigInteger(digits));
    }
    return Double.valueOf(digits);
  }

  /** One string with its prefix and quotes. */
  private void string(Matcher start, StringBuilder into) throws NoLiteral {
    boolean raw = start.group(1) != null && start.group(1).toLowerCase(Locale.ROOT).contains("r");
    String quote = start.group(2);
    i = start.end();
    while (!text.startsWith(quote, i)) {
      if (i >= text.length()) {
        throw new NoLiteral();
      }
      char c = text.charAt(i++);
      if (c != '\\') {
        into.append(c);
      } else if (i >= text.length()) {
        throw new NoLiteral();
      } else if (raw) {
        into.append(c).append(text.charAt(i++));
      } else {
        escape(into);
      }
    }
    i += quote.length();
  }

  private void escape(StringBuilder into) throws NoLiteral {
    char c = text.charAt(i++);
    switch (c) {
      case '\\', '\'', '"' -> into.append(c);
      case 'a' -> into.append('\u0007');
      case 'b' -> into.append('\b');
      case 'f' -> into.append('\f');
      case 'n' -> into.append('\n');
      case 'r' -> into.append('\r');
      case 't' -> into.append('\t');
      case 'v' -> into.append('\u000b');
      case 'x' -> into.appendCodePoint(hex(2));
      case 'u' -> into.appendCodePoint(hex(4));
      case 'U' -> into.appendCodePoint(hex(8));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = c - '0';
        for (int n = 1;
            n < 3 && i < text.length() && "01234567".indexOf(text.charAt(i)) >= 0;
            n++) {
          value = value * 8 + text.charAt(i++) - '0';
        }
        into.appendCodePoint(value);
      }
      default -> into.append('\\').append(c);
    }
  }

  private int hex(int digits) throws NoLiteral {
    if (i + digits > text.length()) {
      throw new NoLiteral();
    }
    String written = text.substring(i, i + digits);
    if (!written.matches("[0-9a-fA-F]+") || (digits == 8 && written.compareTo("00110000") >= 0)) {
      throw new NoLiteral();
    }
    i += digits;
    return Integer.parseInt(written, 16);
  }

  /** The next character after white space and comments; 0 at the end. */
  private char peek() {
    while (i < text.length() && (Character.isWhitespace(text.charAt(i)) || text.charAt(i) == '#')) {
      i = text.charAt(i) == '#' ? text.length() : i + 1;
    }
    return i < text.length() ? text.charAt(i) : 0;
  }

  private boolean next(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    i++;
    return true;
  }
}
