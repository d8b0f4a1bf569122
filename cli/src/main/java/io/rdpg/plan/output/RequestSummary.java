package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.target.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Collects what was asked of each node and its servers, and when each step's reads were asked, for
 * the end of a run.
 */
final class RequestSummary {
  private static final List<String> HEADINGS =
      List.of("node", "connection", "opened", "requests", "forks", "sent", "received", "waited");

  /** The columns up to this one hold words, the others numbers. */
  private static final int WORDS = 2;

  private final Style style;
  private final Map<String, Map<Traffic.Way, Traffic.Counts>> nodes = new LinkedHashMap<>();
  private final Map<String, List<String>> steps = new LinkedHashMap<>();

  RequestSummary(Style style) {
    this.style = style;
  }

  void note(Event.StepFinished step) {
    if (step.reads() != ReadTiming.NOTHING) {
      steps
          .computeIfAbsent(step.at().node(), _ -> new ArrayList<>())
          .add(step.at().called() + ": " + step.reads().text());
    }
  }

  /** A sealed run asks once for each of its halves. */
  void note(Event.NodeAsked asked) {
    Map<Traffic.Way, Traffic.Counts> all =
        nodes.computeIfAbsent(asked.node(), _ -> new LinkedHashMap<>());
    asked.connections().forEach(counts -> all.merge(counts.way(), counts, Traffic.Counts::plus));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    steps.forEach((node, each) -> {
      lines.add("");
      lines.add(style.bold("what " + node + " was asked"));
      each.forEach(step -> lines.add("  " + step));
    });
    lines.add("");
    lines.addAll(table());
    return lines;
  }

  private List<String> table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    nodes.forEach((node, ways) -> ways.values().forEach(counts -> rows.add(row(node, counts))));
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(one -> one.get(at).length()).max().orElse(0);
        String cell = row.get(column);
        String space = " ".repeat(width - cell.length());
        line.append(column == 0 ? "" : "  ").append(column < WORDS ? cell + space : space + cell);
      }
      lines.add(lines.isEmpty() ? style.dim(line.toString()) : line.toString());
    }
    return lines;
  }

  private static List<String> row(String node, Traffic.Counts counts) {
    Traffic.Way way = counts.way();
    return List.of(
        node,
        connection(way),
        String.valueOf(counts.connects()),
        String.valueOf(counts.requests()),
        way.kind() == Traffic.Kind.SHELL ? String.valueOf(counts.forks()) : "",
        size(counts.sentBytes()),
        size(counts.receivedBytes()),
        ElapsedTime.show(counts.waited()));
  }

  private static String connection(Traffic.Way way) {
    if (way.to() == null) {
      return way.kind().word();
    }
    return way.kind().word() + (way.kind() == Traffic.Kind.SQL ? " to " : " as ") + way.to();
  }

  private static String size(long bytes) {
    return bytes < 1024
        ? bytes + " B"
        : bytes < 1024 * 1024
            ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
            : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }
}
