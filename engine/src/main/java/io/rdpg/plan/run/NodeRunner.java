package io.rdpg.plan.run;

import io.rdpg.plan.interpret.ConditionValue;
import io.rdpg.plan.interpret.UnknownValue;
import io.rdpg.plan.interpret.ValueConversion;
import io.rdpg.plan.interpret.Variables;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.LockArguments;
import io.rdpg.plan.target.Locks;
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
final class NodeRunner {
  private final RunContext context;
  private final Node node;
  private final EffectGate gate;
  private final StepReporter reporter;
  private final HeldLocks locks;
  private final Map<String, @Nullable Object> registered;

  NodeRunner(RunContext context, Node node, EffectGate gate, InternalEvent.Sink sink) {
    this(
        context,
        node,
        gate,
        new StepReporter(node.name(), context.templates(), sink),
        new HeldLocks(node.name(), gate instanceof EffectGate.Open ? sink::on : _ -> {}),
        new LinkedHashMap<>());
  }

  private NodeRunner(
      RunContext context,
      Node node,
      EffectGate gate,
      StepReporter reporter,
      HeldLocks locks,
      Map<String, @Nullable Object> registered) {
    this.context = context;
    this.node = node;
    this.gate = gate;
    this.reporter = reporter;
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
    Variables vars = context.facts().vars(node).withRegistered(registered).inPlan(plan.vars());
    walk(plan.steps(), StepFrame.atTop(plan, vars, cancellation));
  }

  private void walk(List<Step> steps, StepFrame place) {
    for (Step step : steps) {
      if (place.chosen(step, context.request().tags())) {
        turns(step, place);
      }
    }
  }

  /** A step once, or once for each item of its loop. */
  private void turns(Step step, StepFrame place) {
    Value forEach = step.head().forEach();
    if (forEach == null) {
      turn(step, place, null, null).ifPresent(result -> register(step.head(), result));
      return;
    }
    List<?> items;
    try {
      items = ValueConversion.items(forEach, context.templates(), place.vars());
    } catch (UnknownValue unknown) {
      doubt(step, place, reporter.at(step, place, null, null, place.on()), unknown);
      return;
    } catch (Failure failure) {
      throw reporter.failed(
          reporter.at(step, place, null, null, null), step.head(), failure, Duration.ZERO);
    }
    List<Object> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      StepFrame inTurn = place.with(place.vars().withItem(step.head().as(), item));
      turn(step, inTurn, i + 1, item).ifPresent(results::add);
    }
    register(step.head(), UnknownValue.among(results).orElse(Map.of("results", results)));
  }

  /** One turn of a step; what it registers, when it does something that registers. */
  private Optional<Object> turn(
      Step step, StepFrame place, @Nullable Integer turn, @Nullable Object item) {
    Step.Head head = step.head();
    StepFrame here = place.with(place.vars().inStep(head.vars()));
    Event.At at = reporter.at(step, here, turn, item, here.on());
    try {
      if (!ConditionValue.holds(head.when(), context.templates(), here.vars())) {
        reporter.ended(at, Status.SKIPPED, "not when " + ConditionValue.words(head.when()));
        return Optional.of(Map.of("changed", false, "skipped", true));
      }
      if (head.on() != null) {
        at = reporter.at(step, here, turn, item, context.target(head.on(), here.vars()));
      }
    } catch (UnknownValue unknown) {
      doubt(step, here, at, unknown);
      return Optional.of(unknown);
    } catch (Failure failure) {
      throw reporter.failed(at, head, failure, Duration.ZERO);
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

  private Plan included(Step.Include include, StepFrame here, Event.At at) {
    Value.Str path = include.path();
    try {
      Text rendered = context.templates().render(path.text(), here.vars(), path.at());
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
      throw reporter.failed(at, include.head(), failure, Duration.ZERO);
    }
  }

  private Object perform(Step.Task task, StepFrame here, Event.At at) {
    try {
      return new RetryLoop(context, node, gate, reporter, locks).of(task, here, at);
    } catch (UnknownValue unknown) {
      doubt(task, here, at, unknown);
      return new UnknownValue(List.of(at.id()));
    }
  }

  /** Takes the lock only when there is something to do under it, and then starts anew. */
  private void lockScope(Step.LockScope scope, StepFrame here, Event.At at) {
    StepFrame inside = here.inside(scope.head(), at);
    if (rehearsal()) {
      walk(scope.steps(), inside);
      return;
    }
    long start = System.nanoTime();
    try {
      Signature signature = Objects.requireNonNull(context.signatures().get("consul_lock"));
      Locks.Terms terms =
          LockArguments.of(
              context.arguments().render(scope.arguments(), signature, here.vars(), here.plan()));
      if (locks.holds(terms.key())) {
        walk(scope.steps(), inside);
      } else if (!rehearsedInSync(scope, inside)) {
        reporter.started(at);
        String before = lastHolder(terms.key());
        locks.under(
            locks(),
            terms,
            at,
            here.cancellation(),
            whileHeld -> {
              reporter.ended(at, Status.OK, taken(before), since(start));
              walk(scope.steps(), inside.under(whileHeld));
            });
      }
    } catch (UnknownValue unknown) {
      doubt(scope, here, at, unknown);
    } catch (Failure failure) {
      throw reporter.failed(at, scope.head(), failure, since(start));
    }
  }

  private boolean rehearsal() {
    return switch (gate) {
      case EffectGate.Open _ -> false;
      case EffectGate.Rehearsal _ -> true;
      case EffectGate.Closed closed -> closed.rehearsal();
    };
  }

  private Locks locks() {
    return switch (gate) {
      case EffectGate.Open open ->
          open.approval().turns(node.name(), open.target().locks(node.name()));
      case EffectGate.Closed(PreviewContext outlook, _) ->
          outlook.locks().of(node.name(), outlook.turn());
      case EffectGate.Rehearsal _ -> throw new IllegalStateException("a rehearsal takes no lock");
    };
  }

  private String lastHolder(String key) {
    return gate instanceof EffectGate.Closed(PreviewContext outlook, _)
        ? outlook.locks().lastHolder(key)
        : "";
  }

  /** Which of several nodes is the first to come to a lock is left to them. */
  private String taken(String before) {
    if (gate instanceof EffectGate.Open) {
      return "the lock is taken";
    }
    boolean alone = context.request().selected().size() == 1;
    return before.isEmpty()
        ? "would take the lock" + (alone ? "" : "; whichever comes first, shown as " + node.name())
        : "would take the lock after " + before;
  }

  /** Walks the scope with nothing performed; tells of it only when all of it is in sync. */
  private boolean rehearsedInSync(Step.LockScope scope, StepFrame inside) {
    EffectGate rehearsal =
        switch (gate) {
          case EffectGate.Open open -> new EffectGate.Rehearsal(open.target());
          case EffectGate.Rehearsal already -> already;
          case EffectGate.Closed closed -> new EffectGate.Closed(closed.outlook(), true);
        };
    EventBuffer kept = new EventBuffer();
    StepReporter quiet = new StepReporter(node.name(), context.templates(), kept);
    Map<String, @Nullable Object> before = new LinkedHashMap<>(registered);
    try {
      new NodeRunner(context, node, rehearsal, quiet, locks, registered)
          .walk(scope.steps(), inside);
    } catch (OutOfSync | StepFailed somethingToDo) {
      registered.clear();
      registered.putAll(before);
      inside.cancellation().check();
      return false;
    }
    kept.passTo(reporter.sink());
    return true;
  }

  private void release(Event.At at) {
    reporter.started(at);
    boolean released = !rehearsal() && locks.releaseInnermost();
    reporter.ended(
        at,
        Status.OK,
        !released
            ? "no lock is held"
            : gate instanceof EffectGate.Open ? "released" : "would be released");
  }

  private void register(Step.Head head, Object result) {
    if (head.register() != null) {
      registered.put(head.register(), result);
    }
  }

  private void doubt(Step step, StepFrame here, Event.At at, UnknownValue unknown) {
    if (!(gate instanceof EffectGate.Closed(PreviewContext outlook, boolean rehearsed))
        || rehearsed) {
      throw new OutOfSync();
    }
    new TentativeSteps(context, reporter, outlook.forecast(), this::register)
        .tell(step, here, at, unknown);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
