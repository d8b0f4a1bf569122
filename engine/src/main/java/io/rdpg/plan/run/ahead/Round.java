package io.rdpg.plan.run.ahead;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads of several steps of one node that are asked at once. Safe for use by many threads. */
final class Round implements AutoCloseable {
  private static final Diagnostic NOT_NEEDED =
      Diagnostic.of(Code.INTERRUPTED, "nothing is asked any more");

  /** How long reads that are not needed any more may take before they are told to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String node;
  private final List<ReadCollector.Asked> asked;
  private final ReadsInFlight inFlight;
  private final Cancellation.Child own;
  private final Map<String, Answer> answers = new LinkedHashMap<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile ReadsInFlight.@Nullable Moment moment;

  Round(
      String node,
      List<ReadCollector.Asked> asked,
      ReadsInFlight inFlight,
      Cancellation cancellation) {
    this.node = node;
    this.asked = List.copyOf(asked);
    this.inFlight = inFlight;
    this.own = cancellation.child();
    for (ReadCollector.Asked step : asked) {
      answers.put(
          step.id(),
          new Answer(
              this,
              step.reads().user(),
              step.reads().reads(),
              answers.isEmpty(),
              !answers.isEmpty() && !step.command(),
              step.byAuthor(),
              new CompletableFuture<>()));
    }
  }

  /**
   * The answer to one step's reads, that may still have to come.
   *
   * @param first whether it is the step whose turn it was
   * @param early whether it was asked before the step's turn
   * @param coming empty when there is none
   */
  record Answer(
      Round round,
      @Nullable String user,
      List<Read<?>> reads,
      boolean first,
      boolean early,
      boolean byAuthor,
      CompletableFuture<Optional<Observations>> coming) {

    /** Whether it answers these reads, as this user. */
    boolean isTo(@Nullable String who, List<Read<?>> what) {
      return Objects.equals(user, who) && reads.equals(what);
    }

    /** The observations, if they have come. */
    Optional<Observations> present() {
      return coming.isDone() && !coming.isCompletedExceptionally()
          ? coming.join()
          : Optional.empty();
    }

    /** Whether it is known that it won't come. */
    boolean missing() {
      return coming.isDone() && !coming.isCompletedExceptionally() && coming.join().isEmpty();
    }

    /**
     * Waits for it.
     *
     * @throws Failure when it could not be read, or the wait was cancelled
     */
    Optional<Observations> await(Cancellation cancellation) {
      Optional<Observations> observations = cancellation.await(coming);
      cancellation.check();
      return observations;
    }
  }

  Map<String, Answer> answers() {
    return answers;
  }

  /** Whether nothing has changed since what was read. */
  boolean counts(Answer answer) {
    ReadsInFlight.Moment then = moment;
    return answer.first() || then == null || inFlight.counts(node, then, answer.byAuthor());
  }

  /** Begins to read, on a thread of its own. */
  void start(StateReader reader) {
    Thread.ofVirtual().name(node).start(() -> run(reader));
  }

  private void run(StateReader reader) {
    Cancellation cancellation = own.cancellation();
    List<Answer> all = List.copyOf(answers.values());
    try {
      if (inFlight.begin(node, this)) {
        try {
          moment = inFlight.now(node);
          reader.readAhead(
              node,
              asked.stream().map(ReadCollector.Asked::reads).toList(),
              (number, seen) -> all.get(number).coming().complete(Optional.of(seen)),
              cancellation);
        } finally {
          inFlight.end(node, this);
        }
      }
    } catch (Failure failure) {
      if (!cancellation.cancelled()) {
        all.getFirst().coming().completeExceptionally(failure);
      }
    } catch (RuntimeException | Error bug) {
      all.getFirst().coming().completeExceptionally(bug);
    } finally {
      all.forEach(answer -> answer.coming().complete(Optional.empty()));
      own.close();
      end.complete(null);
    }
  }

  boolean over() {
    return end.isDone();
  }

  /** Waits for its end, and brings that about when it takes long. */
  @Override
  public void close() {
    end.copy().completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    if (!over()) {
      own.cancellation().cancel(NOT_NEEDED);
      end.join();
    }
  }
}
