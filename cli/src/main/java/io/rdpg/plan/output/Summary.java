package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is shown at the end of a run: each node's counts, and every failure again. */
final class Summary {
  private static final List<Status> APPLY =
      List.of(Status.OK, Status.CHANGED, Status.FAILED, Status.SKIPPED);
  private static final List<Status> PREVIEW =
      List.of(Status.OK, Status.WOULD_CHANGE, Status.TENTATIVE, Status.FAILED, Status.SKIPPED);

  private final Style style;
  private final Set<Failed> failures = new LinkedHashSet<>();
  private final Set<String> failedNodes = new LinkedHashSet<>();
  private final List<Event.LockLeft> locksLeft = new ArrayList<>();
  private final EffectCounts foreseen = new EffectCounts();
  private final @Nullable RequestSummary requests;

  /**
   * @param requests whether to show what was asked of each node, and when
   */
  Summary(Style style, boolean requests) {
    this.style = style;
    this.requests = requests ? new RequestSummary(style) : null;
  }

  void note(Event.StepFinished step) {
    if (requests != null) {
      requests.note(step);
    }
    if (step.status() == Status.WOULD_CHANGE) {
      step.effects().forEach(effect -> foreseen.add(effect.kind()));
    }
    Diagnostic error = step.error();
    if (step.status() == Status.FAILED && error != null && error.code() != Code.INTERRUPTED) {
      failedNodes.add(step.at().node());
      boolean known =
          failures.stream().anyMatch(f -> f.node.equals(step.at().node()) && f.error.equals(error));
      if (!known) {
        failures.add(new Failed(step.at().node(), step.at().called(), error));
      }
    }
  }

  void note(Event.NodeAsked asked) {
    if (requests != null) {
      requests.note(asked);
    }
  }

  void note(Event.LockLeft lock) {
    locksLeft.add(lock);
  }

  /** That a lock could not be released, as a sentence. */
  static String left(Event.LockLeft lock) {
    return "%s could not release lock %s: Consul doesn't answer; session %s ends by itself, and the lock is free within %s"
        .formatted(lock.node(), lock.key(), lock.session(), ElapsedTime.show(lock.freeWithin()));
  }

  /** What a server said beside its answer. */
  static String said(Event.ServerSaid said) {
    return "%s at '%s': %s: %s"
        .formatted(said.at().node(), said.at().called(), said.severity(), said.message());
  }

  List<String> lines(Event.RunFinished run) {
    List<String> lines = new ArrayList<>();
    if (requests != null) {
      lines.addAll(requests.lines());
    }
    lines.add("");
    lines.addAll(table(run));
    if (!failures.isEmpty()) {
      lines.add("");
      for (Failed failed : failures) {
        lines.add(
            style.red("FAILED")
                + "  "
                + failed.node
                + "  "
                + failed.step
                + ": "
                + failed.error.message().lines().findFirst().orElse(""));
        if (failed.error.hint() != null) {
          lines.add("        hint: " + failed.error.hint());
        }
      }
    }
    lines.add("");
    lines.add(sentence(run));
    if (run.preview() && failedNodes.isEmpty() && !foreseen.isEmpty()) {
      lines.add("It would " + foreseen.sentence() + ".");
    }
    return lines;
  }

  private static String lock(Event.LockLeft lock) {
    return "lock " + lock.key() + " of " + lock.node();
  }

  private List<String> table(Event.RunFinished run) {
    List<Status> columns = run.preview() ? PREVIEW : APPLY;
    Map<String, Map<Status, Integer>> counts = new LinkedHashMap<>(run.counts());
    int nodeWidth =
        counts.keySet().stream().mapToInt(String::length).reduce("node".length(), Math::max);
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(StepResultText.pad("node", nodeWidth));
    columns.forEach(status -> head.append("  ").append(heading(status)));
    lines.add(style.dim(head.toString()));
    counts.forEach((node, of) -> {
      StringBuilder row = new StringBuilder();
      String name = StepResultText.pad(node, nodeWidth);
      row.append(failedNodes.contains(node) ? style.red(name) : name);
      for (Status status : columns) {
        int count = of.getOrDefault(status, 0);
        String cell = " ".repeat(heading(status).length() - digits(count)) + count;
        row.append("  ").append(count == 0 ? style.dim(cell) : style.of(status, cell));
      }
      lines.add(row.toString());
    });
    return lines;
  }

  private String sentence(Event.RunFinished run) {
    int changes = sum(run, Status.CHANGED);
    int would = sum(run, Status.WOULD_CHANGE);
    int tentative = sum(run, Status.TENTATIVE);
    String took = " in " + ElapsedTime.show(run.took());
    if (run.exitCode() == 130) {
      return style.red("Interrupted")
          + " after "
          + ElapsedTime.show(run.took())
          + (locksLeft.isEmpty()
              ? "; locks released"
              : "; left: " + String.join(", ", locksLeft.stream().map(Summary::lock).toList()))
          + ". Run it again: what was done stays done.";
    }
    if (!failedNodes.isEmpty()) {
      return style.red("Failed")
          + " on "
          + String.join(", ", failedNodes)
          + took
          + " (exit code "
          + run.exitCode()
          + "). Run it again when the cause is gone: finished steps cost one read each.";
    }
    if (run.preview()) {
      return would + tentative == 0
          ? style.green("In sync") + ": nothing would change" + took + "."
          : "Preview: "
              + Plural.of(would, "step")
              + " would change"
              + (tentative == 0 ? "" : ", " + Plural.of(tentative, "step") + " tentative")
              + took
              + ". Nothing was changed.";
    }
    if (run.exitCode() != 0 && run.exitCode() != 10) {
      return style.red("Ended") + took + " with exit code " + run.exitCode() + ".";
    }
    return changes == 0
        ? style.green("In sync") + ": nothing had to change" + took + "."
        : style.green("Done") + ": " + Plural.of(changes, "step") + " changed" + took + ".";
  }

  private static int sum(Event.RunFinished run, Status status) {
    return run.counts().values().stream().mapToInt(of -> of.getOrDefault(status, 0)).sum();
  }

  private static int digits(int count) {
    return String.valueOf(count).length();
  }

  /** The column's heading, never narrower than seven digits are. */
  private static String heading(Status status) {
    String word =
        switch (status) {
          case OK -> "ok";
          case CHANGED -> "changed";
          case SKIPPED -> "skipped";
          case FAILED -> "failed";
          case WOULD_CHANGE -> "would change";
          case TENTATIVE -> "tentative";
        };
    return " ".repeat(Math.max(0, 7 - word.length())) + word;
  }

  private record Failed(String node, String step, Diagnostic error) {}
}
