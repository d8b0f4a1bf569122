package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture as nodes and edges, for programs that make their own layout. Boxes are no nodes there,
 * so an edge to a box is one to its first steps, and one from it is from its last.
 */
final class FlowEdges {
  /**
   * From one step to the next.
   *
   * @param condition of the branch that it leads into; empty for none
   */
  record Edge(String from, String to, String condition) {}

  /** From what satisfies a wait. */
  record Wire(String from, String to) {}

  private final List<Edge> edges = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();
  private final Map<Integer, String> drawnAs = new HashMap<>();

  FlowEdges(PlanGraph picture) {
    walk(picture.parts(), List.of());
    picture.each(this::draw);
    for (WaitEdge waiting : picture.waits()) {
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
  static boolean isNode(GraphElement.Box box) {
    return box.folded() || box.inside().isEmpty();
  }

  private void draw(GraphElement part) {
    part.step()
        .ifPresent(caption -> {
          if (drawnAs.containsKey(caption.number())) {
            return;
          }
          if (part instanceof GraphElement.Box box && isNode(box)) {
            fold(part, caption.id());
          } else {
            drawnAs.put(caption.number(), entry(part));
          }
        });
  }

  private void fold(GraphElement part, String into) {
    part.step().ifPresent(caption -> drawnAs.put(caption.number(), into));
    part.inside().forEach(inner -> fold(inner, into));
  }

  private static String entry(GraphElement part) {
    return switch (part) {
      case GraphElement.Card card -> card.caption().id();
      case GraphElement.Box box when isNode(box) -> box.caption().id();
      case GraphElement.Box box -> entry(box.inside().getFirst());
      case GraphElement.Fork fork -> fork.inside().isEmpty() ? "" : entry(fork.inside().getFirst());
    };
  }

  /** An end of the flow that the next step is tied to. */
  private record End(String node, String condition) {}

  private List<End> walk(List<GraphElement> parts, List<End> before) {
    List<End> ends = before;
    for (GraphElement part : parts) {
      ends = walk(part, ends);
    }
    return ends;
  }

  private List<End> walk(GraphElement part, List<End> before) {
    return switch (part) {
      case GraphElement.Card card -> node(card.caption().id(), before);
      case GraphElement.Box box when isNode(box) -> node(box.caption().id(), before);
      case GraphElement.Box box -> walk(box.inside(), before);
      case GraphElement.Fork fork -> {
        List<End> ends = new ArrayList<>();
        for (GraphElement.Branch branch : fork.branches()) {
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
