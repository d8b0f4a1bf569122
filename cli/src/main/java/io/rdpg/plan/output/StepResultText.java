package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Formats the result of a step: one sentence, then its effects, diffs and error, if any. */
final class StepResultText {
  private static final Set<String> CONTAINERS = Set.of("include", "steps", Keys.LOCK);
  private static final Duration WORTH_TELLING = Duration.ofSeconds(1);

  private final Style style;
  private final boolean diffs;
  private final DiagnosticText diagnostics;
  private final Set<ReportedError> reported = new HashSet<>();
  private final StepLabels names = new StepLabels();
  private boolean preview;

  /**
   * @param diffs whether to show what the effects change in full
   */
  StepResultText(Style style, boolean diffs) {
    this.style = style;
    this.diffs = diffs;
    this.diagnostics = new DiagnosticText(style);
  }

  void begin(Event.RunStarted run) {
    preview = run.preview();
  }

  void begin(Event.StepStarted step) {
    names.note(step.at());
  }

  /**
   * The lines to show; empty for a step that only contains others and adds nothing to their lines.
   *
   * @param nodeWidth the width of the column of node names
   */
  List<String> lines(Event.StepFinished step, int nodeWidth) {
    names.note(step.at());
    if (echoes(step)) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(sentence(step, nodeWidth));
    for (Event.EffectReported effect : step.effects()) {
      lines.add("    " + effect.summary());
      if (diffs && effect.diff() != null) {
        effect
            .diff()
            .lines()
            .forEach(line -> lines.add("      " + style.effectLine(effect.kind(), line)));
      }
    }
    Diagnostic error = step.error();
    if (error != null && error.code() != Code.INTERRUPTED) {
      diagnostics.lines(error).forEach(line -> lines.add("    " + line));
    }
    return lines;
  }

  private String sentence(Event.StepFinished step, int nodeWidth) {
    StringBuilder line = new StringBuilder();
    line.append(style.of(step.status(), pad(word(step.status()), 16)))
        .append(pad(step.at().node(), nodeWidth))
        .append("  ")
        .append(step.at().called());
    Diagnostic error = step.error();
    boolean errorFollows = error != null && error.code() != Code.INTERRUPTED;
    if (!step.why().isEmpty() && !errorFollows) {
      line.append(": ").append(step.why());
    }
    if (!step.because().isEmpty()) {
      String steps = names.list(step.at().node(), step.because());
      if (step.status() == Status.TENTATIVE) {
        line.append(style.dim(" (depends on " + steps + ")"));
      } else if (isForeseen(step)) {
        line.append(style.dim(" (by " + steps + ")"));
      }
    }
    if (step.took().compareTo(WORTH_TELLING) >= 0) {
      line.append(style.dim(" (" + ElapsedTime.show(step.took()) + ")"));
    }
    return line.toString();
  }

  static String called(Event.LoginsWaiting logins) {
    return "waiting for login: %d of %s"
        .formatted(logins.waiting(), Plural.of(logins.nodes(), "node"));
  }

  /** Whether a preview's step is in sync because of earlier steps of this run. */
  boolean isNews(Event.StepFinished step) {
    return preview
        && step.status() == Status.OK
        && (step.at().primitive().equals(Keys.LOCK) || isForeseen(step));
  }

  private static boolean isForeseen(Event.StepFinished step) {
    return step.status() == Status.OK && step.at().waits() && !step.because().isEmpty();
  }

  /** Whether a step that holds others says no more than they did. */
  private boolean echoes(Event.StepFinished step) {
    Diagnostic error = step.error();
    boolean news = error != null && reported.add(new ReportedError(step.at().node(), error));
    if (!CONTAINERS.contains(step.at().primitive())) {
      return false;
    }
    return switch (step.status()) {
      case OK -> !isNews(step);
      case CHANGED, WOULD_CHANGE, TENTATIVE -> step.effects().isEmpty();
      case FAILED -> error == null || !news;
      case SKIPPED -> false;
    };
  }

  /** The status as people read it: a preview's with its mark. */
  static String word(Status status) {
    return switch (status) {
      case OK -> "ok";
      case CHANGED -> "changed";
      case SKIPPED -> "skipped";
      case FAILED -> "FAILED";
      case WOULD_CHANGE -> "~ would change";
      case TENTATIVE -> "? tentative";
    };
  }

  static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private record ReportedError(String node, Diagnostic error) {}
}
