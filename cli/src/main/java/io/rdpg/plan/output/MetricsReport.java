package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.system.Mutex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's result in Prometheus's text format (exposition format 0.0.4), for the textfile collector
 * of its node exporter. Safe for use by many threads.
 */
public final class MetricsReport implements RunReport {
  private static final List<Status> CHANGES =
      List.of(Status.CHANGED, Status.WOULD_CHANGE, Status.TENTATIVE);

  private final Mutex lock = new Mutex();
  private final Clock clock;
  private String plan;
  private Event.@Nullable RunFinished finished;
  private @Nullable Instant ended;

  /**
   * Starts a report.
   *
   * @param plan as the command line names it; a run that begins says it itself
   */
  public MetricsReport(Clock clock, String plan) {
    this.clock = clock;
    this.plan = plan;
  }

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      switch (event) {
        case Event.RunStarted run -> plan = run.plan();
        case Event.RunFinished run -> {
          finished = run;
          ended = clock.instant();
        }
        case Event.StepStarted _,
            Event.StepFinished _,
            Event.Waiting _,
            Event.ReadingState _,
            Event.LoginsWaiting _,
            Event.NodeAsked _,
            Event.ServerSaid _,
            Event.LockAcquired _,
            Event.LockReleased _,
            Event.LockLeft _,
            Event.LockLost _,
            Event.DiagnosticReported _ -> {
          // The end of the run counts them.
        }
      }
    }
  }

  @Override
  public String content() {
    try (var _ = lock.hold()) {
      Event.RunFinished run = finished;
      Instant end = ended;
      if (run == null || end == null) {
        return "";
      }
      Map<Status, Integer> steps = steps(run);
      String labels = "plan=\"" + label(PlanName.of(plan)) + "\",mode=\"" + mode(run) + "\"";
      StringBuilder text = new StringBuilder();
      gauge(text, "timestamp_seconds", "When the last run ended, since 1970.");
      sample(text, "timestamp_seconds", labels, seconds(Duration.between(Instant.EPOCH, end)));
      gauge(text, "duration_seconds", "How long the last run took.");
      sample(text, "duration_seconds", labels, seconds(run.took()));
      gauge(text, "exit_code", "The exit code of the last run; 0 when all is done or in sync.");
      sample(text, "exit_code", labels, String.valueOf(run.exitCode()));
      gauge(text, "changes", "Steps of the last run that were not in sync, on all nodes.");
      sample(
          text,
          "changes",
          labels,
          String.valueOf(CHANGES.stream().mapToInt(status -> steps.getOrDefault(status, 0)).sum()));
      gauge(text, "steps", "Steps of the last run by how they ended, on all nodes.");
      for (Status status : Status.values()) {
        sample(
            text,
            "steps",
            labels + ",status=\"" + status.word() + "\"",
            String.valueOf(steps.getOrDefault(status, 0)));
      }
      return text.toString();
    }
  }

  private static Map<Status, Integer> steps(Event.RunFinished run) {
    Map<Status, Integer> steps = new EnumMap<>(Status.class);
    run.counts()
        .values()
        .forEach(node -> node.forEach((status, count) -> steps.merge(status, count, Integer::sum)));
    return steps;
  }

  private static String mode(Event.RunFinished run) {
    return run.preview() ? "preview" : "apply";
  }

  private static String label(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }

  private static void gauge(StringBuilder text, String metric, String help) {
    text.append("# HELP rdpg_plan_last_run_").append(metric).append(' ').append(help).append('\n');
    text.append("# TYPE rdpg_plan_last_run_").append(metric).append(" gauge\n");
  }

  private static void sample(StringBuilder text, String metric, String labels, String value) {
    text.append("rdpg_plan_last_run_").append(metric).append('{').append(labels).append("} ");
    text.append(value).append('\n');
  }
}
