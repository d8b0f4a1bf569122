package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of waits, from what satisfies them to what waits, in the strips between the parts. */
final class EdgeRouter {
  private static final int SIGN = 14;
  private static final int BEND = 6;
  private static final int BESIDE = 13;
  private static final int ABOVE_FORK = 5;
  private static final int APART_ENDS = 22;
  private static final int[] APART = {0, 5, -5, 9, -9};

  /**
   * A line.
   *
   * @param colour which of the colours it has: all that lead to one wait have the same
   * @param points where it turns, its two ends with them
   */
  record Wire(int colour, List<Point> points) {
    Wire {
      points = List.copyOf(points);
    }

    Point start() {
      return points.getFirst();
    }

    Point end() {
      return points.getLast();
    }

    /** Whether its arrow points to the left. */
    boolean leftward() {
      return points.get(points.size() - 2).x() > end().x();
    }

    /** As SVG writes paths, its corners rounded. */
    String path() {
      StringBuilder path = new StringBuilder("M" + start().x() + " " + start().y());
      for (int i = 1; i < points.size() - 1; i++) {
        Point corner = points.get(i);
        Point in = corner.near(points.get(i - 1));
        Point out = corner.near(points.get(i + 1));
        path.append("L%d %dQ%d %d %d %d".formatted(in.x, in.y, corner.x, corner.y, out.x, out.y));
      }
      return path.append("L" + end().x() + " " + end().y()).toString();
    }
  }

  record Point(int x, int y) {
    /** Towards another point, at most one bend away. */
    private Point near(Point other) {
      int across = Math.clamp((other.x - x) / 2, -BEND, BEND);
      int along = Math.clamp((other.y - y) / 2, -BEND, BEND);
      return new Point(x + across, y + along);
    }
  }

  /** Where a line can be tied to a part. */
  private record Knot(int left, int right, int y) {}

  /** The lines to one wait in one strip. */
  private record Lane(RoutingLanes.Strip strip, int to) {}

  private record Reach(int top, int bottom) {
    Reach with(Reach other) {
      return new Reach(Math.min(top, other.top), Math.max(bottom, other.bottom));
    }

    boolean meets(Reach other) {
      return top < other.bottom + APART_ENDS && other.top < bottom + APART_ENDS;
    }
  }

  private final RoutingLanes meetings;
  private final Map<Integer, Knot> knots = new HashMap<>();
  private final Map<List<Integer>, List<PlacedElement>> columns = new HashMap<>();
  private final Map<List<Integer>, Integer> forkTops = new HashMap<>();
  private final Map<RoutingLanes.Strip, Integer> nextBranch = new HashMap<>();
  private final Map<RoutingLanes.End, Integer> tied = new HashMap<>();
  private final Map<Lane, Reach> reaches = new LinkedHashMap<>();
  private final Map<Lane, Integer> places = new HashMap<>();

  EdgeRouter(RoutingLanes meetings, List<PlacedElement> placed) {
    this.meetings = meetings;
    column(placed, List.of());
    for (RoutingLanes.Meeting meeting : meetings.all()) {
      addMeeting(meeting);
    }
    reaches.forEach((lane, reach) -> places.put(lane, free(lane, reach)));
  }

  List<Wire> all() {
    List<Wire> wires = new ArrayList<>();
    Map<Integer, Integer> colours = new HashMap<>();
    Map<RoutingLanes.End, Point> ends = new HashMap<>();
    for (RoutingLanes.Meeting meeting : meetings.all()) {
      int to = meeting.to().part();
      Integer known = colours.putIfAbsent(to, colours.size());
      int colour = known == null ? colours.size() - 1 : known;
      Point end = ends.computeIfAbsent(meeting.to(), this::tie);
      wires.add(wire(meeting, tie(meeting.from()), end, colour));
    }
    return wires;
  }

  private void column(List<PlacedElement> placed, List<Integer> list) {
    columns.put(list, placed);
    for (int i = 0; i < placed.size(); i++) {
      List<Integer> address = RoutingLanes.with(list, i);
      switch (placed.get(i)) {
        case PlacedElement.Card card ->
            knot(card.part(), new Knot(card.rail() - SIGN, card.plate().right(), card.sign()));
        case PlacedElement.Box box -> {
          knot(box.box(), new Knot(box.area().x(), box.area().right(), box.sign()));
          column(box.inside(), address);
        }
        case PlacedElement.Fork fork -> {
          forkTops.put(address, fork.split());
          for (int branch = 0; branch < fork.branches().size(); branch++) {
            if (branch > 0) {
              nextBranch.put(
                  new RoutingLanes.Strip(address, branch - 1), left(fork.branches().get(branch)));
            }
            column(fork.branches().get(branch).parts(), RoutingLanes.with(address, -1 - branch));
          }
        }
      }
    }
  }

  private static int left(PlacedElement.Branch branch) {
    return branch.parts().stream()
        .mapToInt(part -> part.area().x())
        .reduce(branch.pill().x(), Math::min);
  }

  private void knot(GraphElement part, Knot knot) {
    part.step().ifPresent(step -> knots.put(step.number(), knot));
  }

  private Knot knot(int part) {
    return knots.getOrDefault(part, new Knot(0, 0, 0));
  }

  // --- places in the strips ---

  private void addMeeting(RoutingLanes.Meeting meeting) {
    List<Integer> stops =
        stops(meeting, knot(meeting.from().part()).y(), knot(meeting.to().part()).y());
    for (int i = 0; i < meeting.strips().size(); i++) {
      int one = stops.get(i);
      int other = stops.get(i + 1);
      Reach reach = new Reach(Math.min(one, other), Math.max(one, other));
      Lane lane = new Lane(meeting.strips().get(i), meeting.to().part());
      reaches.merge(lane, reach, Reach::with);
    }
  }

  /** The heights at which a line changes from strip to strip, those of its ends around them. */
  private List<Integer> stops(RoutingLanes.Meeting meeting, int from, int to) {
    List<Integer> stops = new ArrayList<>(List.of(from));
    for (int i = 1; i < meeting.strips().size(); i++) {
      RoutingLanes.Strip between =
          meeting.strips().get(i).branch() >= 0
              ? meeting.strips().get(i)
              : meeting.strips().get(i - 1);
      stops.add(forkTops.getOrDefault(between.list(), 0) - ABOVE_FORK);
    }
    stops.add(to);
    return stops;
  }

  private int free(Lane lane, Reach reach) {
    int place = 0;
    while (isTaken(lane.strip(), place, reach)) {
      place++;
    }
    return place;
  }

  private boolean isTaken(RoutingLanes.Strip strip, int place, Reach reach) {
    return places.entrySet().stream()
        .anyMatch(taken ->
            taken.getKey().strip().equals(strip)
                && taken.getValue() == place
                && reaches.getOrDefault(taken.getKey(), reach).meets(reach));
  }

  private int x(Lane lane) {
    int place = places.getOrDefault(lane, 0);
    Integer next = nextBranch.get(lane.strip());
    if (next != null) {
      return next - BESIDE - GraphLayout.LANE * place;
    }
    Reach reach = reaches.getOrDefault(lane, new Reach(0, 0));
    int right = right(columns.getOrDefault(lane.strip().list(), List.of()), reach);
    return right + BESIDE + GraphLayout.LANE * place;
  }

  /** How far parts reach to the right that a line passes by; it may run inside of a box. */
  private static int right(List<PlacedElement> parts, Reach reach) {
    int right = 0;
    for (PlacedElement part : parts) {
      Rectangle area = part.area();
      if (area.y() < reach.bottom() && reach.top() < area.bottom()) {
        right =
            Math.max(
                right,
                part instanceof PlacedElement.Box box && !isPassed(area, reach)
                    ? Math.max(right(box.inside(), reach), right(box.text()))
                    : area.right());
      }
    }
    return right;
  }

  private static boolean isPassed(Rectangle area, Reach reach) {
    return area.y() >= reach.top() && area.bottom() <= reach.bottom();
  }

  private static int right(TextBlock head) {
    int lines = head.lines().stream().mapToInt(line -> line.area().right()).max().orElse(0);
    return head.tags().stream().mapToInt(tag -> tag.area().right()).reduce(lines, Math::max);
  }

  // --- lines ---

  private Wire wire(RoutingLanes.Meeting meeting, Point start, Point end, int colour) {
    List<Integer> stops = stops(meeting, start.y(), end.y());
    List<Point> points = new ArrayList<>(List.of(start));
    for (int i = 0; i < meeting.strips().size(); i++) {
      int x = x(new Lane(meeting.strips().get(i), meeting.to().part()));
      points.add(new Point(x, stops.get(i)));
      points.add(new Point(x, stops.get(i + 1)));
    }
    points.add(end);
    return new Wire(colour, points);
  }

  /** The next free place at this side of a part. */
  private Point tie(RoutingLanes.End end) {
    int others = tied.merge(end, 1, Integer::sum) - 1;
    Knot knot = knot(end.part());
    return new Point(
        end.left() ? knot.left() : knot.right(), knot.y() + APART[others % APART.length]);
  }
}
