package io.rdpg.plan.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Rows of coloured cells under faint headings, each column as wide as its widest cell. */
final class TextColumns {
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * One cell.
   *
   * @param paint colours the text, which is padded without
   */
  record Cell(String text, UnaryOperator<String> paint) {
    Cell {
      text = VisibleText.line(text);
    }
  }

  static Cell of(String text, UnaryOperator<String> paint) {
    return new Cell(text, paint);
  }

  static Cell plain(String text) {
    return new Cell(text, same -> same);
  }

  TextColumns(Style style, String... headings) {
    rows.add(Stream.of(headings).map(heading -> new Cell(heading, style::dim)).toList());
  }

  /** Adds a row with as many cells as there are headings. */
  void row(Cell... cells) {
    rows.add(Arrays.asList(cells));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<Cell> row : rows) {
      StringBuilder line = new StringBuilder();
      int gap = 2;
      for (int column = 0; column < row.size(); column++) {
        Cell cell = row.get(column);
        if (!cell.text().isEmpty()) {
          line.append(" ".repeat(gap)).append(cell.paint().apply(cell.text()));
          gap = 2 - DisplayWidth.of(cell.text());
        }
        gap += width(column);
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> DisplayWidth.of(row.get(column).text())).max().orElse(0);
  }
}
