package io.rdpg.plan.testing;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes a sample of a long series of cases on real servers, the same each time; with {@code
 * -Drdpg.sweep=all} all of them.
 */
public final class Sweep {
  private static final boolean ALL = "all".equals(System.getProperty("rdpg.sweep"));

  private Sweep() {}

  /** So many cases, spread evenly from the first to the last, in their order. */
  public static <T> List<T> of(List<T> all, int most) {
    return ALL ? all : sample(all, most);
  }

  static <T> List<T> sample(List<T> all, int most) {
    if (all.size() <= most) {
      return all;
    }
    return IntStream.range(0, most)
        .mapToObj(i -> all.get(i * (all.size() - 1) / Math.max(1, most - 1)))
        .toList();
  }
}
