package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a configuration, or an {@code -o} of a command line.
 *
 * @param at where it is written
 * @param keyword as it is written
 * @param value all that follows, without blanks around it
 */
record ConfigLine(Span at, String keyword, String value) {
  /** A keyword, perhaps quoted; then blanks or one equals sign between blanks. */
  private static final Pattern LINE =
      Pattern.compile("(?:\"([^\"]*)\"|([^\\s=\"]+))(?:\\s*=\\s*|\\s+|$)(.*)", Pattern.DOTALL);

  /** Reads a line; null for an empty one or a comment. */
  static @Nullable ConfigLine read(Span at, String line) {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return null;
    }
    Matcher parts = LINE.matcher(text);
    if (!parts.matches()) {
      throw wrong(at, "this isn't a keyword with a value");
    }
    String keyword = parts.group(1) == null ? parts.group(2) : parts.group(1);
    return new ConfigLine(at, keyword, parts.group(3));
  }

  /** The value's words; at least one, none of them empty. */
  List<String> words() {
    List<String> words;
    try {
      words = Words.ofConfig(value);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    if (words.isEmpty() || words.contains("")) {
      throw wrong("it has no value");
    }
    return words;
  }

  /** The value when it is one word. */
  String word() {
    List<String> words = words();
    if (words.size() > 1) {
      throw wrong("it has more than one value");
    }
    return words.getFirst();
  }

  Failure wrong(String why) {
    return wrong(at, keyword + ": " + why);
  }

  private static Failure wrong(Span at, String why) {
    return Diagnostic.at(at, Code.BAD_VALUE, why).withHint("see ssh_config(5)").failure();
  }
}
