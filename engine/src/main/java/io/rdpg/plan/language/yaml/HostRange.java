package io.rdpg.plan.language.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host names with ranges: {@code web[01:10]}, {@code db[a:c]}, {@code n[0:10:5]}, both ends
 * included.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html">Ansible,
 *     Adding ranges of hosts</a>
 */
final class HostRange {
  private static final Pattern RANGE =
      Pattern.compile("\\[(?:(\\d+):(\\d+)|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\\d+))?]");
  private static final int MOST = 10_000;

  private HostRange() {}

  /** Every name of the pattern; empty when its range is invalid. */
  static List<String> expand(String pattern) {
    Matcher range = RANGE.matcher(pattern);
    if (!range.find()) {
      return pattern.indexOf('[') < 0 ? List.of(pattern) : List.of();
    }
    List<String> names = new ArrayList<>();
    for (String part : parts(range)) {
      for (String rest : expand(pattern.substring(range.end()))) {
        names.add(pattern.substring(0, range.start()) + part + rest);
        if (names.size() > MOST) {
          return List.of();
        }
      }
    }
    return names;
  }

  private static List<String> parts(Matcher range) {
    int step = range.group(7) == null ? 1 : number(range.group(7));
    List<String> parts = new ArrayList<>();
    if (step < 1) {
      return parts;
    }
    if (range.group(1) != null) {
      String first = range.group(1);
      String format = first.startsWith("0") ? "%0" + first.length() + "d" : "%d";
      int last = number(range.group(2));
      for (int i = number(first); i <= last && parts.size() <= MOST; i += step) {
        parts.add(String.format(format, i));
      }
      return parts;
    }
    int letters = range.group(3) != null ? 3 : 5;
    for (int c = range.group(letters).charAt(0); c <= range.group(letters + 1).charAt(0); ) {
      parts.add(String.valueOf((char) c));
      c += step;
    }
    return parts;
  }

  private static int number(String digits) {
    return digits.length() > 8 ? Integer.MAX_VALUE / 4 : Integer.parseInt(digits);
  }
}
