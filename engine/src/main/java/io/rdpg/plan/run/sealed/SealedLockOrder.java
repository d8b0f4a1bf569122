package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Makes nodes take each lock in the order of a preview. A turn has passed when its node has
 * released the lock, has failed, or has ended a later step without it; a node that has no turn
 * doesn't wait. What still waits ends with the lock's deadline. Safe for use by many threads.
 */
final class SealedLockOrder implements Event.Sink {
  private static final Duration SAY_AGAIN = Duration.ofSeconds(1);

  private final SealedPreview sealed;
  private final DocumentSeal sealing;
  private final LoginTurns logins;

  /** Completed, and replaced by another, when a turn has moved. */
  private final AtomicReference<CompletableFuture<Void>> moved =
      new AtomicReference<>(new CompletableFuture<>());

  /** By the digests of their keys. */
  private final Map<String, List<Turn>> order = new LinkedHashMap<>();

  private enum State {
    TO_COME,
    TAKEN,
    PASSED
  }

  /** A node's turn at a lock. */
  private static final class Turn {
    private final String node;
    private final int after;
    private final AtomicReference<State> state = new AtomicReference<>(State.TO_COME);

    Turn(SealedPreview.Turn turn) {
      node = turn.node();
      after = turn.after();
    }

    boolean passed() {
      return state.get() == State.PASSED;
    }

    String inWords() {
      return state.get() == State.TAKEN
          ? node + " of this run"
          : "nobody yet: in the sealed preview the next holder is " + node;
    }
  }

  /**
   * @param nodes those that take part; the others' turns are left out
   * @param logins what a wait for a turn doesn't count
   */
  SealedLockOrder(
      SealedPreview sealed, DocumentSeal sealing, Set<String> nodes, LoginTurns logins) {
    this.logins = logins;
    this.sealed = sealed;
    this.sealing = sealing;
    sealed
        .locks()
        .forEach(lock ->
            order.put(
                lock.digest(),
                lock.turns().stream()
                    .filter(turn -> nodes.contains(turn.node()))
                    .map(Turn::new)
                    .toList()));
  }

  /** Learns which turns have passed. */
  @Override
  public void on(Event event) {
    switch (event) {
      case Event.StepFinished step -> ended(step);
      case Event.DiagnosticReported reported -> {
        String node = reported.diagnostic().node();
        if (node != null) {
          passAll(node);
        }
      }
      case Event.RunStarted _,
          Event.StepStarted _,
          Event.Waiting _,
          Event.ReadingState _,
          Event.LoginsWaiting _,
          Event.NodeAsked _,
          Event.LockAcquired _,
          Event.LockReleased _,
          Event.LockLeft _,
          Event.ServerSaid _,
          Event.LockLost _,
          Event.RunFinished _ -> {}
    }
  }

  private void ended(Event.StepFinished step) {
    String node = step.at().node();
    if (step.status() == Status.FAILED) {
      passAll(node);
      return;
    }
    int place = sealed.place(node, step.at().id());
    turnsOf(node)
        .filter(turn -> turn.after <= place)
        .forEach(turn -> turn.state.compareAndSet(State.TO_COME, State.PASSED));
    moved();
  }

  private void moved() {
    moved.getAndSet(new CompletableFuture<>()).complete(null);
  }

  private void passAll(String node) {
    turnsOf(node).forEach(turn -> turn.state.set(State.PASSED));
    moved();
  }

  private Stream<Turn> turnsOf(String node) {
    return order.values().stream().flatMap(List::stream).filter(turn -> turn.node.equals(node));
  }

  /** The same locks, given to this node when it is its turn. */
  Locks of(String node, Locks locks) {
    return (terms, waiting, cancellation) -> {
      Optional<Turn> mine = next(terms.key(), node);
      if (mine.isEmpty()) {
        return locks.acquire(terms, waiting, cancellation);
      }
      Duration waited = awaitTurn(mine.get(), terms, waiting, cancellation);
      Locks.Held held =
          locks.acquire(
              terms.within(terms.patience().minus(waited)),
              (obstacle, elapsed) -> waiting.on(obstacle, elapsed.plus(waited)),
              cancellation);
      mine.get().state.set(State.TAKEN);
      return new InTurn(
          held,
          () -> {
            mine.get().state.set(State.PASSED);
            moved();
          });
    };
  }

  private Optional<Turn> next(String key, String node) {
    return turns(key).stream()
        .filter(turn -> turn.node.equals(node) && turn.state.get() == State.TO_COME)
        .findFirst();
  }

  private List<Turn> turns(String key) {
    return order.getOrDefault(sealing.lock(key), List.of());
  }

  private Duration awaitTurn(
      Turn mine, Locks.Terms terms, Locks.Waiting waiting, Cancellation cancellation) {
    long start = System.nanoTime();
    Duration queuedBefore = logins.waitedByAny();
    Optional<Duration> said = Optional.empty();
    while (true) {
      CompletableFuture<Void> next = moved.get();
      List<String> before = before(mine, terms.key());
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (before.isEmpty()) {
        return elapsed;
      }
      Duration queued = logins.waitedByAny().minus(queuedBefore);
      if (elapsed.minus(queued).compareTo(terms.patience()) >= 0) {
        throw Failure.of(
            Code.LOCK_NOT_OBTAINED,
            "lock "
                + terms.key()
                + " is held by "
                + before.getFirst()
                + ", still after "
                + Durations.show(terms.patience()),
            "check what that node does; then make a new preview");
      }
      if (said.isEmpty() || elapsed.minus(said.get()).compareTo(SAY_AGAIN) >= 0) {
        waiting.on(Optional.of("held by " + before.getFirst()), elapsed);
        said = Optional.of(elapsed);
      }
      cancellation.await(
          next.copy().completeOnTimeout(null, SAY_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  /** The nodes before, as text. */
  private List<String> before(Turn mine, String key) {
    List<Turn> turns = turns(key);
    return turns.subList(0, turns.indexOf(mine)).stream()
        .filter(turn -> !turn.passed())
        .map(Turn::inWords)
        .toList();
  }

  /** A lock that passes on the turn when it is released. */
  private record InTurn(Locks.Held lock, Runnable passes) implements Locks.Held {
    @Override
    public String key() {
      return lock.key();
    }

    @Override
    public String session() {
      return lock.session();
    }

    @Override
    public boolean held() {
      return lock.held();
    }

    @Override
    public void onLost(Runnable action) {
      lock.onLost(action);
    }

    @Override
    public Locks.Release release() {
      Locks.Release released = lock.release();
      passes.run();
      return released;
    }
  }
}
