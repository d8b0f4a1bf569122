package io.rdpg.plan.graph;

import io.rdpg.plan.markup.Markup;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture as one SVG file that needs nothing else: no style, script or font of its own or of
 * others, and its own background, so that it is the same on every page.
 */
final class SvgPage {
  static final String SANS =
      "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', Verdana, sans-serif";
  static final String MONO =
      "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono',"
          + " monospace";
  static final List<String> WIRES =
      List.of("#db2777", "#0891b2", "#7c3aed", "#4d7c0f", "#e11d48", "#2563eb");
  private static final int MARGIN = 28;

  private final PlanGraph picture;
  private final Palette palette;
  private final List<PlacedElement> placed;
  private final List<EdgeRouter.Wire> wires;
  private final int head;
  private final int width;
  private final int bottom;
  private final Markup svg = new Markup();
  private final SvgWriter pen;

  SvgPage(PlanGraph picture, Palette palette) {
    this.picture = picture;
    this.palette = palette;
    this.pen = new SvgWriter(svg, palette);
    List<String> about = about();
    this.head = MARGIN + 34 + about.size() * TextKind.ABOUT.lineHeight() + 26;
    RoutingLanes meetings = new RoutingLanes(picture);
    this.placed = new GraphLayout(picture, meetings).place(MARGIN, head + 14);
    this.wires = new EdgeRouter(meetings, placed).all();
    int right = placed.stream().mapToInt(part -> part.area().right()).max().orElse(0);
    int lines =
        wires.isEmpty()
            ? 0
            : 14 + GraphLayout.LANE * meetings.lines(new RoutingLanes.Strip(List.of(), -1));
    this.width = Math.max(right + lines, MARGIN + 560) + MARGIN;
    int end = placed.isEmpty() ? head : placed.getLast().area().bottom();
    this.bottom = end + 30;
  }

  /** The positions of all parts, for tests. */
  List<PlacedElement> placed() {
    return placed;
  }

  int width() {
    return width;
  }

  private List<String> about() {
    return picture.about().isEmpty()
        ? List.of()
        : TextKind.ABOUT.font().wrap(picture.about(), TextKind.ABOUT.size(), 560, 4);
  }

  String write() {
    SvgLegend legend = new SvgLegend(picture, !wires.isEmpty(), svg, palette);
    int x = width - MARGIN - SvgLegend.WIDTH;
    int legendHeight = legend.height(1);
    boolean beside =
        placed.stream()
            .filter(part -> part.area().y() < MARGIN + legendHeight + 16)
            .allMatch(part -> part.area().right() + 40 < x);
    int columns = Math.max(1, (width - 2 * MARGIN) / SvgLegend.WIDTH);
    int below = legend.height(columns);
    int height =
        beside ? Math.max(bottom, MARGIN + legendHeight) + MARGIN : bottom + below + MARGIN;
    svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " role=\"img\" aria-labelledby=\"title desc\" font-family=\"%s\">\n",
        width, height, width, height, SANS);
    svg.add("<title id=\"title\">Plan %s</title>\n", picture.name());
    svg.add("<desc id=\"desc\">%s</desc>\n", described());
    svg.add(
        "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"12\" fill=\"%s\""
            + " stroke=\"%s\"/>\n",
        width - 1, height - 1, palette.page(), palette.edge());
    heading();
    placed.forEach(this::frame);
    int rail = placed.isEmpty() ? MARGIN : placed.getFirst().rail();
    rails(rail);
    wires.forEach(this::wire);
    placed.forEach(this::draw);
    if (beside) {
      legend.write(x, MARGIN, 1);
    } else {
      legend.write(MARGIN, bottom, columns);
    }
    return svg.raw("</svg>\n").toString();
  }

  private String described() {
    List<String> names = new ArrayList<>();
    picture.each(part -> {
      if (part instanceof GraphElement.Card card) {
        names.add(card.caption().name());
      } else if (part instanceof GraphElement.Box box && box.folded()) {
        names.add(box.caption().name());
      }
    });
    return picture.about()
        + (picture.about().isEmpty() ? "" : " ")
        + "Steps: "
        + String.join("; ", names);
  }

  private void heading() {
    int y = MARGIN + 20;
    String title = TextKind.TITLE.cut(picture.name(), 560);
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"20\" font-weight=\"700\" fill=\"%s\">%s</text>\n",
        MARGIN, y, palette.ink(), title);
    y += 24;
    for (String line : about()) {
      svg.add(
          "<text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"%s\">%s</text>\n",
          MARGIN, y, palette.soft(), line);
      y += TextKind.ABOUT.lineHeight();
    }
    String serial = picture.serial().map(nodes -> ", " + nodes + " at once").orElse("");
    String where = "on nodes: " + picture.targets() + serial;
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"700\" fill=\"%s\">%s</text>\n",
        MARGIN, y + 6, palette.soft(), TextKind.ABOUT.cut(where, 480));
  }

  private void frame(PlacedElement part) {
    switch (part) {
      case PlacedElement.Card _ -> {}
      case PlacedElement.Box box -> {
        frame(box);
        box.inside().forEach(this::frame);
      }
      case PlacedElement.Fork fork ->
          fork.branches().forEach(branch -> branch.parts().forEach(this::frame));
    }
  }

  private void frame(PlacedElement.Box box) {
    GraphElement.Frame frame = box.box().frame();
    boolean loop = box.box().caption().each().isPresent();
    boolean optional = box.box().caption().when().isPresent();
    Rectangle area = box.area();
    int inset = loop ? 6 : 0;
    String fill =
        switch (frame) {
          case LOCK -> palette.lock();
          case INCLUDE -> palette.include();
          case BLOCK -> palette.page();
        };
    String stroke = frame == GraphElement.Frame.LOCK ? palette.held() : palette.rail();
    String dash = optional ? " stroke-dasharray=\"5 4\"" : "";
    for (int shift = inset; shift >= 0; shift -= 3) {
      svg.add(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\" stroke=\"%s\"",
          area.x() + shift,
          area.y() + shift,
          area.width() - inset,
          area.height() - inset,
          fill,
          stroke);
      svg.raw(frame == GraphElement.Frame.LOCK ? " stroke-width=\"1.6\"" : "").raw(dash + "/>\n");
    }
  }

  private void rails(int rail) {
    List<FlowLines.Piece> pieces = FlowLines.of(placed, rail, head + 2);
    for (FlowLines.Piece piece : pieces) {
      if (piece.held() == LockCertainty.YES) {
        path(piece, palette.halo(), 20, "");
      }
    }
    for (FlowLines.Piece piece : pieces) {
      switch (piece.held()) {
        case NO -> path(piece, palette.rail(), 3, "");
        case MAYBE -> path(piece, palette.held(), 3, " stroke-dasharray=\"3 4\"");
        case YES -> path(piece, palette.held(), 5, "");
      }
    }
    int end = placed.isEmpty() ? head + 2 : placed.getLast().area().bottom() + 12;
    for (int y : new int[] {head + 2, end}) {
      svg.add("<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>\n", rail, y, palette.rail());
    }
  }

  private void path(FlowLines.Piece piece, String colour, int wide, String more) {
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"",
        piece.path(), colour, wide);
    svg.raw(more + "/>\n");
  }

  private void wire(EdgeRouter.Wire wire) {
    String colour = WIRES.get(wire.colour() % WIRES.size());
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>\n", wire.path(), colour);
    svg.add(
        "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>\n",
        wire.start().x(), wire.start().y(), colour);
    svg.add(
        "<path d=\"M%d %dl%d -4.5v9z\" fill=\"%s\"/>\n",
        wire.end().x(), wire.end().y(), wire.leftward() ? 8 : -8, colour);
  }

  private void draw(PlacedElement part) {
    switch (part) {
      case PlacedElement.Card card -> card(card);
      case PlacedElement.Box box -> {
        pen.sign(box.rail(), box.sign(), box.box().frame());
        pen.text(box.text());
        box.inside().forEach(this::draw);
      }
      case PlacedElement.Fork fork ->
          fork.branches()
              .forEach(branch -> {
                Rectangle pill = branch.pill();
                svg.add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\""
                        + " stroke=\"%s\"/>\n",
                    pill.x(),
                    pill.y(),
                    pill.width(),
                    pill.height(),
                    palette.page(),
                    palette.condition());
                branch.condition().forEach(pen::line);
                branch.parts().forEach(this::draw);
              });
    }
  }

  private void card(PlacedElement.Card card) {
    card.part().step().ifPresent(caption -> card(card, caption));
  }

  private void card(PlacedElement.Card card, Caption caption) {
    svg.add("<g><title>%s</title>\n", tip(card.part(), caption));
    boolean folded = card.part() instanceof GraphElement.Box;
    String colour =
        card.part() instanceof GraphElement.Card step ? step.kind().colour() : palette.soft();
    Rectangle plate = card.plate();
    int round =
        card.part() instanceof GraphElement.Card step
                && step.kind().shape() == StepCategory.Shape.ROUND
            ? Math.min(17, plate.height() / 2)
            : 7;
    for (int shift = caption.each().isPresent() ? 6 : 0; shift >= 0; shift -= 3) {
      svg.add(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\""
              + " stroke=\"%s\" stroke-opacity=\"%s\"",
          plate.x() + shift,
          plate.y() + shift,
          plate.width(),
          plate.height(),
          round,
          folded ? palette.folded() : palette.plate(),
          colour,
          palette.strength());
      svg.raw(caption.when().isPresent() ? " stroke-dasharray=\"5 4\"/>\n" : "/>\n");
    }
    if (card.part() instanceof GraphElement.Card step) {
      pen.sign(card.rail(), card.sign(), step.kind());
    } else if (card.part() instanceof GraphElement.Box box) {
      pen.sign(card.rail(), card.sign(), box.frame());
    }
    pen.text(card.text());
    svg.raw("</g>\n");
  }

  private static String tip(GraphElement part, Caption caption) {
    String what =
        switch (part) {
          case GraphElement.Card card -> card.primitive() + " · " + card.does();
          case GraphElement.Box box -> box.detail();
          case GraphElement.Fork _ -> "";
        };
    return caption.name()
        + (what.isEmpty() ? "" : " · " + what)
        + caption.when().map(when -> " · if " + when).orElse("")
        + " · "
        + caption.place();
  }
}
