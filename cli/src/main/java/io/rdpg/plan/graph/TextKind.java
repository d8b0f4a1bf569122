package io.rdpg.plan.graph;

/** The kinds of text in a picture. */
enum TextKind {
  TITLE(FontWidths.BOLD, 20, 26),
  ABOUT(FontWidths.PLAIN, 12, 17),
  NAME(FontWidths.BOLD, 13, 17),
  DETAIL(FontWidths.MONO, 11, 15),
  CONDITION(FontWidths.MONO, 11, 15),
  TAG(FontWidths.PLAIN, 10.5, 14);

  private final FontWidths font;
  private final double size;
  private final int lineHeight;

  TextKind(FontWidths font, double size, int lineHeight) {
    this.font = font;
    this.size = size;
    this.lineHeight = lineHeight;
  }

  FontWidths font() {
    return font;
  }

  double size() {
    return size;
  }

  int lineHeight() {
    return lineHeight;
  }

  int width(String text) {
    return font.of(text, size);
  }

  String cut(String text, int room) {
    return font.cut(text, size, room);
  }
}
