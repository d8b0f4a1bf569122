package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the line of each wait runs: beside the list of parts that holds both ends, or between two
 * ways of the fork that parts them.
 */
final class Meetings {
  /**
   * A line to draw, from all that satisfy a wait.
   *
   * @param step the number of the drawn part that waits
   * @param by the numbers of the drawn parts that it waits for
   * @param gutter where its long piece runs
   * @param right the numbers of the ends that are to the right of the gutter
   */
  record Meeting(int step, List<Integer> by, Gutter gutter, Set<Integer> right) {}

  /**
   * A strip for lines.
   *
   * @param list the address of a list of parts or of a fork
   * @param between the way of the fork that it is to the right of; -1 beside a list
   */
  record Gutter(List<Integer> list, int between) {}

  /** A way of a fork is a step down of its own, told by a negative number. */
  private final Map<Integer, List<Integer>> addresses = new HashMap<>();

  private final Map<Integer, Integer> drawnAs = new HashMap<>();
  private final List<Meeting> all = new ArrayList<>();
  private final Map<Gutter, Integer> lines = new HashMap<>();

  Meetings(Picture picture) {
    addresses(picture.parts(), List.of());
    Map<Integer, Set<Integer>> drawn = new LinkedHashMap<>();
    for (Waiting waiting : picture.waits()) {
      int wait = drawnAs.getOrDefault(waiting.step(), waiting.step());
      for (int by : waiting.by()) {
        int from = drawnAs.getOrDefault(by, by);
        if (from != wait) {
          drawn.computeIfAbsent(wait, _ -> new LinkedHashSet<>()).add(from);
        }
      }
    }
    drawn.forEach(this::meet);
  }

  List<Meeting> all() {
    return all;
  }

  /** How many lines run there. */
  int lines(Gutter gutter) {
    return lines.getOrDefault(gutter, 0);
  }

  private void addresses(List<Part> parts, List<Integer> list) {
    for (int i = 0; i < parts.size(); i++) {
      List<Integer> here = with(list, i);
      switch (parts.get(i)) {
        case Part.Card card -> addresses.put(card.caption().number(), here);
        case Part.Box box -> {
          addresses.put(box.caption().number(), here);
          if (box.folded()) {
            fold(box.inside(), box.caption().number());
          } else {
            addresses(box.inside(), here);
          }
        }
        case Part.Fork fork -> {
          for (int way = 0; way < fork.branches().size(); way++) {
            addresses(fork.branches().get(way).parts(), with(here, -1 - way));
          }
        }
      }
    }
  }

  private void fold(List<Part> parts, int into) {
    for (Part part : parts) {
      switch (part) {
        case Part.Card card -> drawnAs.put(card.caption().number(), into);
        case Part.Box box -> drawnAs.put(box.caption().number(), into);
        case Part.Fork _ -> {}
      }
      fold(part.inside(), into);
    }
  }

  static List<Integer> with(List<Integer> list, int next) {
    List<Integer> longer = new ArrayList<>(list);
    longer.add(next);
    return List.copyOf(longer);
  }

  private void meet(int wait, Set<Integer> by) {
    List<Integer> ends = new ArrayList<>(by);
    ends.add(wait);
    List<List<Integer>> places = ends.stream().map(this::address).toList();
    int common = 0;
    while (sameAt(places, common)) {
      common++;
    }
    List<Integer> shared = places.getFirst().subList(0, common);
    boolean forked = places.stream().allMatch(place -> at(place, shared.size()) < 0);
    Set<Integer> right = new LinkedHashSet<>();
    int between = -1;
    if (forked) {
      between = places.stream().mapToInt(place -> -1 - at(place, shared.size())).min().orElse(0);
      for (int i = 0; i < ends.size(); i++) {
        if (-1 - at(places.get(i), shared.size()) > between) {
          right.add(ends.get(i));
        }
      }
    }
    Gutter gutter = new Gutter(List.copyOf(shared), between);
    lines.merge(gutter, 1, Integer::sum);
    all.add(new Meeting(wait, List.copyOf(by), gutter, right));
  }

  private List<Integer> address(int number) {
    return addresses.getOrDefault(number, List.of());
  }

  private static boolean sameAt(List<List<Integer>> places, int depth) {
    return places.stream().allMatch(place -> place.size() > depth)
        && places.stream().map(place -> place.get(depth)).distinct().count() == 1;
  }

  /** Where a place is shorter, the box itself is meant. */
  private static int at(List<Integer> place, int depth) {
    return depth < place.size() ? place.get(depth) : 0;
  }
}
