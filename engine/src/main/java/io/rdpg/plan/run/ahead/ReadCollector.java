package io.rdpg.plan.run.ahead;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.Following;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepLocation;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.StepReads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a node's next steps read, up to the first whose reads depend on something that
 * isn't known yet: a wait, a lock that is released, something to do, another step's result. Reads
 * nothing itself. Used once.
 */
final class ReadCollector implements StepVisitor<NodeKnowledge, Optional<Object>> {
  /** The maximum number of steps that are asked for at once. */
  private static final int MOST_STEPS = 500;

  /** Thrown where later reads could depend on what comes first. */
  private static final class RoundEnds extends RuntimeException {
    private final ReadTiming why;

    /**
     * @param why what those behind it are asked at their turns for
     */
    RoundEnds(ReadTiming why) {
      super("", null, false, false);
      this.why = why;
    }
  }

  /**
   * What is to be asked at once.
   *
   * @param left steps before the end that are asked at their turns, by id, and why
   * @param end why the steps behind the last are asked at their turns
   */
  record Collected(List<Asked> steps, Map<String, ReadTiming> left, ReadTiming end) {}

  /**
   * A step's reads.
   *
   * @param command whether they are one command, whose exit code says all: it is run only when all
   *     steps before are in sync, and so at its turn
   * @param condition whether they are one query of which only counts whether it holds: likewise
   */
  record Asked(String id, StepReads reads, boolean command, boolean condition) {
    /** Whether it is asked only when its turn has come. */
    boolean inTurn() {
      return command || condition;
    }

    boolean byAuthor() {
      return reads.reads().stream().anyMatch(Read::byAuthor);
    }
  }

  /** What was asked before. */
  interface Known {
    /** The observations, if they have come and still count. */
    Optional<Observations> of(String id, @Nullable String user, List<Read<?>> reads);

    /** Whether they are still to come. */
    boolean isComing(String id, @Nullable String user, List<Read<?>> reads);
  }

  /** What is the same for all steps of a walk. */
  record Terms(
      String node,
      NodeFacts facts,
      ArgumentRenderer arguments,
      Map<String, Primitive<?>> primitives) {}

  private final Terms terms;
  private final Known known;
  private final @Nullable Step scope;
  private final Map<String, @Nullable Object> registered;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<String, ReadTiming> left = new HashMap<>();
  private final boolean authorsToo;

  /** Whether all steps so far are in sync, or stand before in the same sequence of commands. */
  private boolean mayRunCommands = true;

  /** Whether each step so far is in sync, or asked with these. */
  private boolean allAsked = true;

  /**
   * @param scope the lock's scope that is not to be left; null for none
   * @param registered the results so far
   * @param authorsToo whether what authors wrote may be asked at all
   */
  ReadCollector(
      Terms terms,
      Known known,
      @Nullable Step scope,
      Map<String, @Nullable Object> registered,
      boolean authorsToo) {
    this.authorsToo = authorsToo;
    this.terms = terms;
    this.known = known;
    this.scope = scope;
    this.registered = new LinkedHashMap<>(registered);
  }

  /** The reads of a step whose turn it is, and of those that follow it. Empty when it has none. */
  Collected from(Step.Task task, StepFrame<NodeKnowledge> frame) {
    try {
      Optional<Object> result = task(task, frame);
      if (task.head().register() != null) {
        register(task.head(), frame, result);
      }
      Following<NodeKnowledge> following = frame.following();
      if (following != null) {
        following.walk(outside -> outside.withRegistered(registered), this);
      }
    } catch (RoundEnds enough) {
      return new Collected(asked, left, enough.why);
    }
    return new Collected(asked, left, ReadTiming.FIRST);
  }

  @Override
  public Optional<Object> task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    Step.Head head = task.head();
    String id = frame.id(task);
    Primitive<?> primitive = Objects.requireNonNull(terms.primitives().get(task.primitive()));
    boolean elsewhere = frame.on() != null && !frame.on().equals(terms.node());
    if (elsewhere || head.timeout() != null || head.retries() > 0) {
      ReadTiming why = elsewhere ? ReadTiming.ELSEWHERE : ReadTiming.TIMED;
      if (primitive.signature().argument(Signature.Role.DEADLINE).isPresent()) {
        left.put(id, why);
        throw new RoundEnds(ReadTiming.AFTER_WAIT);
      }
      return atItsTurn(id, why);
    }
    return task(primitive, task, frame, id);
  }

  private <W> Optional<Object> task(
      Primitive<W> primitive, Step.Task task, StepFrame<NodeKnowledge> frame, String id) {
    W want;
    String user;
    List<Read<?>> reads;
    try {
      user = terms.facts().user(terms.node(), frame.becoming());
      want =
          primitive.decode(
              terms
                  .arguments()
                  .render(
                      task.arguments(), primitive.signature(), frame.known().vars(), frame.plan()));
      reads = primitive.reads(want);
    } catch (UnknownValue | Failure notYet) {
      throw new RoundEnds(ReadTiming.UNKNOWN);
    }
    Optional<Observations> observations =
        reads.isEmpty() ? Optional.of(Observations.NONE) : known.of(id, user, reads);
    if (observations.isPresent() && !asked.isEmpty()) {
      return inSync(primitive, want, observations.get())
          .map(diff -> (Object) StepResult.inSync(diff, List.of(), List.of()).registered())
          .or(() -> {
            throw new RoundEnds(ReadTiming.AFTER_CHANGE);
          });
    }
    boolean waits = primitive.waits(want).isPresent();
    if (!asked.isEmpty() && known.isComing(id, user, reads)) {
      mayRunCommands = false;
      allAsked = false;
      if (waits) {
        throw new RoundEnds(ReadTiming.AFTER_WAIT);
      }
      return unknown(id);
    }
    StepReads step =
        new StepReads(user, reads, answer -> inSync(primitive, want, answer).isPresent());
    boolean command =
        step.command().filter(done -> saysAll(primitive, want, done.done())).isPresent();
    boolean condition =
        step.condition().filter(done -> saysAll(primitive, want, done.done())).isPresent();
    return ask(new Asked(id, step, command, condition), waits);
  }

  private Optional<Object> ask(Asked step, boolean waits) {
    if (step.reads().reads().isEmpty()) {
      throw new RoundEnds(ReadTiming.AFTER_CHANGE);
    }
    boolean mayBe =
        asked.isEmpty() || (mayRunCommands && isInSequence(step)) || (allAsked && step.condition());
    if (step.byAuthor() && !(authorsToo && mayBe)) {
      return atItsTurn(step.id(), ReadTiming.AUTHOR);
    }
    mayRunCommands &= step.command();
    asked.add(step);
    if (waits) {
      throw new RoundEnds(ReadTiming.AFTER_WAIT);
    }
    if (asked.size() == MOST_STEPS) {
      throw new RoundEnds(ReadTiming.TOO_MANY);
    }
    return unknown(step.id());
  }

  /** Commands run one after another in one shell, and so as one user. */
  private boolean isInSequence(Asked step) {
    return step.command() && Objects.equals(step.reads().user(), asked.getFirst().reads().user());
  }

  /** Whether what is known of a step that is done says all that it registers. */
  private static <W> boolean saysAll(Primitive<W> primitive, W want, Observations done) {
    return inSync(primitive, want, done).filter(diff -> diff.registered().isEmpty()).isPresent();
  }

  private static <W> Optional<Diff.InSync> inSync(
      Primitive<W> primitive, W want, Observations observations) {
    try {
      return primitive.diff(want, observations) instanceof Diff.InSync diff
          ? Optional.of(diff)
          : Optional.empty();
    } catch (Failure toBeToldAtItsTurn) {
      return Optional.empty();
    }
  }

  /** A step that isn't asked ahead: whether it is in sync, nobody knows before. */
  private Optional<Object> atItsTurn(String id, ReadTiming why) {
    mayRunCommands = false;
    allAsked = false;
    left.put(id, why);
    if (asked.isEmpty()) {
      throw new RoundEnds(why);
    }
    return unknown(id);
  }

  private static Optional<Object> unknown(String id) {
    return Optional.of(new UnknownValue(List.of(id)));
  }

  @Override
  public Optional<Object> come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, Optional<Object>> rest) {
    if (scope != null && !isInScope(outside.around())) {
      throw new RoundEnds(ReadTiming.AFTER_LOCK);
    }
    return rest.visit(this);
  }

  @SuppressWarnings("ReferenceEquality") // this very scope, not one like it
  private boolean isInScope(@Nullable StepLocation around) {
    return around != null && around.outwards().anyMatch(at -> at.step() == scope);
  }

  @Override
  public Optional<Object> skip(Step step, StepFrame<NodeKnowledge> frame) {
    return Optional.of(Fields.of("changed", false, "skipped", true));
  }

  @Override
  public Optional<Object> perhaps(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    throw new RoundEnds(ReadTiming.UNKNOWN);
  }

  @Override
  public Optional<Object> anyItem(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    throw new RoundEnds(ReadTiming.UNKNOWN);
  }

  @Override
  public Optional<Object> anywhere(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    throw new RoundEnds(ReadTiming.UNKNOWN);
  }

  @Override
  public Optional<Object> fail(Failure failure, Rest<NodeKnowledge, Optional<Object>> rest) {
    throw new RoundEnds(ReadTiming.UNKNOWN);
  }

  @Override
  public Optional<Object> turns(List<Optional<Object>> turns) {
    return Optional.of(new UnknownValue(List.of("loop")));
  }

  @Override
  public void register(Step.Head head, StepFrame<NodeKnowledge> frame, Optional<Object> result) {
    result.ifPresent(value -> registered.put(head.register(), value));
  }

  @Override
  public Optional<Object> block(
      Step.Block block,
      Inside<NodeKnowledge, Optional<Object>> steps,
      Inside<NodeKnowledge, Optional<Object>> onFailure) {
    steps.visit(this);
    return Optional.empty();
  }

  @Override
  public Optional<Object> include(
      Step.Include include,
      StepFrame<NodeKnowledge> frame,
      List<IncludedPlan<NodeKnowledge, Optional<Object>>> plans) {
    plans.forEach(plan -> plan.visit(this));
    return Optional.empty();
  }

  /** A lock is taken only where a step under it isn't in sync, and its answers are dropped then. */
  @Override
  public Optional<Object> lock(
      Step.LockScope scope, Inside<NodeKnowledge, Optional<Object>> steps) {
    steps.visit(this);
    return Optional.empty();
  }

  @Override
  public Optional<Object> release(Step.Release release, StepFrame<NodeKnowledge> frame) {
    throw new RoundEnds(ReadTiming.AFTER_LOCK);
  }
}
