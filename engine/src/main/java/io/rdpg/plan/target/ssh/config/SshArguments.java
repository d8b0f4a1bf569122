package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of the program ssh, as Ansible's variables hold them.
 *
 * @param lines what {@code -o}, {@code -J}, {@code -i}, {@code -l} and {@code -p} set, in their
 *     order
 * @param file of the last {@code -F}; null without one
 */
record SshArguments(List<ConfigLine> lines, @Nullable Named file) {
  /**
   * A file.
   *
   * @param at where it is named
   */
  record Named(String file, Span at) {}

  /** Options without a value, about terminals, output and forwarding, which are never used here. */
  private static final String WITHOUT_MEANING_HERE = "AaCfGgKkMNnqsTtVvXxYy";

  private static final String KNOWN = "known here: -F, -i, -J, -l, -o, -p, -4, -6";

  /** Adds the arguments of one variable. */
  static SshArguments read(Span at, String text) {
    List<String> words;
    try {
      words = Words.ofShell(text);
    } catch (IllegalArgumentException e) {
      throw wrong(at, "the arguments for ssh can't be split: " + e.getMessage());
    }
    List<ConfigLine> lines = new ArrayList<>();
    Named file = null;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.length() < 2) {
        throw wrong(at, "'" + word + "' is not an option of ssh");
      }
      for (int c = 1; c < word.length(); c++) {
        char option = word.charAt(c);
        if (option == '4' || option == '6') {
          lines.add(new ConfigLine(at, "AddressFamily", option == '4' ? "inet" : "inet6"));
        } else if (WITHOUT_MEANING_HERE.indexOf(option) < 0) {
          if ("FiJlop".indexOf(option) < 0) {
            throw wrong(at, "ssh's option -" + option + " is not supported");
          }
          String value = word.substring(c + 1);
          if (value.isEmpty() && ++i == words.size()) {
            throw wrong(at, "ssh's option -" + option + " has no value");
          }
          value = value.isEmpty() ? words.get(i) : value;
          if (option == 'F') {
            file = new Named(value, at);
          } else {
            lines.add(line(at, option, value));
          }
          break;
        }
      }
    }
    return new SshArguments(lines, file);
  }

  private static ConfigLine line(Span at, char option, String value) {
    return switch (option) {
      case 'i' -> quoted(at, "IdentityFile", value);
      case 'J' -> new ConfigLine(at, "ProxyJump", value);
      case 'l' -> quoted(at, "User", value);
      case 'p' -> new ConfigLine(at, "Port", value);
      case 'o' -> option(at, value);
      default -> throw new IllegalArgumentException("-" + option);
    };
  }

  private static ConfigLine option(Span at, String value) {
    ConfigLine line = ConfigLine.read(at, value);
    if (line == null
        || List.of("host", "match", "include").contains(line.keyword().toLowerCase(Locale.ROOT))) {
      throw wrong(at, "ssh's option -o can't have '" + value + "'");
    }
    return line;
  }

  /** A line whose value is one word, whatever it holds. */
  static ConfigLine quoted(Span at, String keyword, String value) {
    return new ConfigLine(
        at, keyword, "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
  }

  private static Failure wrong(Span at, String why) {
    return Diagnostic.at(at, Code.BAD_VALUE, why).withHint(KNOWN).failure();
  }
}
