package io.rdpg.plan.language.diagnostic;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a mistyped one was probably meant to be. */
public final class Suggestions {
  private Suggestions() {}

  /** The nearest known word, when one is near enough to be worth naming. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    int limit = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(candidate -> Math.abs(word.length() - candidate.length()) <= limit)
        .filter(candidate -> distance(word, candidate) <= limit)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** A hint for a mistyped word, when a known one is near enough. */
  public static Optional<String> didYouMean(String word, Collection<String> known) {
    return nearest(word, known).map(near -> "did you mean '" + near + "'?");
  }

  /** A hint for an unknown word: the nearest known one, else all of them. */
  public static String hint(String word, Collection<String> known) {
    return didYouMean(word, known)
        .orElseGet(() -> "known here: " + String.join(", ", known.stream().sorted().toList()));
  }

  /** Damerau-Levenshtein distance with adjacent transpositions. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int swap = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + swap);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
