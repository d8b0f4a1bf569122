package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Plural;
import java.util.ArrayList;
import java.util.List;

/** The lines of text of a node or a box of a diagram whose layout is done by another program. */
final class DiagramLabel {
  private static final int LONGEST = 72;

  private DiagramLabel() {}

  static List<String> of(PlanGraph picture, GraphElement.Card card) {
    List<String> lines = head(card.caption());
    add(lines, card.does());
    marks(lines, picture, card.caption());
    return lines;
  }

  static List<String> of(PlanGraph picture, GraphElement.Box box) {
    List<String> lines = head(box.caption());
    switch (box.frame()) {
      case LOCK -> add(lines, "lock " + box.detail());
      case INCLUDE -> add(lines, box.detail());
      case BLOCK -> {}
    }
    if (FlowEdges.isNode(box)) {
      add(lines, Plural.of(box.steps(), "step"));
    }
    marks(lines, picture, box.caption());
    return lines;
  }

  private static List<String> head(Caption caption) {
    List<String> lines = new ArrayList<>();
    caption.when().ifPresent(when -> add(lines, "if " + when));
    add(lines, caption.name());
    return lines;
  }

  private static void marks(List<String> lines, PlanGraph picture, Caption caption) {
    List<String> marks = new ArrayList<>();
    caption.each().ifPresent(marks::add);
    caption.on().ifPresent(marks::add);
    caption.deadline().ifPresent(limit -> marks.add("at most " + limit));
    if (picture.isFromOutside(caption)) {
      marks.add("from outside");
    }
    add(lines, String.join(", ", marks));
  }

  private static void add(List<String> lines, String text) {
    if (!text.isEmpty()) {
      lines.add(cut(text));
    }
  }

  static String cut(String text) {
    int[] characters = text.codePoints().toArray();
    return characters.length <= LONGEST
        ? text
        : new String(characters, 0, LONGEST - 1).stripTrailing() + "…";
  }
}
