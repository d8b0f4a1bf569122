package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of waits, from what satisfies them to what waits, in the strips between the parts. */
final class Wires {
  private static final int SIGN = 14;
  private static final int BEND = 6;
  private static final int BESIDE = 13;
  private static final int[] APART = {0, 5, -5, 9, -9};

  /**
   * A line.
   *
   * @param number which of the colours it has
   * @param paths one for each that satisfies the wait, as SVG writes paths
   * @param starts their beginnings
   * @param end where the arrow points to
   * @param leftward whether the arrow points to the left
   */
  record Wire(
      int step,
      List<Integer> by,
      int number,
      List<String> paths,
      List<Point> starts,
      Point end,
      boolean leftward) {}

  record Point(int x, int y) {}

  /** Where a line can be tied to a part. */
  private record Knot(int left, int right, int y) {}

  private final Meetings meetings;
  private final Map<Integer, Knot> knots = new HashMap<>();
  private final Map<Meetings.Gutter, List<Placed>> columns = new HashMap<>();
  private final Map<Meetings.Gutter, Integer> nextWay = new HashMap<>();
  private final Map<Meetings.Gutter, List<Taken>> taken = new HashMap<>();
  private final Map<String, Integer> tied = new LinkedHashMap<>();

  private record Taken(int top, int bottom, int lane) {}

  Wires(Meetings meetings, List<Placed> placed) {
    this.meetings = meetings;
    column(placed, List.of());
  }

  List<Wire> all() {
    List<Wire> wires = new ArrayList<>();
    for (Meetings.Meeting meeting : meetings.all()) {
      wires.add(wire(meeting, wires.size()));
    }
    return wires;
  }

  private void column(List<Placed> placed, List<Integer> list) {
    columns.put(new Meetings.Gutter(list, -1), placed);
    for (int i = 0; i < placed.size(); i++) {
      List<Integer> here = Meetings.with(list, i);
      switch (placed.get(i)) {
        case Placed.Card card ->
            knots.put(number(card.part()), new Knot(card.rail() - SIGN, card.plate().right(), card.sign()));
        case Placed.Box box -> {
          knots.put(
              box.box().caption().number(),
              new Knot(box.area().x(), box.area().right(), box.sign()));
          column(box.inside(), here);
        }
        case Placed.Fork fork -> {
          for (int way = 0; way < fork.ways().size(); way++) {
            if (way > 0) {
              nextWay.put(new Meetings.Gutter(here, way - 1), left(fork.ways().get(way)));
            }
            column(fork.ways().get(way).parts(), Meetings.with(here, -1 - way));
          }
        }
      }
    }
  }

  private static int left(Placed.Way way) {
    return way.parts().stream()
        .mapToInt(part -> part.area().x())
        .reduce(way.pill().x(), Math::min);
  }

  private static int number(Part part) {
    return switch (part) {
      case Part.Card card -> card.caption().number();
      case Part.Box box -> box.caption().number();
      case Part.Fork _ -> 0;
    };
  }

  private Knot knot(int number) {
    return knots.getOrDefault(number, new Knot(0, 0, 0));
  }

  private Wire wire(Meetings.Meeting meeting, int number) {
    List<Integer> ends = new ArrayList<>(meeting.by());
    ends.add(meeting.step());
    int top = ends.stream().mapToInt(end -> knot(end).y()).min().orElse(0);
    int bottom = ends.stream().mapToInt(end -> knot(end).y()).max().orElse(0);
    int x = lane(meeting.gutter(), top - 10, bottom + 10);
    Point end = tie(meeting, meeting.step());
    List<String> paths = new ArrayList<>();
    List<Point> starts = new ArrayList<>();
    for (int by : meeting.by()) {
      Point start = tie(meeting, by);
      starts.add(start);
      paths.add(path(start, x, end));
    }
    return new Wire(
        meeting.step(), meeting.by(), number, paths, starts, end, end.x() < x);
  }

  private Point tie(Meetings.Meeting meeting, int number) {
    boolean right = meeting.right().contains(number);
    int others = tied.merge(number + (right ? "l" : "r"), 1, Integer::sum) - 1;
    Knot knot = knot(number);
    return new Point(right ? knot.left() : knot.right(), knot.y() + APART[others % APART.length]);
  }

  /** A strip's next place that is free from top to bottom. */
  private int lane(Meetings.Gutter gutter, int top, int bottom) {
    List<Taken> here = taken.computeIfAbsent(gutter, _ -> new ArrayList<>());
    int lane = 0;
    while (isTaken(here, lane, top, bottom)) {
      lane++;
    }
    here.add(new Taken(top, bottom, lane));
    Integer next = nextWay.get(gutter);
    if (next != null) {
      return next - BESIDE - Layout.LANE * lane;
    }
    int right =
        columns.getOrDefault(gutter, List.of()).stream()
            .filter(part -> part.area().bottom() > top && part.area().y() < bottom)
            .mapToInt(part -> part.area().right())
            .max()
            .orElse(0);
    return right + BESIDE + Layout.LANE * lane;
  }

  private static boolean isTaken(List<Taken> taken, int lane, int top, int bottom) {
    return taken.stream()
        .anyMatch(one -> one.lane() == lane && one.top() < bottom && top < one.bottom());
  }

  private static String path(Point from, int x, Point to) {
    if (from.y() == to.y()) {
      return "M%d %dH%d".formatted(from.x(), from.y(), to.x());
    }
    int down = from.y() < to.y() ? 1 : -1;
    int bend = Math.min(BEND, Math.abs(to.y() - from.y()) / 2);
    int in = from.x() < x ? -bend : bend;
    int out = to.x() < x ? -bend : bend;
    return "M%d %dH%dQ%d %d %d %dV%dQ%d %d %d %dH%d"
        .formatted(
            from.x(),
            from.y(),
            x + in,
            x,
            from.y(),
            x,
            from.y() + down * bend,
            to.y() - down * bend,
            x,
            to.y(),
            x + out,
            to.y(),
            to.x());
  }
}
