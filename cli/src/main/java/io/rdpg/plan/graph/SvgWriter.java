package io.rdpg.plan.graph;

import io.rdpg.plan.markup.Markup;
import java.util.Locale;

/** Writes texts and signs into an SVG, in the colours of a palette. */
record SvgWriter(Markup svg, Palette palette) {
  void text(TextBlock text) {
    text.lines().forEach(this::line);
    text.tags().forEach(this::tag);
  }

  void line(TextBlock.Line line) {
    TextKind lettering = line.lettering();
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
    if (lettering == TextKind.NAME) {
      svg.raw(" font-weight=\"700\"");
    } else {
      svg.add(" font-family=\"%s\"", SvgPage.MONO);
    }
    svg.raw(line.atEnd() ? " text-anchor=\"end\"" : "");
    svg.add(" xml:space=\"preserve\">%s</text>\n", line.text());
  }

  private static String size(TextKind lettering) {
    return String.format(Locale.ROOT, "%s", lettering.size()).replaceFirst("\\.0$", "");
  }

  private void tag(TextBlock.Tag tag) {
    Rectangle area = tag.area();
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

  void sign(int x, int y, StepCategory kind) {
    String colour = kind.colour();
    boolean hollow = kind.shape() == StepCategory.Shape.HOLLOW;
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
    glyph(x, y, Icons.of(kind), hollow ? colour : "#ffffff");
  }

  void sign(int x, int y, GraphElement.Frame frame) {
    switch (frame) {
      case LOCK ->
          svg.add("<circle cx=\"%d\" cy=\"%d\" r=\"13\" fill=\"%s\"/>\n", x, y, StepCategory.GOLD);
      case INCLUDE, BLOCK ->
          svg.add(
              "<rect x=\"%d\" y=\"%d\" width=\"24\" height=\"24\" rx=\"6\" fill=\"%s\""
                  + " stroke=\"%s\" stroke-width=\"1.4\"/>\n",
              x - 12, y - 12, palette.sign(), palette.soft());
    }
    glyph(x, y, Icons.of(frame), frame == GraphElement.Frame.LOCK ? "#ffffff" : palette.soft());
  }

  private void glyph(int x, int y, String path, String colour) {
    svg.add(
        "<path transform=\"translate(%d %d)\" d=\"%s\" fill=\"none\" stroke=\"%s\""
            + " stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n",
        x - 8, y - 8, path, colour);
  }
}
