package io.rdpg.plan.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A picture in Graphviz' language: boxes as clusters, waits as dashed edges. */
final class DotGraph {
  private final PlanGraph picture;
  private final StringBuilder graph = new StringBuilder();

  DotGraph(PlanGraph picture) {
    this.picture = picture;
  }

  String write() {
    graph.append("digraph plan {\n");
    graph.append("  label=").append(quoted(List.of(picture.name())));
    graph.append("; labelloc=t; fontsize=20; fontname=\"Helvetica\"; charset=\"UTF-8\";\n");
    graph.append("  compound=true; newrank=true; nodesep=0.4; ranksep=0.3;\n");
    graph.append("  node [shape=box, style=\"filled,rounded\", fillcolor=\"#ffffff\",");
    graph.append(" fontname=\"Helvetica\", fontsize=11, penwidth=1.5];\n");
    graph.append("  edge [color=\"#94a3b8\", fontname=\"Helvetica\", fontsize=10];\n");
    picture.parts().forEach(part -> part(part, "  "));
    FlowEdges flow = new FlowEdges(picture);
    for (FlowEdges.Edge edge : flow.edges()) {
      graph.append("  ").append(edge.from()).append(" -> ").append(edge.to());
      if (!edge.condition().isEmpty()) {
        graph
            .append(" [label=")
            .append(quoted(List.of("if " + DiagramLabel.cut(edge.condition()))))
            .append(", fontcolor=\"#6d28d9\"]");
      }
      graph.append(";\n");
    }
    for (FlowEdges.Wire wire : flow.wires()) {
      graph.append("  ").append(wire.from()).append(" -> ").append(wire.to());
      graph.append(" [style=dashed, color=\"#db2777\", constraint=false];\n");
    }
    return graph.append("}\n").toString();
  }

  private void part(GraphElement part, String indent) {
    switch (part) {
      case GraphElement.Card card ->
          node(
              card.caption(),
              DiagramLabel.of(picture, card),
              shape(card.kind()),
              card.kind().colour(),
              card.caption().each().isPresent(),
              indent);
      case GraphElement.Box box -> {
        if (FlowEdges.isNode(box)) {
          node(box.caption(), DiagramLabel.of(picture, box), "folder", "#56637a", false, indent);
        } else {
          cluster(box, indent);
        }
      }
      case GraphElement.Fork fork -> fork.inside().forEach(inner -> part(inner, indent));
    }
  }

  private void node(
      Caption caption,
      List<String> label,
      String shape,
      String colour,
      boolean loop,
      String indent) {
    String style = caption.when().isPresent() ? "filled,dashed" : "filled";
    graph.append(indent).append(caption.id()).append(" [label=").append(quoted(label));
    graph.append(", shape=").append(shape).append(", style=\"").append(style);
    graph.append("\", color=\"").append(colour).append('"');
    graph.append(loop ? ", peripheries=2" : "").append("];\n");
  }

  private void cluster(GraphElement.Box box, String indent) {
    boolean lock = box.frame() == GraphElement.Frame.LOCK;
    String solid = lock ? "filled" : "rounded";
    String style = box.caption().when().isPresent() ? "dashed" : solid;
    graph.append(indent).append("subgraph cluster_").append(box.caption().id()).append(" {\n");
    graph.append(indent).append("  label=").append(quoted(DiagramLabel.of(picture, box)));
    graph.append("; labeljust=l; fontsize=11; style=\"").append(style).append("\"; color=\"");
    graph.append(lock ? "#d97706" : "#b6c2d1").append("\"; fillcolor=\"#fff7e6\"; penwidth=");
    graph.append(lock ? "2;\n" : "1;\n");
    box.inside().forEach(inner -> part(inner, indent + "  "));
    graph.append(indent).append("}\n");
  }

  private static String shape(StepCategory kind) {
    return switch (kind) {
      case SQL -> "cylinder";
      case KEY -> "component";
      case SERVICE -> "hexagon";
      case FILE -> "note";
      case RELOAD -> "trapezium";
      case WATCH -> "tab";
      case COMMAND, OTHER -> "box";
      case WAIT -> "oval";
      case LOOKUP -> "plain";
      case ASSERT -> "octagon";
      case RELEASE -> "house";
    };
  }

  /** Graphviz reads entities of HTML in labels, too. */
  private static String quoted(List<String> lines) {
    return lines.stream()
        .map(line -> line.replace("&", "&amp;").replace("\\", "\\\\").replace("\"", "\\\""))
        .collect(Collectors.joining("\\n", "\"", "\""));
  }
}
