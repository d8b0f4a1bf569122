package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.markup.Markup;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.system.Mutex;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run or a preview as a page to look at, to share and to approve from: what each node's steps did
 * or would do, every difference in full. Safe for use by many threads.
 */
public final class RunPage implements RunReport {
  private final Mutex lock = new Mutex();
  private final Instant begun;
  private final Supplier<String> sealed;
  private final Map<String, List<Event.StepFinished>> steps = new LinkedHashMap<>();
  private final List<Diagnostic> outside = new ArrayList<>();
  private Event.@Nullable RunStarted run;
  private Event.@Nullable RunFinished end;

  /**
   * @param sealed asked at the end: what is said of the sealed file; empty when there is none
   */
  public RunPage(Clock clock, Supplier<String> sealed) {
    this.begun = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    this.sealed = sealed;
  }

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      switch (event) {
        case Event.RunStarted started -> {
          run = started;
          started.nodes().forEach(node -> steps.putIfAbsent(node, new ArrayList<>()));
        }
        case Event.StepFinished step ->
            steps.computeIfAbsent(step.at().node(), _ -> new ArrayList<>()).add(step);
        case Event.DiagnosticReported reported -> outside.add(reported.diagnostic());
        case Event.RunFinished finished -> end = finished;
        case Event.StepStarted _,
            Event.Waiting _,
            Event.ReadingState _,
            Event.LoginsWaiting _,
            Event.NodeAsked _,
            Event.ServerSaid _,
            Event.LockAcquired _,
            Event.LockReleased _,
            Event.LockLeft _,
            Event.LockLost _ -> {
          // Of the way there, not of the result.
        }
      }
    }
  }

  @Override
  public String content() {
    try (var _ = lock.hold()) {
      Event.RunStarted started = run;
      Event.RunFinished finished = end;
      boolean preview =
          started == null ? finished != null && finished.preview() : started.preview();
      String title =
          (preview ? "Preview" : "Run")
              + (started == null ? "" : " of " + started.plan() + " on " + started.inventory());
      Markup page = new Markup();
      page.add("<h1>%s</h1>\n<p class=\"facts\"><time>%s</time></p>\n", title, begun.toString());
      if (finished != null) {
        verdict(page, finished, preview);
      }
      String seal = sealed.get();
      if (!seal.isEmpty()) {
        page.add("<p>%s</p>\n", seal);
      }
      outside.forEach(error -> error(page, error));
      if (finished != null && !finished.counts().isEmpty()) {
        counts(page, finished, preview);
      }
      steps.forEach((node, all) -> node(page, node, all));
      return HtmlDocument.of(title, page);
    }
  }

  private void verdict(Markup page, Event.RunFinished finished, boolean preview) {
    long failed = count(Status.FAILED);
    long changes = count(preview ? Status.WOULD_CHANGE : Status.CHANGED);
    long tentative = count(Status.TENTATIVE);
    String words =
        (failed > 0 ? Plural.of(failed, "step") + " failed; " : "")
            + (changes == 0
                ? preview ? "nothing would change" : "nothing was changed"
                : Plural.of(changes, "step") + (preview ? " would change" : " changed"))
            + (tentative > 0 ? ", " + tentative + " tentative" : "");
    page.add(
        "<p class=\"verdict %s\">%s (exit code %d, %s)</p>\n",
        failed > 0 || !outside.isEmpty() ? "bad" : changes + tentative > 0 ? "change" : "good",
        words,
        finished.exitCode(),
        ElapsedTime.show(finished.took()));
  }

  private long count(Status status) {
    return steps.values().stream()
        .flatMap(List::stream)
        .filter(step -> step.status() == status)
        .count();
  }

  private static void counts(Markup page, Event.RunFinished finished, boolean preview) {
    List<Status> shown =
        preview
            ? List.of(
                Status.OK, Status.WOULD_CHANGE, Status.TENTATIVE, Status.FAILED, Status.SKIPPED)
            : List.of(Status.OK, Status.CHANGED, Status.FAILED, Status.SKIPPED);
    page.raw("<table>\n<tr><th>Node</th>");
    shown.forEach(status -> page.add("<th>%s</th>", word(status)));
    page.raw("</tr>\n");
    finished
        .counts()
        .forEach((node, counts) -> {
          Map<Status, Integer> each = new EnumMap<>(Status.class);
          each.putAll(counts);
          page.add("<tr><td><a href=\"#%s\">%s</a></td>", node, node);
          shown.forEach(status -> page.add("<td>%d</td>", each.getOrDefault(status, 0)));
          page.raw("</tr>\n");
        });
    page.raw("</table>\n");
  }

  /** What is in sync or skipped is folded. */
  private static void node(Markup page, String node, List<Event.StepFinished> all) {
    page.add("<section id=\"%s\">\n<h2>%s</h2>\n", node, node);
    List<Event.StepFinished> quiet = new ArrayList<>();
    for (Event.StepFinished step : all) {
      switch (step.status()) {
        case OK, SKIPPED -> quiet.add(step);
        case CHANGED, FAILED, WOULD_CHANGE, TENTATIVE -> step(page, step);
      }
    }
    page.add(
        "<details><summary class=\"soft\">%s in sync or skipped</summary>\n",
        Plural.of(quiet.size(), "step"));
    quiet.forEach(step -> step(page, step));
    page.raw("</details>\n</section>\n");
  }

  private static void step(Markup page, Event.StepFinished step) {
    page.add(
        "<p><b class=\"%s\">%s</b> %s: %s</p>\n",
        look(step.status()), word(step.status()), step.at().called(), step.why());
    for (Event.EffectReported effect : step.effects()) {
      page.add("<p class=\"soft\"><code>%s</code> %s</p>\n", effect.target(), effect.summary());
      String diff = effect.diff();
      if (diff != null) {
        page.raw("<pre>");
        diff.lines().forEach(line -> diffLine(page, line));
        page.raw("</pre>\n");
      }
    }
    Diagnostic error = step.error();
    if (error != null) {
      error(page, error);
    }
  }

  private static void diffLine(Markup page, String line) {
    String element =
        line.startsWith("+") && !line.startsWith("+++")
            ? "ins"
            : line.startsWith("-") && !line.startsWith("--") ? "del" : "span";
    page.raw("<" + element + ">").add("%s", line).raw("</" + element + ">\n");
  }

  private static void error(Markup page, Diagnostic error) {
    page.raw("<pre>");
    new DiagnosticText(Style.PLAIN).lines(error).forEach(line -> page.add("%s\n", line));
    page.raw("</pre>\n");
  }

  private static String word(Status status) {
    return StepResultText.word(status);
  }

  private static String look(Status status) {
    return switch (status) {
      case OK -> "good";
      case CHANGED, WOULD_CHANGE -> "change";
      case SKIPPED -> "soft";
      case FAILED -> "bad";
      case TENTATIVE -> "maybe";
    };
  }
}
