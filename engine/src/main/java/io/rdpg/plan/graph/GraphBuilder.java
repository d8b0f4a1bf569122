package io.rdpg.plan.graph;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes one picture, in the order of the plan. */
final class GraphBuilder {
  private static final Pattern NAME_OF = Pattern.compile("\\{\\{\\s*(\\w+)\\.name\\s*}}");

  private final StepSubject details;
  private final Map<StepPath, Integer> numbers = new LinkedHashMap<>();
  private final LockTracker locks = new LockTracker();
  private Path folder = Path.of("").toAbsolutePath();
  private int steps;

  GraphBuilder(Map<String, Signature> signatures) {
    this.details = new StepSubject(signatures);
  }

  PlanGraph of(Plan plan, Map<StepPath, Set<StepPath>> satisfies) {
    Path file = plan.file().toAbsolutePath().normalize();
    folder = file.getParent() == null ? file : file.getParent();
    List<GraphElement> parts = parts(plan.steps(), StepPath.ROOT);
    return new PlanGraph(
        DisplayText.name(plan.name()),
        DisplayText.line(plan.fileName()),
        plan.about() == null ? "" : DisplayText.line(plan.about()),
        DisplayText.line(plan.targets()),
        Optional.ofNullable(plan.serial()),
        parts,
        waits(satisfies));
  }

  private List<WaitEdge> waits(Map<StepPath, Set<StepPath>> satisfies) {
    List<WaitEdge> waits = new ArrayList<>();
    numbers.forEach((path, number) -> {
      Set<StepPath> by = satisfies.get(path);
      if (by != null) {
        waits.add(
            new WaitEdge(
                number, by.stream().map(numbers::get).filter(Objects::nonNull).sorted().toList()));
      }
    });
    return waits;
  }

  private List<GraphElement> parts(List<Step> steps, StepPath in) {
    List<GraphElement> parts = new ArrayList<>();
    for (int i = 0; i < steps.size(); ) {
      int end = i + 1;
      while (end < steps.size() && excludesAll(steps.get(end), steps.subList(i, end))) {
        end++;
      }
      parts.add(end - i > 1 ? fork(steps.subList(i, end), in) : alone(steps.get(i), in));
      i = end;
    }
    return parts;
  }

  /** Whether this step is done only when none of those before it was. */
  private static boolean excludesAll(Step step, List<Step> earlier) {
    Optional<String> condition = condition(step);
    return condition.isPresent()
        && earlier.stream()
            .allMatch(other ->
                condition(other)
                        .filter(said -> ExclusiveConditions.exclude(said, condition.get()))
                        .isPresent()
                    && registered(other).stream()
                        .noneMatch(name -> speaksOf(condition.get(), name)));
  }

  private static Optional<String> condition(Step step) {
    return step.head().forEach() == null && step.head().when() instanceof Value.Str when
        ? Optional.of(DisplayText.line(when.text()))
        : Optional.empty();
  }

  private static Set<String> registered(Step step) {
    Set<String> names = new LinkedHashSet<>();
    if (step.head().register() != null) {
      names.add(step.head().register());
    }
    step.nested().forEach(inner -> names.addAll(registered(inner)));
    return names;
  }

  private static boolean speaksOf(String condition, String name) {
    return Pattern.compile("(?<![\\w.])" + Pattern.quote(name) + "(?!\\w)")
        .matcher(condition)
        .find();
  }

  private GraphElement fork(List<Step> steps, StepPath in) {
    LockCertainty before = locks.held();
    LockTracker.State start = locks.now();
    List<GraphElement.Branch> branches = new ArrayList<>();
    List<LockTracker.State> ends = new ArrayList<>();
    for (Step step : steps) {
      locks.set(start);
      Caption caption = caption(step, in);
      branches.add(
          new GraphElement.Branch(
              caption.when().orElse(""), List.of(part(step, caption.always(), caption.path()))));
      ends.add(locks.now());
    }
    locks.meet(ends);
    return new GraphElement.Fork(branches, before, locks.held());
  }

  private GraphElement alone(Step step, StepPath in) {
    LockTracker.State start = locks.now();
    Caption caption = caption(step, in);
    GraphElement part = part(step, caption, caption.path());
    if (step.head().when() != null || step.head().forEach() != null) {
      locks.meet(List.of(start, locks.now()));
    }
    return switch (part) {
      case GraphElement.Card card ->
          new GraphElement.Card(
              card.caption(),
              card.kind(),
              card.primitive(),
              card.does(),
              card.before(),
              locks.held());
      case GraphElement.Box box ->
          new GraphElement.Box(
              box.caption(),
              box.frame(),
              box.detail(),
              box.about(),
              box.inside(),
              false,
              box.before(),
              locks.held());
      case GraphElement.Fork fork -> fork;
    };
  }

  private GraphElement part(Step step, Caption caption, StepPath path) {
    LockCertainty before = locks.held();
    return switch (step) {
      case Step.Task task ->
          new GraphElement.Card(
              caption,
              StepCategory.of(task.primitive()),
              DisplayText.line(task.primitive()),
              details.of(task),
              before,
              before);
      case Step.Release _ -> {
        String key = locks.release();
        yield new GraphElement.Card(
            caption,
            StepCategory.RELEASE,
            "consul_lock",
            "lets go of " + key,
            before,
            locks.held());
      }
      case Step.Block block ->
          box(caption, GraphElement.Frame.BLOCK, "", "", parts(block.steps(), path), before);
      case Step.LockScope lock -> {
        String key = StepSubject.named("", lock.arguments(), "key");
        locks.take(key);
        List<GraphElement> inside = parts(lock.steps(), path);
        locks.leave();
        yield box(caption, GraphElement.Frame.LOCK, key, "", inside, before);
      }
      case Step.Include include -> included(include, caption, path, before);
    };
  }

  private GraphElement included(
      Step.Include include, Caption caption, StepPath path, LockCertainty before) {
    Map<String, Plan> plans = new java.util.TreeMap<>(include.plans());
    String written = DisplayText.line(include.path().text());
    if (plans.size() == 1) {
      Plan only = plans.values().iterator().next();
      String about = only.about() == null ? "" : DisplayText.line(only.about());
      return box(
          caption,
          GraphElement.Frame.INCLUDE,
          DisplayText.line(plans.keySet().iterator().next()),
          about,
          parts(only.steps(), path),
          before);
    }
    LockTracker.State start = locks.now();
    List<GraphElement.Branch> branches = new ArrayList<>();
    List<LockTracker.State> ends = new ArrayList<>();
    plans.forEach((file, plan) -> {
      locks.set(start);
      branches.add(
          new GraphElement.Branch("it is " + DisplayText.line(file), parts(plan.steps(), path)));
      ends.add(locks.now());
    });
    if (!ends.isEmpty()) {
      locks.meet(ends);
    }
    List<GraphElement> inside =
        branches.isEmpty()
            ? List.of()
            : List.of(new GraphElement.Fork(branches, before, locks.held()));
    return box(caption, GraphElement.Frame.INCLUDE, written, "", inside, before);
  }

  private GraphElement box(
      Caption caption,
      GraphElement.Frame frame,
      String detail,
      String about,
      List<GraphElement> inside,
      LockCertainty before) {
    return new GraphElement.Box(caption, frame, detail, about, inside, false, before, locks.held());
  }

  private Caption caption(Step step, StepPath in) {
    Step.Head head = step.head();
    StepPath path = in.in(step);
    steps++;
    numbers.putIfAbsent(path, steps);
    return new Caption(
        steps,
        path,
        DisplayText.name(head.name()),
        Optional.ofNullable(head.when()).map(DisplayText::of),
        Optional.ofNullable(head.forEach()).map(items -> each(items, head.as())),
        Optional.ofNullable(head.on()).map(GraphBuilder::on),
        details.deadline(step),
        optional(head.register()).map(DisplayText::line),
        place(head.at()));
  }

  private String place(Span at) {
    Path file = Path.of(at.file()).toAbsolutePath().normalize();
    String seen = file.startsWith(folder) ? folder.relativize(file).toString() : at.file();
    return DisplayText.line(seen) + ":" + at.line();
  }

  private static Optional<String> optional(@Nullable String text) {
    return Optional.ofNullable(text);
  }

  private static String each(Value items, String as) {
    String each = "for each " + DisplayText.line(as);
    String of = DisplayText.of(items);
    if (items instanceof Value.Str) {
      return of.equals(as + "s") || of.endsWith("." + as + "s") ? each : each + " of " + of;
    }
    return each + ": " + of;
  }

  private static String on(Value.Str node) {
    String written = DisplayText.line(node.text());
    Matcher name = NAME_OF.matcher(written);
    return name.matches() ? "at the " + name.group(1) : "at " + written;
  }
}
