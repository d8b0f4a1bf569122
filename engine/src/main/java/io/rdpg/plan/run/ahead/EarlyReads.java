package io.rdpg.plan.run.ahead;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one node's walk that were asked before their steps' turns. An early answer may end a
 * step as in sync, and nothing else: whatever else it says, the step reads again at its turn. Used
 * by one thread.
 */
public final class EarlyReads implements AutoCloseable {
  private final ReadsInFlight inFlight;

  /** Null where everything is asked at its turn. */
  private final @Nullable Asker asker;

  private final Map<String, Round.Answer> answers = new HashMap<>();
  private final List<Round> rounds = new ArrayList<>();

  /** Why steps are asked at their turns that were or would have been asked ahead, by id. */
  private final Map<String, ReadTiming> reasons = new HashMap<>();

  /** Why the next step that nothing else is known of begins a round. */
  private ReadTiming before = ReadTiming.FIRST;

  /** Of the step that is done now. */
  private ReadTiming timing = ReadTiming.NOTHING;

  /** False after a change: most likely the next step changes something as well. */
  private boolean mayAsk = true;

  /** False once an earlier step of a preview had, or may have, something to do. */
  private boolean authorsToo = true;

  private EarlyReads(ReadsInFlight inFlight, @Nullable Asker asker) {
    this.inFlight = inFlight;
    this.asker = asker;
  }

  /** What is needed to ask. */
  private record Asker(ReadCollector.Terms terms, StateReader reader) {}

  /**
   * The early reads of one node's walk.
   *
   * @param facts say as whom steps run
   * @param inFlight of the whole run
   */
  public static EarlyReads of(
      String node,
      NodeFacts facts,
      ArgumentRenderer arguments,
      Map<String, Primitive<?>> primitives,
      StateReader reader,
      ReadsInFlight inFlight) {
    return new EarlyReads(
        inFlight, new Asker(new ReadCollector.Terms(node, facts, arguments, primitives), reader));
  }

  /** A walk that asks everything at its turn. */
  public static EarlyReads none(ReadsInFlight inFlight) {
    return new EarlyReads(inFlight, null);
  }

  /**
   * What a step observes.
   *
   * @param early whether it was asked before the step's turn
   * @param first whether the step began its round: else a command's or query's answer may be no
   *     more than what leaves the step in sync
   */
  public record Answer(Observations observations, boolean early, boolean first) {}

  /**
   * Comes to a step: asks for what it and those behind it read, if that wasn't asked before.
   *
   * @param registered the results so far
   * @param scope the scope of the innermost lock that is held; null for none
   */
  public void come(
      Step.Task task,
      StepFrame<NodeKnowledge> frame,
      Map<String, @Nullable Object> registered,
      @Nullable Step scope,
      Cancellation cancellation) {
    String id = frame.id(task);
    if (asker == null) {
      timing = ReadTiming.OFF;
      return;
    }
    if (isComing(id)) {
      timing = ReadTiming.AHEAD;
      return;
    }
    ReadTiming known = reasons.remove(id);
    timing = known == null ? before : known;
    if (!mayAsk || known == ReadTiming.TIMED || known == ReadTiming.ELSEWHERE) {
      return; // what is behind it was asked with what is before it
    }
    ReadCollector.Collected collected =
        new ReadCollector(asker.terms(), asked(), scope, registered, authorsToo).from(task, frame);
    reasons.putAll(collected.left());
    List<ReadCollector.Asked> asked = collected.steps();
    if (asked.isEmpty()) {
      timing = collected.left().getOrDefault(id, timing);
      return;
    }
    before = collected.end();
    if (asked.size() > 1) {
      Round round = new Round(asker.terms().node(), asked, inFlight, cancellation);
      rounds.removeIf(Round::over);
      rounds.add(round);
      answers.putAll(round.answers());
      round.start(asker.reader());
    }
  }

  private boolean isComing(String id) {
    Round.Answer answer = answers.get(id);
    return answer != null && answer.round().counts(answer) && !answer.missing();
  }

  private ReadCollector.Known asked() {
    return new ReadCollector.Known() {
      @Override
      public Optional<Observations> of(String id, @Nullable String user, List<Read<?>> reads) {
        return counting(id, user, reads).flatMap(Round.Answer::present);
      }

      @Override
      public boolean isComing(String id, @Nullable String user, List<Read<?>> reads) {
        return counting(id, user, reads).filter(Round.Answer::isOutstanding).isPresent();
      }
    };
  }

  private Optional<Round.Answer> counting(String id, @Nullable String user, List<Read<?>> reads) {
    return Optional.ofNullable(answers.get(id))
        .filter(answer -> answer.isTo(user, reads) && answer.round().counts(answer));
  }

  /**
   * The answer to a step's reads, once; empty when there is none that counts.
   *
   * @param user as whom the step runs; null for the user who logs in
   * @throws io.rdpg.plan.language.diagnostic.Failure when it was asked at the step's turn and
   *     failed, or the step was cancelled
   */
  public Optional<Answer> take(
      String id, @Nullable String user, List<Read<?>> reads, Cancellation cancellation) {
    Round.Answer answer = answers.remove(id);
    if (answer == null) {
      return Optional.empty();
    }
    if (!answer.isTo(user, reads)) {
      timing = ReadTiming.OTHERWISE;
      return Optional.empty();
    }
    Optional<Observations> observations = answer.await(cancellation);
    if (!answer.round().counts(answer)) {
      timing = ReadTiming.CHANGED;
      before = ReadTiming.AFTER_CHANGE;
      mayAsk = false;
      return Optional.empty();
    }
    if (observations.isEmpty()) {
      timing = ReadTiming.UNANSWERED;
    }
    return observations.map(seen -> new Answer(seen, answer.early(), answer.first()));
  }

  /** The early answer to the step that is done now doesn't leave it in sync. */
  public void differed() {
    timing = ReadTiming.DIFFERED;
  }

  /** What the step that is done now reads was read before, for another step or in another pass. */
  public void readBefore() {
    timing = ReadTiming.BEFORE;
  }

  /** The step that is done now reads nothing. */
  public void readsNothing() {
    timing = ReadTiming.NOTHING;
  }

  /** When it was asked what decides the step that is done now, as far as it has come. */
  public ReadTiming timing() {
    return timing;
  }

  /** A step was found in sync: the next ones may be, too. */
  public void inSync() {
    mayAsk = true;
  }

  /**
   * A step of a preview has, or may have, something to do: what a preview would answer from then on
   * without asking isn't asked.
   */
  public void foretold() {
    drop(ReadTiming.CHANGED);
    before = ReadTiming.AFTER_CHANGE;
    authorsToo = false;
  }

  /** Performs an effect, after which no answer counts that came before. */
  public <T> T performing(String node, Effect effect, Supplier<T> effected) {
    drop(ReadTiming.CHANGED);
    before = ReadTiming.AFTER_CHANGE;
    return inFlight.performing(node, effect, effected);
  }

  /** Forgets all answers: a step has failed, and may have changed something before. */
  public void failed() {
    drop(ReadTiming.CHANGED);
    before = ReadTiming.AFTER_CHANGE;
  }

  /** Forgets all answers: a lock is taken or released. */
  public void locked() {
    drop(ReadTiming.LOCKED);
    before = ReadTiming.AFTER_LOCK;
  }

  private void drop(ReadTiming why) {
    answers.keySet().forEach(id -> reasons.put(id, why));
    answers.clear();
    mayAsk = false;
  }

  /** Ends what is still read. */
  @Override
  public void close() {
    rounds.forEach(Round::close);
  }
}
