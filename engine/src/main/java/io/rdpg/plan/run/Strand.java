package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Findings;
import io.rdpg.plan.event.Status;
import io.rdpg.plan.forecast.Outlook;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Plan;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.scope.Decision;
import io.rdpg.plan.scope.UnknownValue;
import io.rdpg.plan.scope.Values;
import io.rdpg.plan.scope.Vars;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.LockTerms;
import io.rdpg.plan.world.Locks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node's walk through a plan: its steps in order, each decided just before it is done. Used by
 * one thread.
 */
final class Strand {
  private final Course course;
  private final Node node;
  private final Gate gate;
  private final Telling telling;
  private final HeldLocks locks;
  private final Map<String, @Nullable Object> registered;

  Strand(Course course, Node node, Gate gate, Event.Sink sink, Findings findings) {
    this(
        course,
        node,
        gate,
        new Telling(node.name(), course.templates(), sink, findings),
        new HeldLocks(node.name(), gate instanceof Gate.Open ? sink : _ -> {}),
        new LinkedHashMap<>());
  }

  private Strand(
      Course course,
      Node node,
      Gate gate,
      Telling telling,
      HeldLocks locks,
      Map<String, @Nullable Object> registered) {
    this.course = course;
    this.node = node;
    this.gate = gate;
    this.telling = telling;
    this.locks = locks;
    this.registered = registered;
  }

  Node node() {
    return node;
  }

  /**
   * Walks a whole plan.
   *
   * @throws StepFailed at the first step that fails
   */
  void walk(Plan plan, Cancellation cancellation) {
    Vars vars = course.facts().vars(node).withRegistered(registered).inPlan(plan.vars());
    walk(plan.steps(), Place.atTop(plan, vars, cancellation));
  }

  private void walk(List<Step> steps, Place place) {
    for (Step step : steps) {
      if (place.chosen(step, course.request().tags())) {
        turns(step, place);
      }
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
      items = Values.items(forEach, course.templates(), place.vars());
    } catch (UnknownValue unknown) {
      doubt(step, place, telling.at(step, place, null, null, place.on()), unknown);
      return;
    } catch (Failure failure) {
      throw telling.failed(
          telling.at(step, place, null, null, null), step.head(), failure, Duration.ZERO);
    }
    List<Object> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      Place inTurn = place.with(place.vars().withItem(step.head().as(), item));
      turn(step, inTurn, i + 1, item).ifPresent(results::add);
    }
    register(step.head(), UnknownValue.among(results).orElse(Map.of("results", results)));
  }

  /** One turn of a step; what it registers, when it does something that registers. */
  private Optional<Object> turn(
      Step step, Place place, @Nullable Integer turn, @Nullable Object item) {
    Step.Head head = step.head();
    Place here = place.with(place.vars().inStep(head.vars()));
    Event.At at = telling.at(step, here, turn, item, here.on());
    try {
      if (!Decision.holds(head.when(), course.templates(), here.vars())) {
        telling.ended(at, Status.SKIPPED, "not when " + Decision.words(head.when()));
        return Optional.of(Map.of("changed", false, "skipped", true));
      }
      if (head.on() != null) {
        at = telling.at(step, here, turn, item, course.target(head.on(), here.vars()));
      }
    } catch (UnknownValue unknown) {
      doubt(step, here, at, unknown);
      return Optional.of(unknown);
    } catch (Failure failure) {
      throw telling.failed(at, head, failure, Duration.ZERO);
    }
    return switch (step) {
      case Step.Task task -> Optional.of(perform(task, here, at));
      case Step.Block block -> {
        walk(block.steps(), here.inside(head, at));
        yield Optional.empty();
      }
      case Step.Include include -> {
        Plan plan = included(include, here, at);
        walk(plan.steps(), here.inside(head, at).in(plan));
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

  private Plan included(Step.Include include, Place here, Event.At at) {
    Value.Str path = include.path();
    try {
      Text rendered = course.templates().render(path.text(), here.vars(), path.at());
      Plan plan = include.plans().get(rendered.reveal());
      if (plan == null) {
        throw new Failure(
            Diagnostic.at(
                    path.at(),
                    Code.RUNTIME_VARIABLE,
                    "plan '" + rendered + "' was not read before the run")
                .withHint("an include's path may use inventory and plan variables only"));
      }
      return plan;
    } catch (Failure failure) {
      throw telling.failed(at, include.head(), failure, Duration.ZERO);
    }
  }

  private Object perform(Step.Task task, Place here, Event.At at) {
    try {
      return new Tries(course, node, gate, telling, locks).of(task, here, at);
    } catch (UnknownValue unknown) {
      doubt(task, here, at, unknown);
      return new UnknownValue(List.of(at.id()));
    }
  }

  /** Takes the lock only when there is something to do under it, and then starts anew. */
  private void lockScope(Step.LockScope scope, Place here, Event.At at) {
    Place inside = here.inside(scope.head(), at);
    if (rehearsal()) {
      walk(scope.steps(), inside);
      return;
    }
    long start = System.nanoTime();
    try {
      Signature signature = Objects.requireNonNull(course.signatures().get("consul_lock"));
      Locks.Terms terms =
          LockTerms.of(
              course.arguments().render(scope.arguments(), signature, here.vars(), here.plan()));
      if (locks.holds(terms.key())) {
        walk(scope.steps(), inside);
      } else if (!rehearsedInSync(scope, inside)) {
        telling.started(at);
        String before = lastHolder(terms.key());
        locks.under(
            locks(),
            terms,
            at,
            here.cancellation(),
            whileHeld -> {
              telling.ended(at, Status.OK, taken(before), since(start));
              walk(scope.steps(), inside.under(whileHeld));
            });
      }
    } catch (UnknownValue unknown) {
      doubt(scope, here, at, unknown);
    } catch (Failure failure) {
      throw telling.failed(at, scope.head(), failure, since(start));
    }
  }

  private boolean rehearsal() {
    return switch (gate) {
      case Gate.Open _ -> false;
      case Gate.Rehearsal _ -> true;
      case Gate.Closed closed -> closed.rehearsal();
    };
  }

  private Locks locks() {
    return switch (gate) {
      case Gate.Open open -> open.permit().turns(node.name(), open.world().locks(node.name()));
      case Gate.Closed(Outlook outlook, _) -> outlook.locks().of(node.name(), outlook.turn());
      case Gate.Rehearsal _ -> throw new IllegalStateException("a rehearsal takes no lock");
    };
  }

  private String lastHolder(String key) {
    return gate instanceof Gate.Closed(Outlook outlook, _) ? outlook.locks().lastHolder(key) : "";
  }

  /** Which of several nodes is the first to come to a lock is left to them. */
  private String taken(String before) {
    if (gate instanceof Gate.Open) {
      return "the lock is taken";
    }
    boolean alone = course.request().selected().size() == 1;
    return before.isEmpty()
        ? "would take the lock" + (alone ? "" : "; whichever comes first, shown as " + node.name())
        : "would take the lock after " + before;
  }

  /** Walks the scope with nothing performed; tells of it only when all of it is in sync. */
  private boolean rehearsedInSync(Step.LockScope scope, Place inside) {
    Gate rehearsal =
        switch (gate) {
          case Gate.Open open -> new Gate.Rehearsal(open.world());
          case Gate.Rehearsal already -> already;
          case Gate.Closed closed -> new Gate.Closed(closed.outlook(), true);
        };
    Kept kept = new Kept();
    Telling quiet = new Telling(node.name(), course.templates(), kept, kept);
    Map<String, @Nullable Object> before = new LinkedHashMap<>(registered);
    try {
      new Strand(course, node, rehearsal, quiet, locks, registered).walk(scope.steps(), inside);
    } catch (OutOfSync | StepFailed somethingToDo) {
      registered.clear();
      registered.putAll(before);
      inside.cancellation().check();
      return false;
    }
    kept.tell(telling.sink(), telling.findings());
    return true;
  }

  private void release(Event.At at) {
    telling.started(at);
    boolean released = !rehearsal() && locks.releaseInnermost();
    telling.ended(
        at,
        Status.OK,
        !released
            ? "no lock is held"
            : gate instanceof Gate.Open ? "released" : "would be released");
  }

  private void register(Step.Head head, Object result) {
    if (head.register() != null) {
      registered.put(head.register(), result);
    }
  }

  private void doubt(Step step, Place here, Event.At at, UnknownValue unknown) {
    if (!(gate instanceof Gate.Closed(Outlook outlook, boolean rehearsed)) || rehearsed) {
      throw new OutOfSync();
    }
    new Doubts(course, telling, outlook.forecast(), this::register).tell(step, here, at, unknown);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
