package io.rdpg.plan.template;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Verifiers that were made before: each costs thousands of hashes, and all nodes of a cluster ask
 * for the same. Safe for use by many threads.
 */
final class RememberedVerifiers {
  /** Beyond that many they are made anew each time. */
  private static final int MOST = 1_000;

  private final Map<Given, String> made = new ConcurrentHashMap<>();

  private record Given(String password, String salt) {
    @Override
    public String toString() {
      return "***";
    }
  }

  String of(String password, String salt) {
    Given given = new Given(password, salt);
    String before = made.get(given);
    if (before != null || made.size() >= MOST) {
      return before == null ? ScramVerifier.of(password, salt) : before;
    }
    return made.computeIfAbsent(given, _ -> ScramVerifier.of(password, salt));
  }
}
