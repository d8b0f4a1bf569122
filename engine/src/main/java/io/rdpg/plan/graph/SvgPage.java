package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A picture as one SVG file that needs nothing else: no style, script or font of its own or of
 * others, and its own background, so that it looks the same on every page.
 */
final class SvgPage {
  static final String SANS =
      "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', Verdana, sans-serif";
  static final String MONO =
      "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono',"
          + " monospace";
  private static final List<String> WIRES =
      List.of("#db2777", "#0891b2", "#7c3aed", "#4d7c0f", "#e11d48", "#2563eb");
  private static final int MARGIN = 28;
  private static final int LEGEND_WIDTH = 268;
  private static final int LEGEND_LINE = 31;

  private final Picture picture;
  private final Palette palette;
  private final List<Placed> placed;
  private final List<Wires.Wire> wires;
  private final int head;
  private final int width;
  private final int bottom;
  private final Markup svg = new Markup();

  SvgPage(Picture picture, Palette palette) {
    this.picture = picture;
    this.palette = palette;
    List<String> about = about();
    this.head = MARGIN + 34 + about.size() * Lettering.ABOUT.lineHeight() + 26;
    Meetings meetings = new Meetings(picture);
    this.placed = new Layout(picture, meetings).place(MARGIN, head + 14);
    this.wires = new Wires(meetings, placed).all();
    int right = placed.stream().mapToInt(part -> part.area().right()).max().orElse(0);
    int lines =
        wires.isEmpty() ? 0 : 14 + Layout.LANE * meetings.lines(new Meetings.Strip(List.of(), -1));
    this.width = Math.max(right + lines, MARGIN + 560) + MARGIN;
    int end = placed.isEmpty() ? head : placed.getLast().area().bottom();
    this.bottom = end + 30;
  }

  /** What stands where, for those who want to check it. */
  List<Placed> placed() {
    return placed;
  }

  int width() {
    return width;
  }

  private List<String> about() {
    return picture.about().isEmpty()
        ? List.of()
        : Lettering.ABOUT.font().wrap(picture.about(), Lettering.ABOUT.size(), 560, 4);
  }

  String write() {
    List<Runnable> legend = legend();
    int rows = legend.size();
    int x = width - MARGIN - LEGEND_WIDTH;
    int legendHeight = rows * LEGEND_LINE + 50;
    boolean beside =
        placed.stream()
            .filter(part -> part.area().y() < MARGIN + legendHeight + 16)
            .allMatch(part -> part.area().right() + 40 < x);
    int columns = Math.max(1, (width - 2 * MARGIN) / LEGEND_WIDTH);
    int below = (rows + columns - 1) / columns * LEGEND_LINE + 50;
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
      legend(legend, x, MARGIN, 1, legendHeight);
    } else {
      legend(legend, MARGIN, bottom, columns, below);
    }
    return svg.raw("</svg>\n").toString();
  }

  private String described() {
    List<String> names = new ArrayList<>();
    picture.each(part -> {
      if (part instanceof Part.Card card) {
        names.add(card.caption().name());
      } else if (part instanceof Part.Box box && box.folded()) {
        names.add(box.caption().name());
      }
    });
    return picture.about()
        + (picture.about().isEmpty() ? "" : " ")
        + "Steps: "
        + String.join("; ", names);
  }

  // --- head and legend ---

  private void heading() {
    int y = MARGIN + 20;
    String title = Lettering.TITLE.cut(picture.name(), 560);
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"20\" font-weight=\"700\" fill=\"%s\">%s</text>\n",
        MARGIN, y, palette.ink(), title);
    y += 24;
    for (String line : about()) {
      svg.add(
          "<text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"%s\">%s</text>\n",
          MARGIN, y, palette.soft(), line);
      y += Lettering.ABOUT.lineHeight();
    }
    String serial = picture.serial().map(nodes -> ", " + nodes + " at once").orElse("");
    String where = "on nodes: " + picture.targets() + serial;
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"700\" fill=\"%s\">%s</text>\n",
        MARGIN, y + 6, palette.soft(), Lettering.ABOUT.cut(where, 480));
  }

  private void legend(List<Runnable> entries, int x, int y, int columns, int height) {
    svg.add(
        "<g><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\""
            + " stroke=\"%s\"/>\n",
        x, y, columns * LEGEND_WIDTH, height, palette.include(), palette.edge());
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"700\" fill=\"%s\">How to read"
            + " it</text>\n",
        x + 18, y + 26, palette.ink());
    int rows = (entries.size() + columns - 1) / columns;
    for (int i = 0; i < entries.size(); i++) {
      svg.add(
          "<g transform=\"translate(%d %d)\">",
          x + 30 + i / rows * LEGEND_WIDTH, y + 50 + i % rows * LEGEND_LINE);
      entries.get(i).run();
      svg.raw("</g>\n");
    }
    svg.raw("</g>\n");
  }

  private List<Runnable> legend() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    Set<Part.Frame> frames = EnumSet.noneOf(Part.Frame.class);
    boolean[] seen = new boolean[4];
    picture.each(part -> {
      switch (part) {
        case Part.Card card -> kinds.add(card.kind());
        case Part.Box box -> {
          frames.add(box.frame());
          seen[0] |= box.folded();
        }
        case Part.Fork _ -> seen[1] = true;
      }
      part.step()
          .ifPresent(step -> {
            seen[2] |= step.when().isPresent();
            seen[3] |= step.each().isPresent();
          });
    });
    List<Runnable> entries = new ArrayList<>();
    kinds.stream()
        .filter(kind -> kind != Kind.RELEASE)
        .forEach(kind ->
            entries.add(() -> {
              sign(0, 0, kind);
              word(kind.word());
            }));
    if (frames.contains(Part.Frame.LOCK)) {
      entries.add(() -> {
        svg.add(
            "<path d=\"M0 -12V12\" stroke=\"%s\" stroke-width=\"18\"/><path d=\"M0 -12V12\""
                + " stroke=\"%s\" stroke-width=\"5\"/>",
            palette.halo(), palette.held());
        sign(0, 0, Part.Frame.LOCK);
        word("lock taken; held along the broad line");
      });
    }
    if (kinds.contains(Kind.RELEASE)) {
      entries.add(() -> {
        sign(0, 0, Kind.RELEASE);
        word("lock let go: free from here on");
      });
    }
    if (seen[0]) {
      entries.add(() -> {
        sign(0, 0, Part.Frame.INCLUDE);
        word("another file's steps, folded here");
      });
    }
    if (seen[1]) {
      entries.add(() -> {
        svg.add(
            "<path d=\"M-8 -8Q-8 0 0 0Q8 0 8 8M-8 -8V8\" fill=\"none\" stroke=\"%s\""
                + " stroke-width=\"3\"/>",
            palette.rail());
        word("either way, never both");
      });
    }
    if (seen[2]) {
      entries.add(() -> sample("stroke-dasharray=\"4 3\"", "only if"));
    }
    if (seen[3]) {
      entries.add(() -> {
        svg.add(
            "<rect x=\"-7\" y=\"-4\" width=\"20\" height=\"13\" rx=\"3\" fill=\"%s\""
                + " stroke=\"%s\"/>",
            palette.plate(), palette.soft());
        sample("", "once for each");
      });
    }
    if (!wires.isEmpty()) {
      entries.add(() -> {
        svg.add(
            "<circle cx=\"-10\" cy=\"0\" r=\"2.6\" fill=\"%s\"/><path d=\"M-10 0H6\""
                + " stroke=\"%s\" stroke-width=\"1.6\"/><path d=\"M11 0l-7 -4v8z\""
                + " fill=\"%s\"/>",
            WIRES.getFirst(), WIRES.getFirst(), WIRES.getFirst());
        word("what a wait waits for");
      });
    }
    return entries;
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

  // --- boxes, lines and cards ---

  private void frame(Placed part) {
    switch (part) {
      case Placed.Card _ -> {}
      case Placed.Box box -> {
        frame(box);
        box.inside().forEach(this::frame);
      }
      case Placed.Fork fork -> fork.ways().forEach(way -> way.parts().forEach(this::frame));
    }
  }

  private void frame(Placed.Box box) {
    Part.Frame frame = box.box().frame();
    boolean loop = box.box().caption().each().isPresent();
    boolean optional = box.box().caption().when().isPresent();
    Area area = box.area();
    int inset = loop ? 6 : 0;
    String fill =
        switch (frame) {
          case LOCK -> palette.lock();
          case INCLUDE -> palette.include();
          case BLOCK -> palette.page();
        };
    String stroke = frame == Part.Frame.LOCK ? palette.held() : palette.rail();
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
      svg.raw(frame == Part.Frame.LOCK ? " stroke-width=\"1.6\"" : "").raw(dash + "/>\n");
    }
  }

  private void rails(int rail) {
    List<Rails.Piece> pieces = Rails.of(placed, rail, head + 2);
    for (Rails.Piece piece : pieces) {
      if (piece.held() == Held.YES) {
        path(piece, palette.halo(), 20, "");
      }
    }
    for (Rails.Piece piece : pieces) {
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

  private void path(Rails.Piece piece, String colour, int wide, String more) {
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"",
        piece.path(), colour, wide);
    svg.raw(more + "/>\n");
  }

  private void wire(Wires.Wire wire) {
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

  private void draw(Placed part) {
    switch (part) {
      case Placed.Card card -> card(card);
      case Placed.Box box -> {
        sign(box.rail(), box.sign(), box.box().frame());
        text(box.text());
        box.inside().forEach(this::draw);
      }
      case Placed.Fork fork ->
          fork.ways()
              .forEach(way -> {
                Area pill = way.pill();
                svg.add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"%s\""
                        + " stroke=\"%s\"/>\n",
                    pill.x(),
                    pill.y(),
                    pill.width(),
                    pill.height(),
                    palette.page(),
                    palette.condition());
                way.condition().forEach(this::line);
                way.parts().forEach(this::draw);
              });
    }
  }

  private void card(Placed.Card card) {
    card.part().step().ifPresent(caption -> card(card, caption));
  }

  private void card(Placed.Card card, Caption caption) {
    svg.add("<g><title>%s</title>\n", tip(card.part(), caption));
    boolean folded = card.part() instanceof Part.Box;
    String colour = card.part() instanceof Part.Card step ? step.kind().colour() : palette.soft();
    Area plate = card.plate();
    int round =
        card.part() instanceof Part.Card step && step.kind().shape() == Kind.Shape.ROUND
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
    if (card.part() instanceof Part.Card step) {
      sign(card.rail(), card.sign(), step.kind());
    } else if (card.part() instanceof Part.Box box) {
      sign(card.rail(), card.sign(), box.frame());
    }
    text(card.text());
    svg.raw("</g>\n");
  }

  private static String tip(Part part, Caption caption) {
    String what =
        switch (part) {
          case Part.Card card -> card.primitive() + " · " + card.does();
          case Part.Box box -> box.detail();
          case Part.Fork _ -> "";
        };
    return caption.name()
        + (what.isEmpty() ? "" : " · " + what)
        + caption.when().map(when -> " · if " + when).orElse("")
        + " · "
        + caption.place();
  }

  private void text(Lettered text) {
    text.lines().forEach(this::line);
    text.tags().forEach(this::tag);
  }

  private void line(Lettered.Line line) {
    Lettering lettering = line.lettering();
    String colour =
        switch (lettering) {
          case TITLE, NAME -> palette.ink();
          case ABOUT, DETAIL, TAG -> palette.soft();
          case CONDITION -> palette.condition();
        };
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"%s\" fill=\"%s\"",
        line.atEnd() ? line.area().right() : line.area().x(),
        line.area().y() + line.area().height() / 2 + 4,
        size(lettering),
        colour);
    if (lettering == Lettering.NAME) {
      svg.raw(" font-weight=\"700\"");
    } else {
      svg.add(" font-family=\"%s\"", MONO);
    }
    svg.raw(line.atEnd() ? " text-anchor=\"end\"" : "");
    svg.add(" xml:space=\"preserve\">%s</text>\n", line.text());
  }

  private static String size(Lettering lettering) {
    return String.format(Locale.ROOT, "%s", lettering.size()).replaceFirst("\\.0$", "");
  }

  private void tag(Lettered.Tag tag) {
    Area area = tag.area();
    String colour =
        switch (tag.kind()) {
          case LOOP, FOLDED -> palette.soft();
          case ELSEWHERE -> palette.elsewhere();
          case DEADLINE, OUTSIDE -> palette.waiting();
        };
    svg.add(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"%s\"/>\n",
        area.x(), area.y(), area.width(), area.height(), palette.tag());
    svg.add(
        "<text x=\"%d\" y=\"%d\" font-size=\"10.5\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n",
        area.x() + area.width() / 2, area.y() + 12, colour, tag.text());
  }

  // --- signs ---

  private void sign(int x, int y, Kind kind) {
    String colour = kind.colour();
    boolean hollow = kind.shape() == Kind.Shape.HOLLOW;
    switch (kind.shape()) {
      case TILE ->
          svg.add(
              "<rect x=\"%d\" y=\"%d\" width=\"24\" height=\"24\" rx=\"6\" fill=\"%s\"/>\n",
              x - 12, y - 12, colour);
      case ROUND -> svg.add("<circle cx=\"%d\" cy=\"%d\" r=\"13\" fill=\"%s\"/>\n", x, y, colour);
      case HOLLOW ->
          svg.add(
              "<circle cx=\"%d\" cy=\"%d\" r=\"11.5\" fill=\"%s\" stroke=\"%s\""
                  + " stroke-width=\"1.6\"/>\n",
              x, y, palette.sign(), colour);
      case DIAMOND ->
          svg.add(
              "<path d=\"M%d %dl14 14 -14 14 -14 -14z\" fill=\"%s\" stroke=\"%s\""
                  + " stroke-width=\"1\" stroke-linejoin=\"round\"/>\n",
              x, y - 14, colour, colour);
    }
    glyph(x, y, Signs.of(kind), hollow ? colour : "#ffffff");
  }

  private void sign(int x, int y, Part.Frame frame) {
    switch (frame) {
      case LOCK -> svg.add("<circle cx=\"%d\" cy=\"%d\" r=\"13\" fill=\"%s\"/>\n", x, y, Kind.GOLD);
      case INCLUDE, BLOCK ->
          svg.add(
              "<rect x=\"%d\" y=\"%d\" width=\"24\" height=\"24\" rx=\"6\" fill=\"%s\""
                  + " stroke=\"%s\" stroke-width=\"1.4\"/>\n",
              x - 12, y - 12, palette.sign(), palette.soft());
    }
    glyph(x, y, Signs.of(frame), frame == Part.Frame.LOCK ? "#ffffff" : palette.soft());
  }

  private void glyph(int x, int y, String path, String colour) {
    svg.add(
        "<path transform=\"translate(%d %d)\" d=\"%s\" fill=\"none\" stroke=\"%s\""
            + " stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n",
        x - 8, y - 8, path, colour);
  }
}
