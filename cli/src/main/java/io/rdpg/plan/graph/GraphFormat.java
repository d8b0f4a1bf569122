package io.rdpg.plan.graph;

/** What a picture can be written as. */
public enum GraphFormat {
  /** For a terminal; always the whole plan. */
  TREE,
  /** For Markdown pages. */
  MERMAID,
  /** For Graphviz. */
  DOT,
  SVG,
  /** An HTML page whose steps can be folded and unfolded. Always the whole plan. */
  HTML;

  /**
   * The picture, the same text every time.
   *
   * @param whole whether to fold nothing
   * @param dark whether it is for dark pages; of no matter but to SVG
   */
  public String write(PlanGraph picture, boolean whole, boolean dark) {
    PlanGraph shown = whole ? picture : picture.folded();
    return switch (this) {
      case TREE -> new TextTree(picture).write();
      case MERMAID -> MermaidChart.write(shown);
      case DOT -> new DotGraph(shown).write();
      case SVG -> new SvgPage(shown, dark ? Palette.DARK : Palette.LIGHT).write();
      case HTML -> new HtmlPage(shown).write();
    };
  }
}
