package io.rdpg.plan.target.ssh.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Expands what a value may contain: {@code %h} and the like, and <code>${NAME}</code>
 * (ssh_config(5), TOKENS and ENVIRONMENT VARIABLES).
 *
 * @param of what each letter stands for
 */
record Tokens(Map<Character, String> of) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  /** Expands the tokens that are among these letters. */
  String expand(Setting setting, String letters) {
    StringBuilder expanded = new StringBuilder();
    String value = setting.value();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '%') {
        expanded.append(c);
      } else if (++i < value.length() && value.charAt(i) == '%') {
        expanded.append('%');
      } else {
        expanded.append(meaning(setting, i < value.length() ? value.charAt(i) : 0, letters));
      }
    }
    return expanded.toString();
  }

  private String meaning(Setting setting, char letter, String letters) {
    @Nullable String meaning = letters.indexOf(letter) < 0 ? null : of.get(letter);
    if (meaning == null) {
      throw setting.wrong(
          letter == 0 ? "it ends with a single %" : "%" + letter + " is not expanded here",
          "known here: %% and "
              + String.join(" ", letters.chars().mapToObj(c -> "%" + (char) c).toList()));
    }
    return meaning;
  }

  /**
   * The value of a keyword in which some versions of OpenSSH expand something and others nothing.
   */
  static String literal(Setting setting) {
    if (setting.value().contains("%") || setting.value().contains("${")) {
      throw setting.wrong("nothing in it is expanded here", "write what it stands for");
    }
    return setting.value();
  }

  /** Expands environment variables, all of which must exist. */
  static String variables(Setting setting, String value, Map<String, String> environment) {
    if (VARIABLE.matcher(value).replaceAll("").contains("${")) {
      throw setting.wrong("a ${ isn't closed", "write it as ${NAME}");
    }
    return VARIABLE
        .matcher(value)
        .replaceAll(found -> {
          String variable = environment.get(found.group(1));
          if (variable == null) {
            throw setting.wrong(
                "there is no environment variable " + found.group(1),
                "export it, or write the value");
          }
          return Matcher.quoteReplacement(variable);
        });
  }
}
