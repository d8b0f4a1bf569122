package io.rdpg.plan.language.template;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Verifiers that were made before: each costs thousands of hashes, and all nodes of a cluster ask
 * for the same. Safe for use by many threads.
 */
final class VerifierCache {
  /** Beyond that many, all are forgotten. */
  private static final int MOST = 1_000;

  private final Map<Given, String> made = new ConcurrentHashMap<>();

  private record Given(String password, String salt) {
    @Override
    public String toString() {
      return "***";
    }
  }

  String of(String password, String salt) {
    if (made.size() >= MOST) {
      made.clear();
    }
    return made.computeIfAbsent(new Given(password, salt), _ -> ScramVerifier.of(password, salt));
  }
}
