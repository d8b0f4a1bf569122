package io.rdpg.plan.graph;

import io.rdpg.plan.markup.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the signs and lines of a picture mean: those that are in it. */
final class SvgLegend {
  static final int WIDTH = 268;
  private static final int LINE = 31;

  private final Markup svg;
  private final Palette palette;
  private final SvgWriter pen;
  private final List<Runnable> entries = new ArrayList<>();

  /**
   * The legend of a picture.
   *
   * @param waits whether lines of waits are drawn
   */
  SvgLegend(PlanGraph picture, boolean waits, Markup svg, Palette palette) {
    this.svg = svg;
    this.palette = palette;
    this.pen = new SvgWriter(svg, palette);
    List<GraphElement> parts = new ArrayList<>();
    picture.each(parts::add);
    kinds(parts);
    locks(parts);
    branches(parts);
    if (waits) {
      entries.add(() -> wire("what a wait waits for"));
    }
  }

  /** Its height in so many columns. */
  int height(int columns) {
    return rows(columns) * LINE + 50;
  }

  private int rows(int columns) {
    return (entries.size() + columns - 1) / columns;
  }

  void write(int x, int y, int columns) {
    svg.add(
        "<g><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\""
            + " stroke=\"%s\"/>\n",
        x, y, columns * WIDTH, height(columns), palette.include(), palette.edge());
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"700\" fill=\"%s\">How to read"
            + " it</text>\n",
        x + 18, y + 26, palette.ink());
    int rows = rows(columns);
    for (int i = 0; i < entries.size(); i++) {
      svg.add(
          "<g transform=\"translate(%d %d)\">",
          x + 30 + i / rows * WIDTH, y + 50 + i % rows * LINE);
      entries.get(i).run();
      svg.raw("</g>\n");
    }
    svg.raw("</g>\n");
  }

  private void kinds(List<GraphElement> parts) {
    for (StepCategory kind : StepCategory.values()) {
      if (kind != StepCategory.RELEASE && parts.stream().anyMatch(of(kind))) {
        entries.add(() -> {
          pen.sign(0, 0, kind);
          word(kind.word());
        });
      }
    }
  }

  private void locks(List<GraphElement> parts) {
    if (parts.stream()
        .anyMatch(part ->
            part instanceof GraphElement.Box box && box.frame() == GraphElement.Frame.LOCK)) {
      entries.add(() -> {
        svg.add(
            "<path d=\"M0 -12V12\" stroke=\"%s\" stroke-width=\"18\"/><path d=\"M0 -12V12\""
                + " stroke=\"%s\" stroke-width=\"5\"/>",
            palette.halo(), palette.held());
        pen.sign(0, 0, GraphElement.Frame.LOCK);
        word("lock taken; held along the broad line");
      });
    }
    if (parts.stream().anyMatch(of(StepCategory.RELEASE))) {
      entries.add(() -> {
        pen.sign(0, 0, StepCategory.RELEASE);
        word("lock released: free from here on");
      });
    }
  }

  private void branches(List<GraphElement> parts) {
    if (parts.stream().anyMatch(part -> part instanceof GraphElement.Box box && box.folded())) {
      entries.add(() -> {
        pen.sign(0, 0, GraphElement.Frame.INCLUDE);
        word("another file's steps, folded here");
      });
    }
    if (parts.stream().anyMatch(GraphElement.Fork.class::isInstance)) {
      entries.add(() -> {
        svg.add(
            "<path d=\"M-8 -8Q-8 0 0 0Q8 0 8 8M-8 -8V8\" fill=\"none\" stroke=\"%s\""
                + " stroke-width=\"3\"/>",
            palette.rail());
        word("either branch, never both");
      });
    }
    if (parts.stream().anyMatch(said(step -> step.when().isPresent()))) {
      entries.add(() -> sample("stroke-dasharray=\"4 3\"", "only if"));
    }
    if (parts.stream().anyMatch(said(step -> step.each().isPresent()))) {
      entries.add(() -> {
        svg.add(
            "<rect x=\"-7\" y=\"-4\" width=\"20\" height=\"13\" rx=\"3\" fill=\"%s\""
                + " stroke=\"%s\"/>",
            palette.plate(), palette.soft());
        sample("", "once for each");
      });
    }
  }

  private static Predicate<GraphElement> of(StepCategory kind) {
    return part -> part instanceof GraphElement.Card card && card.kind() == kind;
  }

  private static Predicate<GraphElement> said(Predicate<Caption> what) {
    return part -> part.step().filter(what).isPresent();
  }

  private void wire(String meaning) {
    String colour = SvgPage.WIRES.getFirst();
    svg.add(
        "<circle cx=\"-10\" cy=\"0\" r=\"2.6\" fill=\"%s\"/><path d=\"M-10 0H6\""
            + " stroke=\"%s\" stroke-width=\"1.6\"/><path d=\"M11 0l-7 -4v8z\""
            + " fill=\"%s\"/>",
        colour, colour, colour);
    word(meaning);
  }

  private void sample(String stroke, String meaning) {
    svg.add(
        "<rect x=\"-11\" y=\"-8\" width=\"20\" height=\"13\" rx=\"3\" fill=\"%s\" stroke=\"%s\" ",
        palette.plate(), palette.soft());
    svg.raw(stroke + "/>");
    word(meaning);
  }

  private void word(String meaning) {
    svg.add(
        "<text x=\"22\" y=\"4\" font-size=\"11.5\" fill=\"%s\">%s</text>", palette.ink(), meaning);
  }
}
