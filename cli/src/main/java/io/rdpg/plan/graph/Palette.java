package io.rdpg.plan.graph;

/**
 * The colours that aren't a kind's own, as CSS writes them.
 *
 * @param plate behind a card's text
 * @param sign behind a sign that isn't filled
 * @param strength of a kind's colour around a plate, up to 1
 */
record Palette(
    String page,
    String edge,
    String ink,
    String soft,
    String condition,
    String plate,
    String include,
    String lock,
    String folded,
    String tag,
    String sign,
    String rail,
    String held,
    String halo,
    String waiting,
    String elsewhere,
    String strength) {
  static final Palette LIGHT =
      new Palette(
          "#ffffff", "#d8dee6", "#0f172a", "#56637a", "#6d28d9", "#ffffff", "#f6f8fa", "#fffaf0",
          "#eef2f6", "#e8edf3", "#ffffff", "#b6c2d1", "#d97706", "#fde9c3", "#be185d", "#0f766e",
          ".6");
  static final Palette DARK =
      new Palette(
          "#0d1117", "#303843", "#e6edf3", "#93a1b3", "#c4a7ff", "#161b22", "#11161d", "#1c1810",
          "#1c232c", "#262e38", "#0d1117", "#46515f", "#f59e0b", "#4a3411", "#f472b6", "#5eead4",
          ".95");
}
