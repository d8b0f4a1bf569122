package io.rdpg.plan.target.ssh.config;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Matches ssh_config(5)'s patterns: {@code *}, {@code ?}, and {@code !} before what is excluded.
 */
public final class Patterns {
  private Patterns() {}

  /** Whether one of a {@code Host} line's patterns matches, and none that is excluded. */
  static boolean any(List<String> patterns, String name) {
    return patterns.stream()
            .noneMatch(one -> one.startsWith("!") && matches(one.substring(1), name))
        && patterns.stream().anyMatch(one -> !one.startsWith("!") && matches(one, name));
  }

  /** The same of a list with commas. */
  static boolean anyOfList(String patterns, String name) {
    return any(Stream.of(patterns.split(",", -1)).toList(), name);
  }

  /** The same of a list of host names, which know no case. */
  public static boolean anyHost(String patterns, String host) {
    return anyOfList(patterns.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT));
  }

  /** Whether a pattern matches the whole of a name. Linear but for the last star's retries. */
  static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    return pattern.substring(p).chars().allMatch(c -> c == '*');
  }
}
