package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the lines of waits to strips: beside a list of parts, and between the branches of a fork.
 * A line to a step in a branch runs through the strip beside that branch, so it crosses no other.
 */
final class RoutingLanes {
  /**
   * A strip for lines.
   *
   * @param list the address of a list of parts, or of a fork
   * @param branch the branch of the fork that it is to the right of; -1 for the strip beside a list
   */
  record Strip(List<Integer> list, int branch) {
    Strip {
      list = List.copyOf(list);
    }
  }

  /**
   * One end of a line.
   *
   * @param part the number of the drawn part
   * @param left whether it is tied to the part's left side
   */
  record End(int part, boolean left) {}

  /**
   * A line to draw.
   *
   * @param strips where it runs, from its start to its end: a strip between branches, or one beside
   *     a list with those between branches before and after it
   */
  record Meeting(End from, End to, List<Strip> strips) {
    Meeting {
      strips = List.copyOf(strips);
    }
  }

  /** A branch of a fork is a level of its own, with a negative number. */
  private final Map<Integer, List<Integer>> addresses = new HashMap<>();

  private final Map<List<Integer>, Integer> branches = new HashMap<>();
  private final Map<Integer, Integer> drawnAs = new HashMap<>();
  private final List<Meeting> all = new ArrayList<>();
  private final Map<Strip, Set<Integer>> lines = new HashMap<>();

  RoutingLanes(PlanGraph picture) {
    addresses(picture.parts(), List.of());
    Map<Integer, Set<Integer>> drawn = new LinkedHashMap<>();
    for (WaitEdge waiting : picture.waits()) {
      int step = drawnAs.getOrDefault(waiting.step(), waiting.step());
      for (int by : waiting.by()) {
        int from = drawnAs.getOrDefault(by, by);
        if (from != step) {
          drawn.computeIfAbsent(step, _ -> new LinkedHashSet<>()).add(from);
        }
      }
    }
    drawn.forEach((step, froms) -> froms.forEach(from -> meet(from, step)));
  }

  List<Meeting> all() {
    return all;
  }

  /** How many lines beside each other may run there. */
  int lines(Strip strip) {
    return lines.getOrDefault(strip, Set.of()).size();
  }

  private void addresses(List<GraphElement> parts, List<Integer> list) {
    for (int i = 0; i < parts.size(); i++) {
      List<Integer> address = with(list, i);
      switch (parts.get(i)) {
        case GraphElement.Card card -> addresses.put(card.caption().number(), address);
        case GraphElement.Box box -> {
          addresses.put(box.caption().number(), address);
          if (box.folded()) {
            fold(box.inside(), box.caption().number());
          } else {
            addresses(box.inside(), address);
          }
        }
        case GraphElement.Fork fork -> {
          branches.put(address, fork.branches().size());
          for (int branch = 0; branch < fork.branches().size(); branch++) {
            addresses(fork.branches().get(branch).parts(), with(address, -1 - branch));
          }
        }
      }
    }
  }

  private void fold(List<GraphElement> parts, int into) {
    for (GraphElement part : parts) {
      part.step().ifPresent(step -> drawnAs.put(step.number(), into));
      fold(part.inside(), into);
    }
  }

  static List<Integer> with(List<Integer> list, int next) {
    List<Integer> longer = new ArrayList<>(list);
    longer.add(next);
    return List.copyOf(longer);
  }

  private void meet(int from, int to) {
    List<Integer> start = addresses.getOrDefault(from, List.of());
    List<Integer> end = addresses.getOrDefault(to, List.of());
    int common = 0;
    while (common < start.size()
        && common < end.size()
        && start.get(common).equals(end.get(common))) {
      common++;
    }
    List<Integer> shared = start.subList(0, common);
    List<Strip> strips = new ArrayList<>();
    boolean startLeft = false;
    boolean endLeft = false;
    if (branches.containsKey(shared)) {
      int one = -1 - start.get(common);
      int other = -1 - end.get(common);
      startLeft = one > other;
      endLeft = other > one;
      strips.add(new Strip(shared, Math.min(one, other)));
    } else {
      Strip before = strip(start, common);
      Strip after = strip(end, common);
      if (before != null) {
        strips.add(before);
        startLeft = isLast(before, start);
      }
      strips.add(new Strip(shared, -1));
      if (after != null) {
        strips.add(after);
        endLeft = isLast(after, end);
      }
    }
    strips.forEach(strip -> lines.computeIfAbsent(strip, _ -> new LinkedHashSet<>()).add(to));
    all.add(new Meeting(new End(from, startLeft), new End(to, endLeft), strips));
  }

  /** The strip beside the outermost branch below a depth; null when there is none. */
  private @Nullable Strip strip(List<Integer> address, int below) {
    for (int i = below + 1; i < address.size(); i++) {
      if (address.get(i) < 0) {
        List<Integer> fork = address.subList(0, i);
        int branch = -1 - address.get(i);
        int last = branches.getOrDefault(fork, 1) - 1;
        return last == 0 ? null : new Strip(fork, Math.min(branch, last - 1));
      }
    }
    return null;
  }

  private static boolean isLast(Strip strip, List<Integer> address) {
    return -1 - address.get(strip.list().size()) > strip.branch();
  }
}
