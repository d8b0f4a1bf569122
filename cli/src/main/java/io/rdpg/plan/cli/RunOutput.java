package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.output.CentralRecord;
import io.rdpg.plan.output.FanOutSink;
import io.rdpg.plan.output.JournalReport;
import io.rdpg.plan.output.JsonLines;
import io.rdpg.plan.output.JsonReport;
import io.rdpg.plan.output.LeftBehind;
import io.rdpg.plan.output.LiveReport;
import io.rdpg.plan.output.PlainReport;
import io.rdpg.plan.output.Terminal;
import io.rdpg.plan.output.VisibleText;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.target.Target;
import io.rdpg.plan.trial.Breakpoint;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a run's events to the screen or as JSON, to the journal and to reports. */
final class RunOutput implements AutoCloseable {
  private final PrintStream err;
  private final Event.Sink sink;
  private final @Nullable LiveReport live;
  private final @Nullable JournalReport journal;
  private final LeftBehind leftBehind;
  private final String run;
  private final JsonLines lines;
  private @Nullable CentralRecord record;
  private boolean closed;

  private RunOutput(
      PrintStream err,
      Event.Sink sink,
      @Nullable LiveReport live,
      @Nullable JournalReport journal,
      LeftBehind leftBehind,
      String run,
      JsonLines lines) {
    this.err = err;
    this.sink = sink;
    this.live = live;
    this.journal = journal;
    this.leftBehind = leftBehind;
    this.run = run;
    this.lines = lines;
  }

  /**
   * Starts the output of a run.
   *
   * @param state where the journal goes
   * @param run the run's id
   * @param nodes the nodes of the run
   */
  static RunOutput open(
      Streams streams, Path state, RunOptions.Output options, String run, List<Node> nodes) {
    JsonLines lines = new JsonLines(run, Clock.systemUTC());
    LeftBehind leftBehind = new LeftBehind();
    List<Event.Sink> sinks = new ArrayList<>(List.of(leftBehind));
    LiveReport live = null;
    if (options.json()) {
      sinks.add(new JsonReport(lines, streams.out()));
    } else if (streams.live()) {
      Terminal terminal = new Terminal(streams.environment());
      Signals.onResize(terminal::resized);
      live =
          new LiveReport(
                  streams.out(),
                  terminal,
                  Clock.systemUTC(),
                  streams.style(),
                  options.diff(),
                  options.verbose(),
                  clusters(nodes))
              .started();
      sinks.add(live);
    } else {
      sinks.add(
          new PlainReport(
              streams.out(), streams.err(), streams.style(), options.diff(), options.verbose()));
    }
    JournalReport journal = journal(streams, state, run, lines, sinks.getLast());
    if (journal != null) {
      sinks.add(journal);
    }
    sinks.add(options.reports());
    // Last: what others are told of a step, they are told before the run stands still.
    Breakpoint.ofProcess(streams.environment()).ifPresent(sinks::add);
    return new RunOutput(
        streams.err(), new FanOutSink(sinks), live, journal, leftBehind, run, lines);
  }

  Event.Sink sink() {
    return sink;
  }

  /** The same, and what is recorded in Consul by the run's nodes. */
  Event.Sink recordedBy(Target target) {
    record = new CentralRecord(target, run, lines);
    return new FanOutSink(List.of(sink, record));
  }

  /** What is left when the program ends now, one line each. */
  List<String> leftBehind() {
    return leftBehind.lines();
  }

  /** A directory that can't be written to costs the journal, not the run. */
  private static @Nullable JournalReport journal(
      Streams streams, Path state, String run, JsonLines lines, Event.Sink screen) {
    try {
      return JournalReport.open(state, run, lines, screen);
    } catch (Failure noJournal) {
      streams.report(List.of(noJournal.diagnostic()));
      return null;
    }
  }

  private static Map<String, String> clusters(List<Node> nodes) {
    Map<String, String> clusters = new HashMap<>();
    for (Node node : nodes) {
      Node.Membership cluster = node.cluster();
      if (cluster != null) {
        clusters.put(node.name(), cluster.id());
      }
    }
    return clusters;
  }

  /**
   * Leaves the terminal as it was, and says behind the summary when the journal is cut or the run
   * isn't recorded. Does nothing a second time.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (live != null) {
      live.close();
    }
    if (journal != null) {
      journal.close();
      journal.loss().ifPresent(loss -> err.println(loss.message()));
    }
    if (record != null) {
      record
          .problem()
          .ifPresent(why ->
              err.println(
                  "this run is not recorded in Consul: "
                      + VisibleText.line(why.message())
                      + (why.code() == Code.CONSUL_REFUSED
                          ? "; records need " + CentralRecord.RULE
                          : "")));
    }
  }
}
