package io.rdpg.plan.language.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host names with ranges: {@code web[01:10]}, {@code db[a:c]}, {@code n[0:10:5]}, {@code n[:3]}
 * from 0, both ends included.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html">Ansible,
 *     Adding ranges of hosts</a>
 */
final class HostRange {
  private static final Pattern RANGE =
      Pattern.compile("\\[(?:(\\d*):(\\d+)|([a-zA-Z]):([a-zA-Z]))(?::(\\d+))?]");

  /** In the order in which ranges of letters count. */
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  static final int MOST = 10_000;

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
    int step = range.group(5) == null ? 1 : number(range.group(5));
    List<String> parts = new ArrayList<>();
    if (step < 1) {
      return parts;
    }
    if (range.group(3) != null) {
      int last = LETTERS.indexOf(range.group(4));
      for (int i = LETTERS.indexOf(range.group(3)); i <= last; i += step) {
        parts.add(LETTERS.substring(i, i + 1));
      }
      return parts;
    }
    String first = range.group(1).isEmpty() ? "0" : range.group(1);
    boolean padded = first.startsWith("0") && first.length() > 1;
    if (padded && first.length() != range.group(2).length()) {
      return parts; // as Ansible: leading zeros need ends of one length
    }
    String format = padded ? "%0" + first.length() + "d" : "%d";
    int last = number(range.group(2));
    for (int i = number(first); i <= last && parts.size() <= MOST; i += step) {
      parts.add(String.format(format, i));
    }
    return parts;
  }

  private static int number(String digits) {
    return digits.length() > 8 ? Integer.MAX_VALUE / 4 : Integer.parseInt(digits);
  }
}
