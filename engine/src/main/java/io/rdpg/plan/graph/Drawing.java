package io.rdpg.plan.graph;

import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.StepPath;
import io.rdpg.plan.model.Value;
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
final class Drawing {
  private static final Pattern NAME_OF = Pattern.compile("\\{\\{\\s*(\\w+)\\.name\\s*}}");

  private final Details details;
  private final Map<StepPath, Integer> numbers = new LinkedHashMap<>();
  private final LocksHeld locks = new LocksHeld();
  private Path folder = Path.of("").toAbsolutePath();
  private int steps;

  Drawing(Map<String, Signature> signatures) {
    this.details = new Details(signatures);
  }

  Picture of(Plan plan, Map<StepPath, Set<StepPath>> satisfies) {
    Path file = plan.file().toAbsolutePath().normalize();
    folder = file.getParent() == null ? file : file.getParent();
    List<Part> parts = parts(plan.steps(), StepPath.ROOT);
    return new Picture(
        Words.name(plan.name()),
        Words.line(plan.fileName()),
        plan.about() == null ? "" : Words.line(plan.about()),
        Words.line(plan.targets()),
        Optional.ofNullable(plan.serial()),
        parts,
        waits(satisfies));
  }

  private List<Waiting> waits(Map<StepPath, Set<StepPath>> satisfies) {
    List<Waiting> waits = new ArrayList<>();
    numbers.forEach((path, number) -> {
      Set<StepPath> by = satisfies.get(path);
      if (by != null) {
        waits.add(
            new Waiting(
                number, by.stream().map(numbers::get).filter(Objects::nonNull).sorted().toList()));
      }
    });
    return waits;
  }

  private List<Part> parts(List<Step> steps, StepPath in) {
    List<Part> parts = new ArrayList<>();
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
                        .filter(said -> Conditions.exclude(said, condition.get()))
                        .isPresent()
                    && registered(other).stream()
                        .noneMatch(name -> speaksOf(condition.get(), name)));
  }

  private static Optional<String> condition(Step step) {
    return step.head().forEach() == null && step.head().when() instanceof Value.Str when
        ? Optional.of(Words.line(when.text()))
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

  private Part fork(List<Step> steps, StepPath in) {
    Held before = locks.held();
    LocksHeld.State start = locks.now();
    List<Part.Branch> branches = new ArrayList<>();
    List<LocksHeld.State> ends = new ArrayList<>();
    for (Step step : steps) {
      locks.set(start);
      Caption caption = caption(step, in);
      branches.add(
          new Part.Branch(
              caption.when().orElse(""), List.of(part(step, caption.always(), caption.path()))));
      ends.add(locks.now());
    }
    locks.meet(ends);
    return new Part.Fork(branches, before, locks.held());
  }

  private Part alone(Step step, StepPath in) {
    LocksHeld.State start = locks.now();
    Caption caption = caption(step, in);
    Part part = part(step, caption, caption.path());
    if (step.head().when() != null || step.head().forEach() != null) {
      locks.meet(List.of(start, locks.now()));
    }
    return switch (part) {
      case Part.Card card ->
          new Part.Card(
              card.caption(),
              card.kind(),
              card.primitive(),
              card.does(),
              card.before(),
              locks.held());
      case Part.Box box ->
          new Part.Box(
              box.caption(),
              box.frame(),
              box.detail(),
              box.about(),
              box.inside(),
              false,
              box.before(),
              locks.held());
      case Part.Fork fork -> fork;
    };
  }

  private Part part(Step step, Caption caption, StepPath path) {
    Held before = locks.held();
    return switch (step) {
      case Step.Task task ->
          new Part.Card(
              caption,
              Kind.of(task.primitive()),
              Words.line(task.primitive()),
              details.of(task),
              before,
              before);
      case Step.Release _ -> {
        String key = locks.release();
        yield new Part.Card(
            caption, Kind.RELEASE, "consul_lock", "lets go of " + key, before, locks.held());
      }
      case Step.Block block ->
          box(caption, Part.Frame.BLOCK, "", "", parts(block.steps(), path), before);
      case Step.LockScope lock -> {
        String key = Details.named("", lock.arguments(), "key");
        locks.take(key);
        List<Part> inside = parts(lock.steps(), path);
        locks.leave();
        yield box(caption, Part.Frame.LOCK, key, "", inside, before);
      }
      case Step.Include include -> included(include, caption, path, before);
    };
  }

  private Part included(Step.Include include, Caption caption, StepPath path, Held before) {
    Map<String, Plan> plans = new java.util.TreeMap<>(include.plans());
    String written = Words.line(include.path().text());
    if (plans.size() == 1) {
      Plan only = plans.values().iterator().next();
      String about = only.about() == null ? "" : Words.line(only.about());
      return box(
          caption,
          Part.Frame.INCLUDE,
          Words.line(plans.keySet().iterator().next()),
          about,
          parts(only.steps(), path),
          before);
    }
    LocksHeld.State start = locks.now();
    List<Part.Branch> branches = new ArrayList<>();
    List<LocksHeld.State> ends = new ArrayList<>();
    plans.forEach((file, plan) -> {
      locks.set(start);
      branches.add(new Part.Branch("it is " + Words.line(file), parts(plan.steps(), path)));
      ends.add(locks.now());
    });
    if (!ends.isEmpty()) {
      locks.meet(ends);
    }
    List<Part> inside =
        branches.isEmpty() ? List.of() : List.of(new Part.Fork(branches, before, locks.held()));
    return box(caption, Part.Frame.INCLUDE, written, "", inside, before);
  }

  private Part box(
      Caption caption,
      Part.Frame frame,
      String detail,
      String about,
      List<Part> inside,
      Held before) {
    return new Part.Box(caption, frame, detail, about, inside, false, before, locks.held());
  }

  private Caption caption(Step step, StepPath in) {
    Step.Head head = step.head();
    StepPath path = in.in(step);
    steps++;
    numbers.putIfAbsent(path, steps);
    return new Caption(
        steps,
        path,
        Words.name(head.name()),
        Optional.ofNullable(head.when()).map(Words::of),
        Optional.ofNullable(head.forEach()).map(items -> each(items, head.as())),
        Optional.ofNullable(head.on()).map(Drawing::on),
        details.deadline(step),
        optional(head.register()).map(Words::line),
        place(head.at()));
  }

  private String place(Span at) {
    Path file = Path.of(at.file()).toAbsolutePath().normalize();
    String seen = file.startsWith(folder) ? folder.relativize(file).toString() : at.file();
    return Words.line(seen) + ":" + at.line();
  }

  private static Optional<String> optional(@Nullable String text) {
    return Optional.ofNullable(text);
  }

  private static String each(Value items, String as) {
    String each = "for each " + Words.line(as);
    String of = Words.of(items);
    if (items instanceof Value.Str) {
      return of.equals(as + "s") || of.endsWith("." + as + "s") ? each : each + " of " + of;
    }
    return each + ": " + of;
  }

  private static String on(Value.Str node) {
    String written = Words.line(node.text());
    Matcher name = NAME_OF.matcher(written);
    return name.matches() ? "at the " + name.group(1) : "at " + written;
  }
}
