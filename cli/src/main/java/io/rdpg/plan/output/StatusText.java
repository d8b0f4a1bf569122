package io.rdpg.plan.output;

import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.status.ClusterReport;
import io.rdpg.plan.status.NodeReport;
import io.rdpg.plan.status.PairReport;
import io.rdpg.plan.status.Problem;
import io.rdpg.plan.status.Registration;
import io.rdpg.plan.status.Row;
import io.rdpg.plan.status.StatusReport;
import io.rdpg.plan.step.Server;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How all nodes are, for people: a table a cluster, then what isn't well. */
public record StatusText(Style style) {
  /** Clusters with more pairs are shown by those that aren't well. */
  private static final int MOST_PAIRS = 20;

  private static final String UNKNOWN = "-";

  /** The lines, without line ends. */
  public List<String> lines(StatusReport report) {
    List<String> lines = new ArrayList<>();
    for (ClusterReport cluster : report.clusters()) {
      lines.addAll(cluster(cluster));
      lines.add("");
    }
    lines.addAll(problems(report.problems()));
    lines.add(summary(report));
    return lines;
  }

  private List<String> cluster(ClusterReport cluster) {
    List<String> lines = new ArrayList<>();
    lines.add(heading(cluster));
    lines.addAll(nodes(cluster));
    lines.addAll(pairs(cluster.pairs()));
    for (Row lock : cluster.locks()) {
      lines.add(
          "  "
              + style.yellow(
                  VisibleText.line(
                      "lock "
                          + lock.text("key").orElse("")
                          + " is held by "
                          + lock.text("holder").orElse(""))));
    }
    return lines;
  }

  private String heading(ClusterReport cluster) {
    if (cluster.id().isEmpty()) {
      return style.bold("in no cluster");
    }
    String writers =
        cluster.nodes().stream()
            .filter(NodeReport::writes)
            .map(NodeReport::name)
            .collect(Collectors.joining(", "));
    return style.bold(cluster.id())
        + " ("
        + cluster.role()
        + "), "
        + (!cluster.consul()
            ? "write master unknown"
            : writers.isEmpty() && cluster.writers().isEmpty()
                ? style.red("no write master")
                : "writes go to "
                    + (writers.isEmpty()
                        ? VisibleText.line(
                            cluster.writers().getFirst().row().text("address").orElse(""))
                        : writers));
  }

  private List<String> nodes(ClusterReport cluster) {
    TextColumns table =
        new TextColumns(style, "node", "address", "PostgreSQL", "WAL kept", "registered", "");
    for (NodeReport node : cluster.nodes()) {
      table.row(
          TextColumns.plain(node.name()),
          TextColumns.plain(node.address()),
          postgres(node),
          TextColumns.plain(
              node.keptBytes().isPresent()
                  ? ByteCount.show((double) node.keptBytes().getAsLong())
                  : UNKNOWN),
          registered(node, cluster.consul()),
          TextColumns.of(notes(node), style::yellow));
    }
    return table.lines();
  }

  private TextColumns.Cell postgres(NodeReport node) {
    if (!node.asked()) {
      return TextColumns.of("asking", style::dim);
    }
    if (node.outOfReach().containsKey(Server.NODE)
        || node.outOfReach().containsKey(Server.POSTGRES)) {
      return TextColumns.of("unreachable", style::red);
    }
    String version = node.server().text("version").orElse(UNKNOWN);
    return TextColumns.of(version, node.server().trouble().isPresent() ? style::red : style::green);
  }

  private TextColumns.Cell registered(NodeReport node, boolean consul) {
    if (!consul) {
      return TextColumns.of("unknown", style::dim);
    }
    List<Registration> all = node.registrations();
    long passing = all.stream().filter(Registration::passing).count();
    return TextColumns.of(
        passing + " of " + all.size() + " passing",
        passing == all.size() ? style::green : style::red);
  }

  /** What is worth a word of a node that isn't wrong. */
  static String notes(NodeReport node) {
    return Stream.of(
            node.writes() ? Stream.of("write master") : Stream.<String>empty(),
            node.outOfReach().containsKey(Server.CONSUL)
                ? Stream.of("its Consul agent is unreachable")
                : Stream.<String>empty(),
            node.server().text("pending_restart").stream()
                .filter(names -> !names.isEmpty())
                .map(names -> "a restart is due: " + names))
        .flatMap(notes -> notes)
        .collect(Collectors.joining("; "));
  }

  private List<String> pairs(List<PairReport> pairs) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    List<PairReport> shown =
        pairs.size() <= MOST_PAIRS
            ? pairs
            : pairs.stream().filter(pair -> !pair.troubles().isEmpty()).toList();
    List<String> lines = new ArrayList<>();
    if (!shown.isEmpty()) {
      TextColumns table =
          new TextColumns(style, "from", "to", "behind", "slot", "worker", "errors", "conflicts");
      shown.forEach(pair -> pair(pair, table));
      lines.addAll(table.lines());
    }
    if (shown.size() < pairs.size()) {
      double most =
          pairs.stream()
              .flatMap(pair -> pair.slot().number("lag_bytes").stream())
              .mapToDouble(Double::doubleValue)
              .max()
              .orElse(0);
      lines.add(
          "  "
              + Plural.of(pairs.size(), "pair")
              + " of nodes, "
              + shown.size()
              + " not well, "
              + ByteCount.show(most)
              + " behind at most");
    }
    return lines;
  }

  private void pair(PairReport pair, TextColumns table) {
    Row slot = pair.slot();
    Row subscription = pair.subscription();
    table.row(
        TextColumns.plain(pair.from()),
        TextColumns.plain(pair.to()),
        TextColumns.plain(behind(slot)),
        truth(slot, "active", "in use", "not in use"),
        subscription.truth("enabled").equals(Optional.of(false))
            ? TextColumns.of("disabled", style::red)
            : truth(subscription, "worker", "runs", "not running"),
        count(subscription, "apply_errors", "sync_errors"),
        count(subscription, "conflicts"));
  }

  /** How far the reader of a slot is behind. */
  static String behind(Row slot) {
    return slot.number("lag_bytes")
        .map(bytes ->
            ByteCount.show(bytes)
                + slot.number("lag_seconds")
                    .map(seconds -> ", " + Math.round(seconds * 10) / 10.0 + " s")
                    .orElse(""))
        .orElse(UNKNOWN);
  }

  private TextColumns.Cell truth(Row row, String column, String yes, String no) {
    return row.truth(column)
        .map(holds -> holds ? TextColumns.of(yes, style::green) : TextColumns.of(no, style::red))
        .orElse(TextColumns.plain(UNKNOWN));
  }

  /** Counts are of all time, so they are worth a look, and no problem by themselves. */
  private TextColumns.Cell count(Row row, String... columns) {
    List<Double> counts =
        Stream.of(columns).flatMap(column -> row.number(column).stream()).toList();
    if (counts.isEmpty()) {
      return TextColumns.plain(UNKNOWN);
    }
    long sum = counts.stream().mapToLong(Double::longValue).sum();
    return TextColumns.of(String.valueOf(sum), sum == 0 ? text -> text : style::yellow);
  }

  private List<String> problems(List<Problem> problems) {
    if (problems.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(style.red("not well:"));
    Set<String> hints = new HashSet<>();
    for (Problem problem : problems) {
      String where = problem.node() == null ? problem.cluster() : problem.node();
      List<String> message = problem.message().lines().map(VisibleText::line).toList();
      lines.add("  " + style.bold(where) + ": " + (message.isEmpty() ? "" : message.getFirst()));
      message.stream().skip(1).forEach(line -> lines.add("    " + line));
      String hint = problem.hint();
      if (hint != null && hints.add(hint)) {
        lines.add("    " + style.dim("hint: " + VisibleText.line(hint)));
      }
    }
    lines.add("");
    return lines;
  }

  private String summary(StatusReport report) {
    int nodes = report.clusters().stream().mapToInt(cluster -> cluster.nodes().size()).sum();
    long asking =
        report.clusters().stream()
            .flatMap(cluster -> cluster.nodes().stream())
            .filter(node -> !node.asked())
            .count();
    int problems = report.problems().size();
    return Plural.of(nodes, "node")
        + ", "
        + (problems > 0
            ? style.red(Plural.of(problems, "problem"))
            : asking > 0 ? asking + " still being asked" : style.green("all is well"));
  }
}
