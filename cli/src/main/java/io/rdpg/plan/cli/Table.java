package io.rdpg.plan.cli;

import io.rdpg.plan.output.VisibleText;
import java.util.List;
import java.util.stream.IntStream;

/** Rows under headings, each column as wide as its widest cell. */
final class Table {
  private Table() {}

  static String of(List<String> headings, List<List<String>> cells) {
    List<List<String>> rows =
        cells.stream().map(row -> row.stream().map(VisibleText::line).toList()).toList();
    int[] widths =
        IntStream.range(0, headings.size())
            .map(column ->
                rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .reduce(headings.get(column).length(), Math::max))
            .toArray();
    StringBuilder page = new StringBuilder();
    append(page, headings, widths);
    rows.forEach(row -> append(page, row, widths));
    return page.toString();
  }

  private static void append(StringBuilder page, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    page.append(line.toString().stripTrailing()).append('\n');
  }
}
