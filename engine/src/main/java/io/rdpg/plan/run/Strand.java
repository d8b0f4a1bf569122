package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.step.Primitive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node's walk through a plan: its steps in order, each decided just before it is done. Used by
 * one thread.
 */
final class Strand {
  private final Course course;
  private final Node node;
  private final Gate gate;
  private final Event.Sink sink;
  private final HeldLocks locks;
  private final Map<String, @Nullable Object> registered;

  Strand(Course course, Node node, Gate gate, Event.Sink sink, HeldLocks locks) {
    this(course, node, gate, sink, locks, new LinkedHashMap<>());
  }

  private Strand(
      Course course,
      Node node,
      Gate gate,
      Event.Sink sink,
      HeldLocks locks,
      Map<String, @Nullable Object> registered) {
    this.course = course;
    this.node = node;
    this.gate = gate;
    this.sink = sink;
    this.locks = locks;
    this.registered = registered;
  }

  /**
   * Walks a whole plan.
   *
   * @throws StepFailed at the first step that fails
   */
  void walk(Plan plan, Cancellation cancellation) {
    Vars vars = course.facts().vars(node).withRegistered(registered).inPlan(plan.vars());
    walk(plan.steps(), new Place(plan, vars, "", java.util.Set.of(), 0, cancellation));
  }

  private void walk(List<Step> steps, Place place) {
    for (Step step : steps) {
      if (step instanceof Step.Task || step instanceof Step.Release) {
        if (!place.chosen(step.head(), course.request().tags())) {
          continue;
        }
      }
      turns(step, place);
    }
  }

  /** A step once, or once for each item of its loop. */
  private void turns(Step step, Place place) {
    Value forEach = step.head().forEach();
    if (forEach == null) {
      turn(step, place, null, null).ifPresent(result -> register(step.head(), result));
      return;
    }
    List<?> items;
    try {
      items = items(forEach, place.vars());
    } catch (UnknownValue unknown) {
      Event.At at = at(step, place, null, null, null);
      tentative(at, unknown);
      register(step.head(), unknown);
      return;
    } catch (Failure failure) {
      throw fail(at(step, place, null, null, null), step.head(), failure, 0);
    }
    List<Object> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      Place inTurn = place.with(place.vars().withItem(step.head().as(), item));
      turn(step, inTurn, i + 1, item).ifPresent(results::add);
    }
    register(step.head(), Map.of("results", results));
  }

  private List<?> items(Value forEach, Vars vars) {
    Object items =
        forEach instanceof Value.Str str
            ? course.templates().evaluate(str.text(), vars, str.at())
            : Values.toObject(forEach, course.templates(), vars);
    if (items instanceof Iterable<?> many) {
      List<@Nullable Object> list = new ArrayList<>();
      many.forEach(list::add);
      return list;
    }
    throw new Failure(
        Diagnostic.at(forEach.at(), Code.BAD_VALUE, "'for_each' wants a list, and this is none"));
  }

  /** One turn of a step; what it registers, when it does something that registers. */
  private Optional<Object> turn(
      Step step, Place place, @Nullable Integer turn, @Nullable Object item) {
    Step.Head head = step.head();
    Place here = place.with(place.vars().inStep(head.vars()));
    Event.At at = at(step, here, turn, item, null);
    try {
      String on = head.on() == null ? null : target(head.on(), here.vars());
      at = at(step, here, turn, item, on);
      if (!holds(head.when(), here.vars())) {
        finished(at, Status.SKIPPED, "not when " + condition(head.when()), 0);
        return Optional.of(Map.of("changed", false, "skipped", true));
      }
    } catch (UnknownValue unknown) {
      tentative(at, unknown);
      return Optional.of(unknown);
    } catch (Failure failure) {
      throw fail(at, head, failure, 0);
    }
    return switch (step) {
      case Step.Task task -> Optional.of(perform(task, here, at));
      case Step.Block block -> {
        walk(block.steps(), here.inside(head, at.id()));
        yield Optional.empty();
      }
      case Step.Include include -> {
        include(include, here, at);
        yield Optional.empty();
      }
      case Step.LockScope scope -> {
        lockScope(scope, here, at);
        yield Optional.empty();
      }
      case Step.Release _ -> {
        release(at);
        yield Optional.empty();
      }
    };
  }

  private boolean holds(@Nullable Value when, Vars vars) {
    return switch (when) {
      case null -> true;
      case Value.Bool bool -> bool.value();
      case Value.Str str -> course.templates().condition(str.text(), vars, str.at());
      case Value other ->
          throw new Failure(
              Diagnostic.at(
                  other.at(), Code.BAD_VALUE, "'when' wants a condition, not " + other.kind()));
    };
  }

  /** As it is written, on one line. */
  private static String condition(@Nullable Value when) {
    return switch (when) {
      case Value.Str str -> str.text().strip().replaceAll("\\s+", " ");
      case Value.Bool bool -> bool.source();
      case null, default -> "it says so";
    };
  }

  private String target(Value.Str on, Vars vars) {
    Text name = course.templates().render(on.text(), vars, on.at());
    return course
        .known(name)
        .orElseThrow(() ->
            new Failure(
                Diagnostic.at(on.at(), Code.BAD_ARGUMENT_VALUE, "there is no node '" + name + "'")
                    .withHint("'on' wants the inventory name of a node")));
  }

  private void include(Step.Include include, Place here, Event.At at) {
    Place inside = here.inside(include.head(), at.id());
    String path;
    try {
      path =
          course
              .templates()
              .render(include.path().text(), here.vars(), include.path().at())
              .reveal();
    } catch (Failure failure) {
      throw fail(at, include.head(), failure, 0);
    }
    Plan plan = include.plans().get(path);
    if (plan == null) {
      throw fail(
          at,
          include.head(),
          new Failure(
              Diagnostic.at(
                      include.path().at(),
                      Code.RUNTIME_VARIABLE,
                      "plan '" + path + "' was not read before the run")
                  .withHint("an include's path may use inventory and plan variables only")),
          0);
    }
    Place within = inside.in(plan);
    walk(plan.steps(), within);
  }

  // --- one step ---------------------------------------------------------------------------------

  private Object perform(Step.Task task, Place here, Event.At at) {
    Step.Head head = task.head();
    long start = System.nanoTime();
    Primitive<?> primitive = Objects.requireNonNull(course.primitives().get(task.primitive()));
    sink.on(new Event.StepStarted(at));
    for (int tries = 0; ; tries++) {
      try {
        Attempt.Outcome outcome = attempt(task, primitive, here, at);
        sink.on(
            new Event.StepFinished(
                at,
                outcome.status(),
                outcome.why(),
                outcome.effects(),
                since(start),
                null,
                outcome.because()));
        return outcome.status() == Status.TENTATIVE
            ? new UnknownValue(List.of(at.id()))
            : outcome.registered();
      } catch (UnknownValue unknown) {
        tentative(at, unknown);
        return new UnknownValue(List.of(at.id()));
      } catch (Failure failure) {
        Code code = failure.diagnostic().code();
        boolean again =
            tries < head.retries()
                && gate instanceof Gate.Open
                && code != Code.INTERRUPTED
                && code != Code.LOCK_LOST;
        if (!again) {
          throw fail(at, head, failure, start);
        }
        pause(head, here, at, failure, start);
      }
    }
  }

  private void pause(Step.Head head, Place here, Event.At at, Failure failure, long start) {
    Duration every = head.every() == null ? Duration.ofSeconds(1) : head.every();
    sink.on(
        new Event.Waiting(
            at, "trying again: " + failure.diagnostic().message(), "", since(start), every));
    try {
      here.cancellation().pause(every);
    } catch (Failure cancelled) {
      throw fail(at, head, cancelled, start);
    }
  }

  private <W> Attempt.Outcome attempt(
      Step.Task task, Primitive<W> primitive, Place here, Event.At at) {
    Step.Head head = task.head();
    try (Cancellation.Child own = here.cancellation().child()) {
      Attempt attempt =
          new Attempt(
              at.on() == null ? node.name() : at.on(),
              gate,
              locks.held().orElse(null),
              own.cancellation(),
              waits(at),
              head.timeout(),
              head.every(),
              at.id());
      Supplier<Attempt.Outcome> once =
          () ->
              attempt.at(
                  primitive,
                  course
                      .arguments()
                      .render(task.arguments(), primitive.signature(), here.vars(), here.plan()));
      // A wait keeps its deadline itself, and says at its end what it waited for.
      return head.timeout() == null || task.primitive().equals("wait_for")
          ? once.get()
          : course.clockwork().within(head.timeout(), own.cancellation(), once);
    }
  }

  private Attempt.Waits waits(Event.At at) {
    return new Attempt.Waits() {
      @Override
      public void on(String missing, Duration elapsed, Duration deadline) {
        sink.on(new Event.Waiting(at, missing, note(), elapsed, deadline));
      }

      @Override
      public String note() {
        return course.board().noteFor(node);
      }
    };
  }

  // --- locks ------------------------------------------------------------------------------------

  private void lockScope(Step.LockScope scope, Place here, Event.At at) {
    Place inside = here.inside(scope.head(), at.id());
    if (!(gate instanceof Gate.Open open)) {
      walk(scope.steps(), inside);
      return;
    }
    Locks.Terms terms;
    try {
      Signature signature = Objects.requireNonNull(course.signatures().get("consul_lock"));
      terms =
          LockTerms.of(
              course.arguments().render(scope.arguments(), signature, here.vars(), here.plan()));
    } catch (Failure failure) {
      throw fail(at, scope.head(), failure, 0);
    }
    if (locks.holds(terms.key()) || rehearsedInSync(scope, inside, open)) {
      if (locks.holds(terms.key())) {
        walk(scope.steps(), inside);
      }
      return;
    }
    long start = System.nanoTime();
    sink.on(new Event.StepStarted(at));
    Locks.Held held;
    try {
      held =
          open.world()
              .locks(node.name())
              .acquire(
                  terms,
                  (holder, elapsed) ->
                      sink.on(
                          new Event.Waiting(
                              at,
                              "lock "
                                  + terms.key()
                                  + holder.map(who -> ", held by " + who).orElse(""),
                              "",
                              elapsed,
                              terms.patience())),
                  here.cancellation());
    } catch (Failure failure) {
      throw fail(at, scope.head(), failure, start);
    }
    sink.on(new Event.LockAcquired(node.name(), held.key(), held.session()));
    try (Cancellation.Child under = here.cancellation().child()) {
      held.onLost(() -> {
        sink.on(new Event.LockLost(node.name(), held.key(), held.session()));
        under
            .cancellation()
            .cancel(
                Diagnostic.of(Code.LOCK_LOST, "lost lock " + held.key() + " while at work")
                    .withHint("run the plan again: what was done stays done"));
      });
      locks.push(held);
      walk(scope.steps(), inside.under(under.cancellation()));
    } finally {
      locks.release(held).ifPresent(sink::on);
    }
  }

  /**
   * Walks the scope with nothing performed; when all is in sync, that was it, and no lock is taken.
   */
  private boolean rehearsedInSync(Step.LockScope scope, Place inside, Gate.Open open) {
    List<Event> events = new ArrayList<>();
    Map<String, @Nullable Object> results = new LinkedHashMap<>(registered);
    Strand rehearsal =
        new Strand(course, node, new Gate.Rehearsal(open.world()), events::add, locks, results);
    try {
      rehearsal.walk(scope.steps(), inside.with(inside.vars().withRegistered(results)));
    } catch (OutOfSync | StepFailed somethingToDo) {
      inside.cancellation().check();
      return false;
    }
    registered.putAll(results);
    events.forEach(sink::on);
    return true;
  }

  private void release(Event.At at) {
    if (gate instanceof Gate.Open) {
      sink.on(new Event.StepStarted(at));
      Optional<Event> released = locks.releaseInnermost();
      released.ifPresent(sink::on);
      finished(at, Status.OK, released.isPresent() ? "released" : "no lock is held", 0);
    } else {
      finished(at, Status.OK, "no lock is held", 0);
    }
  }

  // --- telling ----------------------------------------------------------------------------------

  private void register(Step.Head head, Object result) {
    if (head.register() != null) {
      registered.put(head.register(), result);
    }
  }

  private void tentative(Event.At at, UnknownValue unknown) {
    sink.on(
        new Event.StepFinished(
            at,
            Status.TENTATIVE,
            unknown.getMessage() == null ? "" : unknown.getMessage(),
            List.of(),
            Duration.ZERO,
            null,
            unknown.because()));
  }

  private void finished(Event.At at, Status status, String why, long start) {
    sink.on(
        new Event.StepFinished(
            at,
            status,
            why,
            List.of(),
            start == 0 ? Duration.ZERO : since(start),
            null,
            List.of()));
  }

  private StepFailed fail(Event.At at, Step.Head head, Failure failure, long start) {
    Diagnostic diagnostic =
        failure.diagnostic().orOn(at.on() == null ? at.node() : at.on()).orAt(head.at());
    sink.on(
        new Event.StepFinished(
            at,
            Status.FAILED,
            diagnostic.message(),
            List.of(),
            start == 0 ? Duration.ZERO : since(start),
            diagnostic,
            List.of()));
    return new StepFailed(diagnostic);
  }

  private Event.At at(
      Step step, Place place, @Nullable Integer turn, @Nullable Object item, @Nullable String on) {
    Step.Head head = step.head();
    String label;
    try {
      label = course.templates().render(head.name(), place.vars(), head.at()).toString();
    } catch (UnknownValue | Failure notYet) {
      label = head.name();
    }
    return new Event.At(
        node.name(),
        place.plan().fileName(),
        head.name(),
        label,
        place.id(head, turn),
        turn == null ? null : word(item),
        on == null || on.equals(node.name()) ? null : on,
        head.at().line(),
        kind(step),
        place.depth());
  }

  /** An item in a word: its name where it has one. */
  private static String word(@Nullable Object item) {
    if (item instanceof Map<?, ?> map && map.get("name") != null) {
      return String.valueOf(map.get("name"));
    }
    return String.valueOf(item);
  }

  private static String kind(Step step) {
    return switch (step) {
      case Step.Task task -> task.primitive();
      case Step.Block _ -> "steps";
      case Step.Include _ -> "include";
      case Step.LockScope _, Step.Release _ -> "consul_lock";
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
