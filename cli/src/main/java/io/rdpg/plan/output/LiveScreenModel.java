package io.rdpg.plan.output;

import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the live screen shows now: one row a node, and who holds which lock. Knows nothing of
 * terminals but their size. Not thread-safe.
 */
final class LiveScreenModel {
  private static final String UNICODE_SPIN =
      "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f";
  private static final String ASCII_SPIN = "|/-\\";
  private static final int FRAME_MS = 125;

  /** A step is shown with its own time once it takes so long. */
  private static final Duration SLOW = Duration.ofSeconds(2);

  private final Style style;
  private final Map<String, String> clusters;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, Held> locks = new LinkedHashMap<>();
  private final EnumMap<Status, Integer> counts = new EnumMap<>(Status.class);
  private String title = "";
  private Event.LoginsWaiting waitingForLogin = new Event.LoginsWaiting(0, 0);
  private boolean preview;
  private Instant begun = Instant.EPOCH;

  /**
   * @param clusters the cluster's id of each node that is in one
   */
  LiveScreenModel(Style style, Map<String, String> clusters) {
    this.style = style;
    this.clusters = Map.copyOf(clusters);
  }

  /** One node's state. */
  private static final class Row {
    final String node;
    final Deque<Running> running = new ArrayDeque<>();
    @Nullable Waits waits;
    @Nullable String failed;

    /** The step that is being read; empty when all have been; null when none is. */
    @Nullable String reads;

    String last = "";

    Row(String node) {
      this.node = node;
    }
  }

  private record Running(Event.At at, Instant since) {}

  /**
   * A wait as it was last reported.
   *
   * @param reportedAt when it was reported
   */
  private record Waits(Event.Waiting event, Instant reportedAt) {}

  private record Held(String node, Instant since) {}

  /** What a row says, apart from its node: nodes of one cluster that say the same are folded. */
  private record Line(String cluster, String mark, String text) {}

  void on(Event event, Instant now) {
    switch (event) {
      case Event.RunStarted run -> {
        begun = now;
        preview = run.preview();
        title = (preview ? "preview of " : "apply ") + run.plan();
        run.nodes().forEach(this::row);
      }
      case Event.StepStarted step -> {
        Row row = row(step.at().node());
        row.waits = null;
        row.failed = null;
        row.reads = null;
        row.running.push(new Running(step.at(), now));
      }
      case Event.StepFinished step -> finished(step);
      case Event.Waiting wait -> row(wait.at().node()).waits = new Waits(wait, now);
      case Event.ReadingState looking -> {
        rows.values().forEach(row -> row.reads = "");
        looking.at().forEach(at -> row(at.node()).reads = at.called());
      }
      case Event.LoginsWaiting logins -> waitingForLogin = logins;
      case Event.LockAcquired lock -> {
        row(lock.node()).waits = null;
        locks.put(lock.key(), new Held(lock.node(), now));
      }
      case Event.LockReleased lock -> released(lock.key(), lock.node());
      case Event.LockLeft lock -> released(lock.key(), lock.node());
      case Event.LockLost lock -> released(lock.key(), lock.node());
      case Event.ServerSaid _,
          Event.NodeAsked _,
          Event.DiagnosticReported _,
          Event.RunFinished _ -> {}
    }
  }

  private void finished(Event.StepFinished step) {
    Row row = row(step.at().node());
    row.waits = null;
    row.running.removeIf(running -> running.at.id().equals(step.at().id()));
    row.last = step.at().called();
    if (step.status() == Status.FAILED && row.failed == null) {
      row.failed = step.at().called();
    }
    counts.merge(step.status(), 1, Integer::sum);
  }

  private void released(String key, String node) {
    Held held = locks.get(key);
    if (held != null && held.node.equals(node)) {
      locks.remove(key);
    }
    // A lock's scope begins as a step and ends as a release.
    row(node).running.removeIf(running -> running.at.primitive().equals(Keys.LOCK));
  }

  private Row row(String node) {
    return rows.computeIfAbsent(node, Row::new);
  }

  /** The lines to show, none wider than the terminal, fewer than it has rows. */
  List<String> lines(Instant now, Terminal.Size size) {
    List<String> lines = new ArrayList<>();
    lines.add(header(now));
    List<String> held = lockLines(now, size);
    List<String> nodes = nodeLines(now, Math.max(1, size.rows() - 2 - held.size()), size.columns());
    lines.addAll(nodes);
    lines.addAll(held);
    return lines.stream().map(line -> DisplayWidth.cut(line, size.columns())).toList();
  }

  private String header(Instant now) {
    StringBuilder line = new StringBuilder(style.bold(title));
    line.append("  ").append(ElapsedTime.show(Duration.between(begun, now)));
    count(line, Status.OK);
    count(line, preview ? Status.WOULD_CHANGE : Status.CHANGED);
    if (preview) {
      count(line, Status.TENTATIVE);
    }
    count(line, Status.SKIPPED);
    count(line, Status.FAILED);
    if (waitingForLogin.waiting() > 0) {
      line.append("  ").append(style.yellow(StepResultText.called(waitingForLogin)));
    }
    return line.toString();
  }

  private void count(StringBuilder line, Status status) {
    int n = counts.getOrDefault(status, 0);
    String words = n + " " + status.word().replace('_', ' ');
    line.append("  ").append(n == 0 ? style.dim(words) : style.of(status, words));
  }

  /** One line a node; where there is no room for that, nodes in one state share a line. */
  private List<String> nodeLines(Instant now, int room, int columns) {
    Map<Line, List<String>> folded = new LinkedHashMap<>();
    boolean fold = rows.size() > room;
    List<Map.Entry<Line, List<String>>> shown = new ArrayList<>();
    for (Row row : rows.values()) {
      Line line = line(row, now, fold, columns);
      if (fold) {
        folded.computeIfAbsent(line, _ -> new ArrayList<>()).add(row.node);
      } else {
        shown.add(Map.entry(line, List.of(row.node)));
      }
    }
    shown.addAll(folded.entrySet());
    int left = Math.max(0, shown.size() - room);
    if (left > 0) {
      left++;
    }
    List<Map.Entry<Line, List<String>>> fitting = shown.subList(0, shown.size() - left);
    int clusterWidth = fitting.stream().mapToInt(e -> e.getKey().cluster.length()).max().orElse(0);
    int nodeWidth = fitting.stream().mapToInt(e -> names(e.getValue()).length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    String before = "";
    for (Map.Entry<Line, List<String>> entry : fitting) {
      Line line = entry.getKey();
      String cluster = line.cluster.equals(before) ? "" : line.cluster;
      before = line.cluster;
      lines.add(
          style.dim(StepResultText.pad(cluster, clusterWidth))
              + (clusterWidth > 0 ? "  " : "")
              + StepResultText.pad(names(entry.getValue()), nodeWidth)
              + "  "
              + line.mark
              + " "
              + line.text);
    }
    if (left > 0) {
      int hidden =
          shown.subList(shown.size() - left, shown.size()).stream()
              .mapToInt(entry -> entry.getValue().size())
              .sum();
      lines.add(style.dim("and " + hidden + " more nodes"));
    }
    return lines;
  }

  /**
   * @param fold leave out what differs between nodes in one state, such as since when
   * @param columns how wide it may be, roughly
   */
  private Line line(Row row, Instant now, boolean fold, int columns) {
    String cluster = clusters.getOrDefault(row.node, "");
    if (row.failed != null) {
      return new Line(cluster, mark("\u2717", "x", Status.FAILED), style.red(row.failed));
    }
    Running running = row.running.peek();
    if (running == null) {
      return idle(cluster, row, now, fold);
    }
    if (row.waits != null) {
      return waiting(cluster, row.waits, now, fold, columns);
    }
    Duration since = Duration.between(running.since, now);
    boolean slow = !fold && since.compareTo(SLOW) >= 0;
    return new Line(
        cluster,
        style.cyan(spin(now)),
        name(running.at, fold) + (slow ? style.dim("  " + ElapsedTime.show(since)) : ""));
  }

  private Line idle(String cluster, Row row, Instant now, boolean fold) {
    String reads = row.reads;
    if (reads == null && row.last.isEmpty()) {
      return new Line(cluster, " ", style.dim("not started"));
    }
    if (reads == null) {
      return new Line(cluster, style.dim(style.unicode() ? "\u00b7" : "."), after(row.last, fold));
    }
    if (reads.isEmpty()) {
      return new Line(cluster, " ", style.dim("read"));
    }
    return new Line(
        cluster, style.cyan(spin(now)), style.dim(fold ? "reading" : "reading: " + reads));
  }

  /** What it waits for and how long matters more than the end of a long name. */
  private Line waiting(String cluster, Waits waits, Instant now, boolean fold, int columns) {
    Duration elapsed = waits.event.elapsed().plus(Duration.between(waits.reportedAt, now));
    String deadline = ElapsedTime.show(waits.event.deadline());
    String times = "  " + ElapsedTime.show(elapsed) + " of " + deadline + "  ";
    String waitsFor = style.dim(fold ? ": " : times) + style.yellow(waits.event.what());
    if (!waits.event.note().isEmpty()) {
      waitsFor += " " + style.red(waits.event.note());
    }
    String name = name(waits.event.at(), fold);
    if (DisplayWidth.of(name + waitsFor) > columns * 3 / 4) {
      name = DisplayWidth.cut(name, Math.max(12, columns / 4));
    }
    return new Line(cluster, style.yellow(spin(now)), name + waitsFor);
  }

  private static String name(Event.At at, boolean fold) {
    return fold ? at.label() : at.called();
  }

  /** Between steps, or done: only the run's end shows which. */
  private String after(String last, boolean fold) {
    return style.dim(fold ? "between steps" : "after " + last);
  }

  private List<String> lockLines(Instant now, Terminal.Size size) {
    int room = Math.max(0, size.rows() / 4);
    return locks.entrySet().stream()
        .limit(room)
        .map(lock ->
            style.dim("lock ")
                + shortKey(lock.getKey())
                + style.dim(" held by ")
                + lock.getValue().node
                + style.dim("  " + ElapsedTime.show(Duration.between(lock.getValue().since, now))))
        .toList();
  }

  /** {@code rdpg/rdpgmc/bootstrap/lock} as {@code rdpgmc/bootstrap}. */
  static String shortKey(String key) {
    String[] parts = key.split("/");
    int to = parts[parts.length - 1].equals("lock") ? parts.length - 1 : parts.length;
    int from = Math.max(0, to - 2);
    return to == 0 ? key : String.join("/", List.of(parts).subList(from, to));
  }

  private static String names(List<String> nodes) {
    return nodes.size() <= 4
        ? String.join(" ", nodes)
        : String.join(" ", nodes.subList(0, 3)) + " +" + (nodes.size() - 3);
  }

  private String mark(String unicode, String ascii, Status status) {
    return style.of(status, style.unicode() ? unicode : ascii);
  }

  private String spin(Instant now) {
    String frames = style.unicode() ? UNICODE_SPIN : ASCII_SPIN;
    int frame = (int) (now.toEpochMilli() / FRAME_MS % frames.length());
    return frames.substring(frame, frame + 1);
  }
}
