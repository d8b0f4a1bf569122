package io.rdpg.plan.run.forecast;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.target.Locks;
import java.util.HashMap;
import java.util.Map;

/** Locks as they would go from node to node. Used by one thread at a time. */
public final class ForecastLocks {
  private final Map<String, String> holders = new HashMap<>();
  private final Map<String, String> lastHolders = new HashMap<>();
  private final InternalEvent.Sink sink;

  public ForecastLocks(InternalEvent.Sink sink) {
    this.sink = sink;
  }

  /** The node that would have held a lock last; empty for none. */
  public String lastHolder(String key) {
    return lastHolders.getOrDefault(key, "");
  }

  /** The locks as one node would get them. */
  public Locks of(String node, CooperativeScheduler.Turn turn) {
    return (terms, _, _) -> {
      String key = terms.key();
      if (!turn.awaitOthers(() -> !holders.containsKey(key))) {
        throw Failure.of(
            Code.LOCK_NOT_OBTAINED,
            "would never get lock "
                + key
                + ": "
                + holders.get(key)
                + " would hold it, and wait for a step after it",
            "release the lock before such a wait, by `release: true`");
      }
      holders.put(key, node);
      sink.on(new InternalEvent.LockGranted(key, node));
      return new Foretold(key, node);
    };
  }

  /** A lock that would be held. */
  private final class Foretold implements Locks.Held {
    private final String key;
    private final String node;
    private boolean open = true;

    Foretold(String key, String node) {
      this.key = key;
      this.node = node;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public String session() {
      return "";
    }

    @Override
    public boolean held() {
      return open;
    }

    @Override
    public void onLost(Runnable action) {
      // a forecast loses no locks
    }

    @Override
    public Locks.Release release() {
      if (!open) {
        return Locks.Release.LOST;
      }
      open = false;
      holders.remove(key);
      lastHolders.put(key, node);
      return Locks.Release.DONE;
    }
  }
}
