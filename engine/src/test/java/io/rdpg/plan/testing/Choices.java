package io.rdpg.plan.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The numbers behind every decision of a generator. The same numbers make the same case again, and
 * smaller numbers, or fewer, a simpler one: 0 is to be the simplest choice everywhere.
 */
public final class Choices {
  private final List<Integer> given;
  private final @Nullable Random random;
  private final List<Integer> made = new ArrayList<>();

  private Choices(List<Integer> given, @Nullable Random random) {
    this.given = given;
    this.random = random;
  }

  public static Choices at(long seed) {
    return new Choices(List.of(), new Random(seed));
  }

  /** The given ones again, then the simplest. */
  public static Choices again(List<Integer> given) {
    return new Choices(List.copyOf(given), null);
  }

  /** A number from 0, less than this. */
  public int below(int bound) {
    int choice;
    if (made.size() < given.size()) {
      choice = Math.min(given.get(made.size()), bound - 1);
    } else {
      choice = random == null ? 0 : random.nextInt(bound);
    }
    made.add(choice);
    return choice;
  }

  /** True once in so many times. */
  public boolean oneIn(int times) {
    return below(times) == times - 1;
  }

  /** One of these, the first being the simplest. */
  public <T> T among(List<T> items) {
    return items.get(below(items.size()));
  }

  /** All that were made so far. */
  public List<Integer> made() {
    return List.copyOf(made);
  }
}
