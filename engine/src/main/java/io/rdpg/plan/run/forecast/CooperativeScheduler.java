package io.rdpg.plan.run.forecast;

import io.rdpg.plan.system.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs nodes one at a time and always in the same order: a node runs until it has to wait for
 * others, then the first that can continue does. When none can, the first that waits gives up.
 */
public final class CooperativeScheduler {
  private final List<Seat> seats = new ArrayList<>();

  private CooperativeScheduler() {}

  /** One node's turns. */
  public interface Turn {
    /**
     * Lets the nodes before this one run first, and all others as long as this one has to wait.
     *
     * @param ready whether it can continue; asked again whenever another node waits
     * @return false when neither it nor any other node can
     */
    boolean await(BooleanSupplier ready);

    /** The same for something that only another node can release: the last to give up. */
    boolean awaitOthers(BooleanSupplier ready);
  }

  /** Runs all nodes to their ends. */
  public static void take(List<Consumer<Turn>> walks) {
    CooperativeScheduler turns = new CooperativeScheduler();
    walks.forEach(walk -> turns.seats.add(turns.new Seat(walk)));
    List<Thread> threads =
        turns.seats.stream().map(seat -> Thread.ofVirtual().start(seat::sit)).toList();
    turns.pass();
    threads.forEach(Threads::join);
  }

  private final class Seat implements Turn {
    private final Consumer<Turn> walk;
    private final Semaphore turn = new Semaphore(0);
    private boolean started;
    private boolean ended;
    private boolean forOthers;
    private boolean goesOn;
    private BooleanSupplier ready = () -> true;

    Seat(Consumer<Turn> walk) {
      this.walk = walk;
    }

    void sit() {
      turn.acquireUninterruptibly();
      started = true;
      try {
        walk.accept(this);
      } finally {
        ended = true;
        pass();
      }
    }

    @Override
    public boolean await(BooleanSupplier until) {
      return pause(until, false);
    }

    @Override
    public boolean awaitOthers(BooleanSupplier until) {
      return pause(until, true);
    }

    private boolean pause(BooleanSupplier until, boolean others) {
      ready = until;
      forOthers = others;
      pass();
      turn.acquireUninterruptibly();
      return goesOn;
    }
  }

  private void pass() {
    Seat next = next();
    if (next != null) {
      next.turn.release();
    }
  }

  private @Nullable Seat next() {
    for (Seat seat : seats) {
      if (!seat.ended && (!seat.started || seat.ready.getAsBoolean())) {
        seat.goesOn = true;
        return seat;
      }
    }
    Seat givesUp = firstWaiting(false);
    if (givesUp == null) {
      givesUp = firstWaiting(true);
    }
    if (givesUp != null) {
      givesUp.goesOn = false;
    }
    return givesUp;
  }

  private @Nullable Seat firstWaiting(boolean forOthers) {
    return seats.stream()
        .filter(seat -> !seat.ended && seat.forOthers == forOthers)
        .findFirst()
        .orElse(null);
  }
}
