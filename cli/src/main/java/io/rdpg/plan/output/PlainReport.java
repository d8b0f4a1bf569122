package io.rdpg.plan.output;

import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.run.event.Event;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For pipes and logs: what came of each step on stdout, progress and waits on stderr. Safe for use
 * by many threads.
 */
public final class PlainReport implements Event.Sink {
  private static final Duration BETWEEN_WAITS = Duration.ofSeconds(10);

  private final PrintStream out;
  private final PrintStream err;
  private final StepResultText outcome;
  private final Summary summary;
  private final DiagnosticText diagnostics;
  private final Map<String, Duration> lastWait = new HashMap<>();
  private int nodeWidth;
  private @Nullable Duration lastLooking;
  private int loginsReported;

  /**
   * @param diffs whether to show what effects change in full
   * @param requests whether to show at the end what was asked of each node, and when
   */
  public PlainReport(
      PrintStream out, PrintStream err, Style style, boolean diffs, boolean requests) {
    this.out = out;
    this.err = err;
    this.outcome = new StepResultText(style, diffs);
    this.summary = new Summary(style, requests);
    this.diagnostics = new DiagnosticText(style);
  }

  @Override
  public void on(Event event) {
    tell(VisibleEvent.of(event));
    out.flush();
    err.flush();
  }

  private void tell(Event event) {
    switch (event) {
      case Event.RunStarted run -> {
        outcome.begin(run);
        nodeWidth = run.nodes().stream().mapToInt(String::length).max().orElse(0);
        err.println(
            (run.preview() ? "preview of " : "applying ")
                + run.plan()
                + " to "
                + String.join(", ", run.nodes())
                + " of "
                + run.inventory());
        run.origin().chosen().forEach(err::println);
      }
      case Event.StepStarted step -> outcome.begin(step);
      case Event.StepFinished step -> {
        lastWait.remove(step.at().node());
        summary.note(step);
        outcome.lines(step, nodeWidth).forEach(out::println);
      }
      case Event.Waiting wait -> reportWait(wait);
      case Event.ServerSaid said -> err.println(Summary.said(said));
      case Event.ReadingState looking -> reportReading(looking);
      case Event.LoginsWaiting logins -> reportLogins(logins);
      case Event.LockAcquired lock -> err.println(lock.node() + " holds lock " + lock.key());
      case Event.LockReleased lock -> err.println(lock.node() + " released lock " + lock.key());
      case Event.LockLeft lock -> {
        summary.note(lock);
        err.println(Summary.left(lock));
      }
      case Event.NodeAsked asked -> summary.note(asked);
      case Event.LockLost lock -> err.println(lock.node() + " lost lock " + lock.key());
      case Event.DiagnosticReported reported ->
          diagnostics.lines(reported.diagnostic()).forEach(err::println);
      case Event.RunFinished run -> print(out, summary.lines(run));
    }
  }

  private void reportReading(Event.ReadingState looking) {
    if (lastLooking != null && looking.elapsed().minus(lastLooking).compareTo(BETWEEN_WAITS) < 0) {
      return;
    }
    lastLooking = looking.elapsed();
    err.println(
        "read %d of %s, %s%s"
            .formatted(
                looking.nodes() - looking.at().size(),
                Plural.of(looking.nodes(), "node"),
                ElapsedTime.show(looking.elapsed()),
                looking.at().stream()
                    .findFirst()
                    .map(at -> ": %s is at '%s'".formatted(at.node(), at.called()))
                    .orElse("")));
  }

  private void reportLogins(Event.LoginsWaiting logins) {
    if (logins.waiting() > 0 && loginsReported++ % BETWEEN_WAITS.toSeconds() == 0) {
      err.println(StepResultText.called(logins));
    }
  }

  private void reportWait(Event.Waiting wait) {
    Duration last = lastWait.get(wait.at().node());
    if (last != null
        && last.compareTo(wait.elapsed()) <= 0
        && wait.elapsed().minus(last).compareTo(BETWEEN_WAITS) < 0) {
      return;
    }
    lastWait.put(wait.at().node(), wait.elapsed());
    err.println(
        wait.at().node()
            + " waits at '"
            + wait.at().called()
            + "': "
            + wait.what()
            + (wait.note().isEmpty() ? "" : " (" + wait.note() + ")")
            + ", "
            + ElapsedTime.show(wait.elapsed())
            + " of "
            + ElapsedTime.show(wait.deadline()));
  }

  private static void print(PrintStream to, List<String> lines) {
    lines.forEach(to::println);
  }
}
