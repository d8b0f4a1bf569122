package io.rdpg.plan.run;

import io.rdpg.plan.interpret.NeededRights;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.ahead.EarlyReads;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Server;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.LockArguments;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan on one node, or previews it: each step is decided just before it is done. A step
 * comes to what it registers, if it does something that registers. Used by one thread.
 */
final class NodeRunner implements StepVisitor<NodeKnowledge, Optional<Object>> {
  private final RunContext context;
  private final Node node;
  private final EffectGate gate;
  private final StepReporter reporter;
  private final HeldLocks locks;
  private final Map<String, @Nullable Object> registered;
  private final EarlyReads early;

  /** The scope of the innermost lock that is held; null outside of every lock. */
  private @Nullable Step scope;

  /** Ends what is done now: narrower under a lock. */
  private Cancellation cancellation;

  NodeRunner(
      RunContext context,
      Node node,
      EffectGate gate,
      InternalEvent.Sink sink,
      Cancellation cancellation) {
    this(
        context,
        node,
        gate,
        new StepReporter(node.name(), context, sink),
        new HeldLocks(node.name(), gate instanceof EffectGate.Open ? sink::on : _ -> {}),
        new LinkedHashMap<>(),
        context.earlyReads(node, gate),
        cancellation);
  }

  private NodeRunner(
      RunContext context,
      Node node,
      EffectGate gate,
      StepReporter reporter,
      HeldLocks locks,
      Map<String, @Nullable Object> registered,
      EarlyReads early,
      Cancellation cancellation) {
    this.context = context;
    this.node = node;
    this.gate = gate;
    this.reporter = reporter;
    this.locks = locks;
    this.registered = registered;
    this.early = early;
    this.cancellation = cancellation;
  }

  Node node() {
    return node;
  }

  /**
   * Runs a whole plan.
   *
   * @throws StepFailed at the first step that fails
   */
  void run(Plan plan) {
    try (early) {
      // Before anything is changed. Who previews needs no right to change.
      if (gate instanceof EffectGate.Open(Target target, _)) {
        requireRights(target, announced(plan).rights());
      }
      new StepWalk(context.request().tags()).plan(plan, known(), this);
    }
  }

  /** Fails before the first step, so that nobody waits for what this node was to do. */
  void leaveOut(Plan plan) {
    var _ = announced(plan);
    context.board().failed(node);
  }

  private NodeKnowledge known() {
    return NodeKnowledge.of(context.templates(), context.facts(), node, registered);
  }

  /** What the node may do in Consul in this run; from now on other nodes know it, too. */
  private NeededRights.Found announced(Plan plan) {
    NeededRights.Found needed =
        NeededRights.of(
            plan,
            context.request().tags(),
            node.name(),
            known(),
            context.arguments(),
            context.primitives());
    context.board().mayPut(node, needed.puts());
    return needed;
  }

  private void requireRights(Target target, Map<String, Set<ConsulRight>> needed) {
    needed.forEach((at, rights) -> {
      try {
        target.require(at, rights, cancellation);
      } catch (Failure failure) {
        if (failure.diagnostic().code() == Code.CONSUL_REFUSED) {
          throw reporter.failed(failure.diagnostic().orOn(at));
        } // else the step that needs Consul reports it
      }
    });
  }

  @Override
  public Optional<Object> come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> skip(Step step, StepFrame<NodeKnowledge> frame) {
    reporter.skipped(step, frame);
    return Optional.of(Fields.of("changed", false, "skipped", true));
  }

  @Override
  public Optional<Object> perhaps(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(tentative(why));
  }

  @Override
  public Optional<Object> anyItem(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(tentative(why));
  }

  @Override
  public Optional<Object> anywhere(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(tentative(why));
  }

  @Override
  public Optional<Object> fail(Failure failure, Rest<NodeKnowledge, Optional<Object>> rest) {
    throw reporter.failed(
        reporter.at(rest.step(), rest.frame()), rest.step().head(), failure, Duration.ZERO);
  }

  @Override
  public Optional<Object> turns(List<Optional<Object>> turns) {
    List<Object> results = turns.stream().flatMap(Optional::stream).toList();
    return Optional.of(UnknownValue.among(results).orElse(Map.of("results", results)));
  }

  @Override
  public void register(Step.Head head, StepFrame<NodeKnowledge> frame, Optional<Object> result) {
    result.ifPresent(value -> registered.put(head.register(), value));
  }

  @Override
  public Optional<Object> task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    try {
      early.come(task, frame, registered, scope, cancellation);
      return Optional.of(
          new RetryLoop(context, node, gate, reporter, locks, early, cancellation)
              .of(task, frame, reporter.at(task, frame)));
    } catch (UnknownValue why) {
      return tentative(why).task(task, frame);
    }
  }

  @Override
  public Optional<Object> block(
      Step.Block block,
      Inside<NodeKnowledge, Optional<Object>> steps,
      Inside<NodeKnowledge, Optional<Object>> onFailure) {
    try {
      steps.visit(this);
    } catch (StepFailed failed) {
      if (gate instanceof EffectGate.Open(Target target, _) && !cancellation.cancelled()) {
        early.failed();
        afterFailure(target, onFailure);
      }
      throw failed;
    }
    return Optional.empty();
  }

  /**
   * No preview comes to these steps, so who approved one has approved them as the plan has them.
   */
  private void afterFailure(Target target, Inside<NodeKnowledge, Optional<Object>> steps) {
    EffectGate unasked = new EffectGate.Open(target, EffectApproval.EVERYTHING);
    NodeRunner cleaning =
        new NodeRunner(context, node, unasked, reporter, locks, registered, early, cancellation);
    cleaning.scope = scope;
    try {
      steps.visit(cleaning);
    } catch (StepFailed _) {
      // Its event was sent, and the run ends by the first failure in any case.
    }
  }

  @Override
  public Optional<Object> include(
      Step.Include include,
      StepFrame<NodeKnowledge> frame,
      List<IncludedPlan<NodeKnowledge, Optional<Object>>> plans) {
    plans.forEach(plan -> plan.visit(this));
    return Optional.empty();
  }

  /** Takes the lock only when there is something to do under it, and then starts again. */
  @Override
  public Optional<Object> lock(
      Step.LockScope scope, Inside<NodeKnowledge, Optional<Object>> steps) {
    if (rehearsal()) {
      steps.visit(this);
      return Optional.empty();
    }
    StepFrame<NodeKnowledge> frame = steps.frame();
    Event.At at = reporter.at(scope, frame);
    long start = System.nanoTime();
    try {
      Signature signature = Objects.requireNonNull(context.signatures().get(Keys.LOCK));
      Locks.Terms terms =
          LockArguments.of(
              context
                  .arguments()
                  .render(scope.arguments(), signature, frame.known().vars(), frame.plan()));
      if (locks.holds(terms.key())) {
        steps.visit(this);
      } else if (!rehearsedInSync(steps)) {
        reporter.started(at);
        String before = lastHolder(terms.key());
        early.locked();
        Optional<Diagnostic> lost =
            locks.under(
                locks(),
                terms.knowing(context.contacts().hasAnswered(node.name(), Server.CONSUL)),
                at,
                cancellation,
                whileHeld -> {
                  reporter.ended(at, Status.OK, taken(before), since(start));
                  visitUnder(whileHeld, scope, steps);
                });
        early.locked();
        if (lost.isPresent()) {
          throw reporter.failed(lost.get().orOn(node.name()).orAt(scope.head().at()));
        }
      }
    } catch (UnknownValue why) {
      return tentative(why).lock(scope, steps);
    } catch (Failure failure) {
      throw reporter.failed(at, scope.head(), failure, since(start));
    }
    return Optional.empty();
  }

  private void visitUnder(
      Cancellation whileHeld, Step.LockScope inner, Inside<NodeKnowledge, Optional<Object>> steps) {
    Cancellation outside = cancellation;
    Step outer = scope;
    cancellation = whileHeld;
    scope = inner;
    try {
      steps.visit(this);
    } finally {
      cancellation = outside;
      scope = outer;
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
    if (!before.isEmpty()) {
      return "would take the lock after " + before;
    }
    boolean alone = context.request().selected().size() == 1;
    return "would take the lock"
        + (alone ? "" : "; whichever comes first, shown as " + node.name());
  }

  /** Visits the scope with nothing performed; reports it only when all of it is in sync. */
  private boolean rehearsedInSync(Inside<NodeKnowledge, Optional<Object>> steps) {
    EffectGate rehearsal =
        switch (gate) {
          case EffectGate.Open open -> new EffectGate.Rehearsal(open.target());
          case EffectGate.Rehearsal already -> already;
          case EffectGate.Closed closed -> new EffectGate.Closed(closed.outlook(), true);
        };
    EventBuffer kept = new EventBuffer();
    StepReporter quiet = new StepReporter(node.name(), context, kept);
    Map<String, @Nullable Object> before = new LinkedHashMap<>(registered);
    try {
      NodeRunner rehearsing =
          new NodeRunner(context, node, rehearsal, quiet, locks, registered, early, cancellation);
      rehearsing.scope = scope;
      steps.visit(rehearsing);
    } catch (OutOfSync | StepFailed somethingToDo) {
      registered.clear();
      registered.putAll(before);
      cancellation.check();
      return false;
    }
    kept.passTo(reporter.sink());
    return true;
  }

  @Override
  public Optional<Object> release(Step.Release release, StepFrame<NodeKnowledge> frame) {
    Event.At at = reporter.at(release, frame);
    reporter.started(at);
    long start = System.nanoTime();
    try {
      reporter.ended(at, Status.OK, released());
    } catch (Failure lost) {
      throw reporter.failed(at, release.head(), lost, since(start));
    }
    return Optional.empty();
  }

  private String released() {
    early.locked();
    Optional<Locks.Release> release = rehearsal() ? Optional.empty() : locks.releaseInnermost();
    return release
        .map(how ->
            switch (how) {
              case DONE -> gate instanceof EffectGate.Open ? "released" : "would be released";
              case LEFT -> "Consul doesn't answer: free when its session has run out";
              case LOST -> throw new IllegalStateException("a lost lock isn't released");
            })
        .orElse("no lock is held");
  }

  /**
   * Who visits what may or may not be done.
   *
   * @throws OutOfSync in a rehearsal
   */
  private TentativeSteps tentative(UnknownValue why) {
    if (!(gate instanceof EffectGate.Closed(PreviewContext outlook, boolean rehearsed))
        || rehearsed) {
      throw new OutOfSync();
    }
    early.foretold();
    return new TentativeSteps(context, reporter, outlook.forecast(), registered, why);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
