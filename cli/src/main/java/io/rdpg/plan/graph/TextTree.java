package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;

/** A picture for a terminal: one step a line, those inside of others under them. */
final class TextTree {
  private final PlanGraph picture;
  private final StringBuilder page = new StringBuilder();

  TextTree(PlanGraph picture) {
    this.picture = picture;
  }

  String write() {
    page.append(picture.file());
    page.append(picture.targets().equals("all") ? "" : "  (at " + picture.targets() + ")");
    page.append('\n');
    lines(picture.parts(), "");
    return page.toString();
  }

  private void lines(List<GraphElement> parts, String indent) {
    List<Line> lines = parts.stream().flatMap(part -> lines(part).stream()).toList();
    for (int i = 0; i < lines.size(); i++) {
      boolean last = i == lines.size() - 1;
      page.append(indent).append(last ? "`-- " : "|-- ").append(lines.get(i).text()).append('\n');
      lines(lines.get(i).inside(), indent + (last ? "    " : "|   "));
    }
  }

  private record Line(String text, List<GraphElement> inside) {}

  private List<Line> lines(GraphElement part) {
    return switch (part) {
      case GraphElement.Card card -> List.of(new Line(card(card), List.of()));
      case GraphElement.Box box -> List.of(new Line(box(box), box.inside()));
      case GraphElement.Fork fork -> {
        List<Line> lines = new ArrayList<>();
        for (GraphElement.Branch branch : fork.branches()) {
          List<Line> inside = branch.parts().stream().flatMap(one -> lines(one).stream()).toList();
          if (branch.parts().size() == 1 && inside.size() == 1) {
            String noted = inside.getFirst().text() + "  (when " + branch.condition() + ")";
            lines.add(new Line(noted, inside.getFirst().inside()));
          } else {
            lines.add(new Line(branch.condition(), branch.parts()));
          }
        }
        yield lines;
      }
    };
  }

  private String card(GraphElement.Card card) {
    boolean release = card.kind() == StepCategory.RELEASE;
    String what = release ? "consul_lock: release" : card.primitive();
    return card.caption().name() + "  [" + what + "]" + notes(card.caption());
  }

  private String box(GraphElement.Box box) {
    String what =
        switch (box.frame()) {
          case LOCK -> "  [lock " + box.detail() + "]";
          case INCLUDE -> "  [include " + box.detail() + "]";
          case BLOCK -> "";
        };
    return box.caption().name() + what + notes(box.caption());
  }

  private String notes(Caption caption) {
    List<String> notes = new ArrayList<>();
    caption.when().ifPresent(when -> notes.add("when " + when));
    caption.each().ifPresent(notes::add);
    caption.on().ifPresent(notes::add);
    caption.deadline().ifPresent(deadline -> notes.add("at most " + deadline));
    List<String> by = picture.satisfiedBy(caption);
    if (!by.isEmpty()) {
      notes.add("until: " + String.join(", ", by));
    }
    if (picture.isFromOutside(caption)) {
      notes.add("from outside");
    }
    return notes.isEmpty() ? "" : "  (" + String.join(", ", notes) + ")";
  }
}
