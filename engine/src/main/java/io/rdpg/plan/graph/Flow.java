package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture as nodes and edges, for programs that make their own layout. Boxes are no nodes there,
 * so an edge to a box is one to its first steps, and one from it is from its last.
 */
final class Flow {
  /**
   * From one step to the next.
   *
   * @param condition of the way that it leads into; empty for none
   */
  record Edge(String from, String to, String condition) {}

  /** From what satisfies a wait. */
  record Wire(String from, String to) {}

  private final List<Edge> edges = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();
  private final Map<Integer, String> drawnAs = new HashMap<>();

  Flow(Picture picture) {
    walk(picture.parts(), List.of());
    picture.each(this::draw);
    for (Waiting waiting : picture.waits()) {
      for (int by : waiting.by()) {
        String from = drawnAs.getOrDefault(by, "");
        String to = drawnAs.getOrDefault(waiting.step(), "");
        Wire wire = new Wire(from, to);
        if (!from.isEmpty() && !to.isEmpty() && !from.equals(to) && !wires.contains(wire)) {
          wires.add(wire);
        }
      }
    }
  }

  List<Edge> edges() {
    return edges;
  }

  List<Wire> wires() {
    return wires;
  }

  /** A box that is drawn as one node. */
  static boolean isNode(Part.Box box) {
    return box.folded() || box.inside().isEmpty();
  }

  private void draw(Part part) {
    part.step()
        .ifPresent(caption -> {
          if (drawnAs.containsKey(caption.number())) {
            return;
          }
          if (part instanceof Part.Box box && isNode(box)) {
            fold(part, caption.id());
          } else {
            drawnAs.put(caption.number(), entry(part));
          }
        });
  }

  private void fold(Part part, String into) {
    part.step().ifPresent(caption -> drawnAs.put(caption.number(), into));
    part.inside().forEach(inner -> fold(inner, into));
  }

  private static String entry(Part part) {
    return switch (part) {
      case Part.Card card -> card.caption().id();
      case Part.Box box -> isNode(box) ? box.caption().id() : entry(box.inside().getFirst());
      case Part.Fork fork -> fork.inside().isEmpty() ? "" : entry(fork.inside().getFirst());
    };
  }

  /** An end of the flow that the next step is tied to. */
  private record End(String node, String condition) {}

  private List<End> walk(List<Part> parts, List<End> before) {
    List<End> ends = before;
    for (Part part : parts) {
      ends = walk(part, ends);
    }
    return ends;
  }

  private List<End> walk(Part part, List<End> before) {
    return switch (part) {
      case Part.Card card -> node(card.caption().id(), before);
      case Part.Box box ->
          isNode(box) ? node(box.caption().id(), before) : walk(box.inside(), before);
      case Part.Fork fork -> {
        List<End> ends = new ArrayList<>();
        for (Part.Branch branch : fork.branches()) {
          List<End> into =
              before.stream().map(end -> new End(end.node(), branch.condition())).toList();
          ends.addAll(walk(branch.parts(), into));
        }
        yield ends;
      }
    };
  }

  private List<End> node(String id, List<End> before) {
    before.forEach(end -> edges.add(new Edge(end.node(), id, end.condition())));
    return List.of(new End(id, ""));
  }
}
