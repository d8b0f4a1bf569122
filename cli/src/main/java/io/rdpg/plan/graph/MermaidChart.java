package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A picture as a Mermaid flowchart, as GitHub draws it in a page. */
final class MermaidChart {
  /** Mermaid refuses larger ones, unless the page that shows it allows them. */
  private static final int MOST_CHARACTERS = 50_000;

  /** Mermaid's own layout breaks lines early and is generous with space. */
  private static final String COMPACT =
      "%%{init: {\"flowchart\": {\"wrappingWidth\": 460, \"rankSpacing\": 24,"
          + " \"nodeSpacing\": 28, \"padding\": 8}}}%%\n";

  private static final int MOST_EDGES = 500;
  private static final int MOST_PARTS = 100;

  /** What needs no escape in a quoted label. */
  private static final Pattern FIT = Pattern.compile("[\\p{L}\\p{M}\\p{N} .,:/=+_()!?…-]");

  private final PlanGraph picture;
  private final StringBuilder chart = new StringBuilder();
  private final Set<StepCategory> kinds = EnumSet.noneOf(StepCategory.class);
  private final List<String> dashed = new ArrayList<>();
  private final List<String> locks = new ArrayList<>();
  private final List<String> frames = new ArrayList<>();
  private int edges;

  private MermaidChart(PlanGraph picture) {
    this.picture = picture;
  }

  /** As it is where Mermaid takes it; else with all boxes folded, else only its beginning. */
  static String write(PlanGraph picture) {
    for (PlanGraph smaller : List.of(picture, picture.folded(), picture.allFolded())) {
      MermaidChart chart = new MermaidChart(smaller);
      String text = chart.text();
      if (text.length() < MOST_CHARACTERS && chart.edges < MOST_EDGES) {
        return text;
      }
    }
    PlanGraph folded = picture.allFolded();
    List<GraphElement> first =
        folded.parts().subList(0, Math.min(MOST_PARTS, folded.parts().size()));
    int more = folded.parts().size() - first.size();
    return new MermaidChart(folded.with(first)).text() + "  more[\"… and " + more + " more\"]\n";
  }

  private String text() {
    chart.append(COMPACT).append("flowchart TB\n");
    picture.parts().forEach(part -> part(part, "  "));
    FlowEdges flow = new FlowEdges(picture);
    for (FlowEdges.Edge edge : flow.edges()) {
      chart.append("  ").append(edge.from()).append(" -->");
      if (!edge.condition().isEmpty()) {
        chart.append("|\"").append(fit("if " + DiagramLabel.cut(edge.condition()))).append("\"|");
      }
      chart.append(' ').append(edge.to()).append('\n');
    }
    for (FlowEdges.Wire wire : flow.wires()) {
      chart.append("  ").append(wire.from()).append(" -.-o ").append(wire.to()).append('\n');
    }
    edges = flow.edges().size() + flow.wires().size();
    for (int i = flow.edges().size(); i < edges; i++) {
      chart.append("  linkStyle ").append(i).append(" stroke:#db2777,stroke-width:2px\n");
    }
    for (StepCategory kind : kinds) {
      chart
          .append("  classDef ")
          .append(name(kind))
          .append(" fill:#ffffff,color:#0f172a,stroke-width:2px,stroke:")
          .append(kind.colour())
          .append('\n');
    }
    chart.append("  classDef include_ fill:#eef2f6,color:#0f172a,stroke:#56637a\n");
    frames.forEach(id ->
        chart.append("  style ").append(id).append(" fill:#f6f8fa,stroke:#b6c2d1,color:#0f172a\n"));
    dashed.forEach(id -> chart.append("  style ").append(id).append(" stroke-dasharray:5 4\n"));
    locks.forEach(id ->
        chart
            .append("  style ")
            .append(id)
            .append(" fill:#fff7e6,stroke:#d97706,stroke-width:2px,color:#0f172a\n"));
    return chart.toString();
  }

  private void part(GraphElement part, String indent) {
    switch (part) {
      case GraphElement.Card card -> {
        kinds.add(card.kind());
        node(card.caption(), shaped(card), name(card.kind()), indent);
      }
      case GraphElement.Box box -> {
        if (FlowEdges.isNode(box)) {
          node(
              box.caption(),
              "[[" + label(DiagramLabel.of(picture, box)) + "]]",
              "include_",
              indent);
          return;
        }
        String id = box.caption().id();
        (box.frame() == GraphElement.Frame.LOCK ? locks : frames).add(id);
        chart.append(indent).append("subgraph ").append(id).append('[');
        chart.append(label(DiagramLabel.of(picture, box))).append("]\n");
        box.inside().forEach(inner -> part(inner, indent + "  "));
        chart.append(indent).append("end\n");
        if (box.caption().when().isPresent()) {
          dashed.add(id);
        }
      }
      case GraphElement.Fork fork -> fork.inside().forEach(inner -> part(inner, indent));
    }
  }

  private void node(Caption caption, String shaped, String type, String indent) {
    chart.append(indent).append(caption.id()).append(shaped);
    chart.append(":::").append(type).append('\n');
    if (caption.when().isPresent()) {
      dashed.add(caption.id());
    }
  }

  private String shaped(GraphElement.Card card) {
    String label = label(DiagramLabel.of(picture, card));
    return switch (card.kind()) {
      case SQL -> "[(" + label + ")]";
      case SERVICE -> "{{" + label + "}}";
      case FILE -> "[/" + label + "/]";
      case RELOAD -> "[\\" + label + "\\]";
      case WAIT, RELEASE -> "([" + label + "])";
      case LOOKUP -> "(" + label + ")";
      case ASSERT -> "[/" + label + "\\]";
      case KEY, WATCH, COMMAND, OTHER -> "[" + label + "]";
    };
  }

  private static String name(StepCategory kind) {
    return kind.name().toLowerCase(Locale.ROOT) + "_";
  }

  private static String label(List<String> lines) {
    return '"' + String.join("<br>", lines.stream().map(MermaidChart::fit).toList()) + '"';
  }

  /** With Mermaid's own escapes for all that could mean something to it or to HTML. */
  private static String fit(String text) {
    StringBuilder fit = new StringBuilder();
    // Two dollars would begin a formula, escaped or not.
    text.replace("$$", "$\u200B$")
        .codePoints()
        .forEach(c -> {
          String character = Character.toString(c);
          if (FIT.matcher(character).matches()) {
            fit.append(character);
          } else {
            fit.append('#').append(c).append(';');
          }
        });
    return fit.toString();
  }
}
