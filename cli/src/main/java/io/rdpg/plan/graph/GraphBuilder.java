package io.rdpg.plan.graph;

import io.rdpg.plan.interpret.NothingKnown;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Condition;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the graph of a plan from its steps, in their order. A step comes to the element that shows
 * it.
 */
final class GraphBuilder implements StepVisitor<NothingKnown, GraphElement> {
  private static final Pattern NAME_OF = Pattern.compile("\\{\\{\\s*(\\w+)\\.name\\s*}}");

  private final Templates templates;
  private final StepSubject details;
  private final Map<StepPath, Integer> numbers = new LinkedHashMap<>();
  private Path directory = Path.of("").toAbsolutePath();
  private int steps;

  GraphBuilder(Map<String, Signature> signatures, Templates templates) {
    this.templates = templates;
    this.details = new StepSubject(signatures);
  }

  PlanGraph of(Plan plan, Map<StepPath, Set<StepPath>> satisfies) {
    Path file = plan.file().toAbsolutePath().normalize();
    directory = file.getParent() == null ? file : file.getParent();
    List<GraphElement> parts =
        grouped(plan.steps(), StepWalk.WHOLE.plan(plan, NothingKnown.HERE, this));
    return new PlanGraph(
        DisplayText.name(plan.name()),
        DisplayText.line(plan.fileName()),
        plan.about() == null ? "" : DisplayText.line(plan.about()),
        DisplayText.line(plan.targets()),
        Optional.ofNullable(plan.serial()),
        new LockMarks().mark(parts),
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

  /** Those that exclude each other side by side. */
  private List<GraphElement> grouped(List<Step> steps, List<GraphElement> elements) {
    List<GraphElement> parts = new ArrayList<>();
    for (int i = 0; i < steps.size(); ) {
      int end = i + 1;
      while (end < steps.size() && excludesAll(steps.get(end), steps.subList(i, end))) {
        end++;
      }
      parts.add(end - i > 1 ? fork(elements.subList(i, end)) : elements.get(i));
      i = end;
    }
    return parts;
  }

  /** Whether this step is done only when none of those before it was. */
  private boolean excludesAll(Step step, List<Step> earlier) {
    Optional<Condition> condition = condition(step);
    return condition.isPresent()
        && earlier.stream()
            .allMatch(other ->
                condition(other).filter(condition.get()::excludes).isPresent()
                    && registered(other).stream().noneMatch(condition.get()::mentions));
  }

  private Optional<Condition> condition(Step step) {
    return step.head().forEach() == null && step.head().when() instanceof Value.Str when
        ? Optional.of(templates.condition(when))
        : Optional.empty();
  }

  private static Set<String> registered(Step step) {
    return step.withNested()
        .flatMap(inner -> Stream.ofNullable(inner.head().register()))
        .collect(Collectors.toSet());
  }

  private static GraphElement fork(List<GraphElement> alternatives) {
    return new GraphElement.Fork(
        alternatives.stream()
            .map(part ->
                new GraphElement.Branch(
                    part.step().flatMap(Caption::when).orElse(""), List.of(always(part))))
            .toList(),
        LockCertainty.NO,
        LockCertainty.NO);
  }

  private static GraphElement always(GraphElement part) {
    return switch (part) {
      case GraphElement.Card card ->
          card(card.caption().always(), card.kind(), card.primitive(), card.does());
      case GraphElement.Box box ->
          box(box.caption().always(), box.frame(), box.detail(), box.about(), box.inside());
      case GraphElement.Fork fork -> fork;
    };
  }

  @Override
  public GraphElement come(StepFrame<NothingKnown> outside, Rest<NothingKnown, GraphElement> rest) {
    steps++;
    numbers.putIfAbsent(rest.frame().location(rest.step()).path(), steps);
    return rest.visit(this);
  }

  @Override
  public GraphElement skip(Step step, StepFrame<NothingKnown> frame) {
    throw new IllegalStateException("decided although nothing is known: " + frame.id(step));
  }

  @Override
  public GraphElement perhaps(UnknownValue why, Rest<NothingKnown, GraphElement> rest) {
    return rest.visit(this);
  }

  @Override
  public GraphElement anyItem(UnknownValue why, Rest<NothingKnown, GraphElement> rest) {
    return rest.visit(this);
  }

  @Override
  public GraphElement anywhere(UnknownValue why, Rest<NothingKnown, GraphElement> rest) {
    return rest.visit(this);
  }

  @Override
  public GraphElement fail(Failure failure, Rest<NothingKnown, GraphElement> rest) {
    return rest.visit(this);
  }

  @Override
  public GraphElement turns(List<GraphElement> turns) {
    throw new IllegalStateException("the items of a loop are known although nothing is");
  }

  @Override
  public void register(Step.Head head, StepFrame<NothingKnown> frame, GraphElement result) {}

  @Override
  public GraphElement task(Step.Task task, StepFrame<NothingKnown> frame) {
    return card(
        caption(task, frame),
        details.category(task),
        DisplayText.line(task.primitive()),
        details.of(task));
  }

  /** What is released is said once it is known which locks are held. */
  @Override
  public GraphElement release(Step.Release release, StepFrame<NothingKnown> frame) {
    return card(caption(release, frame), StepCategory.RELEASE, Keys.LOCK, "");
  }

  @Override
  public GraphElement block(
      Step.Block block,
      Inside<NothingKnown, GraphElement> inside,
      Inside<NothingKnown, GraphElement> onFailure) {
    Caption caption = caption(block, inside.frame());
    List<GraphElement> parts = new ArrayList<>(grouped(block.steps(), inside.visit(this)));
    if (!block.onFailure().isEmpty()) {
      parts.add(
          new GraphElement.Fork(
              List.of(
                  new GraphElement.Branch(
                      "a step of this block has failed",
                      grouped(block.onFailure(), onFailure.visit(this)))),
              LockCertainty.NO,
              LockCertainty.NO));
    }
    return box(caption, GraphElement.Frame.BLOCK, "", "", parts);
  }

  @Override
  public GraphElement lock(Step.LockScope scope, Inside<NothingKnown, GraphElement> inside) {
    Caption caption = caption(scope, inside.frame());
    return box(
        caption,
        GraphElement.Frame.LOCK,
        StepSubject.named("", scope.arguments(), "key"),
        "",
        grouped(scope.steps(), inside.visit(this)));
  }

  @Override
  public GraphElement include(
      Step.Include include,
      StepFrame<NothingKnown> frame,
      List<IncludedPlan<NothingKnown, GraphElement>> plans) {
    Caption caption = caption(include, frame);
    if (plans.size() == 1) {
      IncludedPlan<NothingKnown, GraphElement> only = plans.getFirst();
      String about = only.frame().plan().about();
      return box(
          caption,
          GraphElement.Frame.INCLUDE,
          DisplayText.line(only.path()),
          about == null ? "" : DisplayText.line(about),
          inside(only));
    }
    List<GraphElement.Branch> branches =
        plans.stream()
            .map(one ->
                new GraphElement.Branch("it is " + DisplayText.line(one.path()), inside(one)))
            .toList();
    return box(
        caption,
        GraphElement.Frame.INCLUDE,
        DisplayText.line(include.path().text()),
        "",
        branches.isEmpty()
            ? List.of()
            : List.of(new GraphElement.Fork(branches, LockCertainty.NO, LockCertainty.NO)));
  }

  private List<GraphElement> inside(IncludedPlan<NothingKnown, GraphElement> included) {
    return grouped(included.frame().plan().steps(), included.visit(this));
  }

  private static GraphElement card(
      Caption caption, StepCategory kind, String primitive, String does) {
    return new GraphElement.Card(
        caption, kind, primitive, does, LockCertainty.NO, LockCertainty.NO);
  }

  private static GraphElement box(
      Caption caption,
      GraphElement.Frame frame,
      String detail,
      String about,
      List<GraphElement> inside) {
    return new GraphElement.Box(
        caption, frame, detail, about, inside, false, LockCertainty.NO, LockCertainty.NO);
  }

  /** Asked before what is inside of the step is visited: the step that was come to last. */
  private Caption caption(Step step, StepFrame<NothingKnown> frame) {
    Step.Head head = step.head();
    return new Caption(
        steps,
        frame.location(step).path(),
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
    String seen = file.startsWith(directory) ? directory.relativize(file).toString() : at.file();
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
