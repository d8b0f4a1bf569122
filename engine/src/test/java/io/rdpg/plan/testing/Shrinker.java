package io.rdpg.plan.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Looks for the simplest choices that still make a test fail. */
public final class Shrinker {
  private final Function<List<Integer>, Optional<List<Integer>>> failing;
  private List<Integer> best;
  private int tries;

  private Shrinker(
      List<Integer> start, Function<List<Integer>, Optional<List<Integer>>> failing, int tries) {
    this.best = start;
    this.failing = failing;
    this.tries = tries;
  }

  /**
   * The simplest choices found.
   *
   * @param failing plays choices; the ones that were in fact made when the test fails with them
   * @param tries how often it may be called
   */
  public static List<Integer> of(
      List<Integer> start, Function<List<Integer>, Optional<List<Integer>>> failing, int tries) {
    Shrinker search = new Shrinker(start, failing, tries);
    List<Integer> before;
    do {
      before = search.best;
      search.leaveOut();
      search.lower();
    } while (!search.best.equals(before) && search.tries > 0);
    return search.best;
  }

  private void leaveOut() {
    for (int length = best.size() / 2; length > 0; length = length > 16 ? length / 2 : length - 1) {
      for (int from = best.size() - length; from >= 0; from--) {
        if (from + length <= best.size()) {
          List<Integer> fewer = new ArrayList<>(best.subList(0, from));
          fewer.addAll(best.subList(from + length, best.size()));
          consider(fewer);
        }
      }
    }
  }

  private void lower() {
    for (int i = 0; i < best.size(); i++) {
      int present = best.get(i);
      for (int lower : List.of(0, present / 2, present - 1)) {
        if (i < best.size() && lower >= 0 && lower < best.get(i)) {
          List<Integer> simpler = new ArrayList<>(best);
          simpler.set(i, lower);
          consider(simpler);
        }
      }
    }
  }

  private void consider(List<Integer> candidate) {
    if (tries-- > 0) {
      failing.apply(candidate).filter(this::simpler).ifPresent(made -> best = made);
    }
  }

  /** Fewer choices, or as many with the first that differs being lower. */
  private boolean simpler(List<Integer> made) {
    if (made.size() != best.size()) {
      return made.size() < best.size();
    }
    for (int i = 0; i < made.size(); i++) {
      if (!made.get(i).equals(best.get(i))) {
        return made.get(i) < best.get(i);
      }
    }
    return false;
  }
}
