package io.rdpg.plan.testing;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A Consul cluster in memory: keys with their indexes, every node's services, locks. */
public final class MemoryConsul {
  private final Map<String, Observation.KeyValue> keys = new TreeMap<>();
  private final Map<String, Map<String, Observation.Registration>> agents = new LinkedHashMap<>();
  private final Map<String, Held> locks = new LinkedHashMap<>();
  private final List<String> acquired = new ArrayList<>();
  private final List<Locks.Terms> terms = new ArrayList<>();
  private final Set<String> failures = new HashSet<>();
  private final Set<String> forgotten = new HashSet<>();
  private long index;
  private int released;
  private Locks.Release releases = Locks.Release.DONE;
  private int sessions;

  synchronized Observation.KeyState key(String key) {
    Observation.KeyValue value = keys.get(key);
    return value == null ? new Observation.NoKey() : value;
  }

  /** A key's value in clear; empty when it is absent. */
  public synchronized Optional<String> value(String key) {
    return Optional.ofNullable(keys.get(key)).map(value -> value.value().reveal());
  }

  /** Sets a key, as somebody else would. */
  public synchronized void set(String key, String value) {
    keys.put(key, new Observation.KeyValue(Text.plain(value), ++index));
  }

  /** Removes a key, as somebody else would. */
  public synchronized void remove(String key) {
    keys.remove(key);
  }

  synchronized boolean put(Effect.PutKey put, Locks.@Nullable Held lock) {
    requireHeld(lock);
    Observation.KeyValue present = keys.get(put.key());
    Long ifIndex = put.ifIndex();
    boolean equal = ifIndex == null || ifIndex == (present == null ? 0 : present.index());
    if (equal) {
      set(put.key(), put.value().reveal());
    }
    return equal;
  }

  synchronized boolean delete(Effect.DeleteKey delete, Locks.@Nullable Held lock) {
    requireHeld(lock);
    Observation.KeyValue present = keys.get(delete.key());
    boolean equal = present != null && present.index() == delete.ifIndex();
    if (equal) {
      keys.remove(delete.key());
    }
    return equal;
  }

  private static void requireHeld(Locks.@Nullable Held lock) {
    if (lock != null && !lock.held()) {
      throw Failure.of(Code.LOCK_LOST, "the lock " + lock.key() + " is no longer held");
    }
  }

  synchronized Observation.RegistrationState registered(String node, String id) {
    Observation.Registration there = agents.getOrDefault(node, Map.of()).get(id);
    return there == null ? new Observation.NoRegistration() : new Observation.Existing(there);
  }

  synchronized Observation.Instances instances(String service) {
    List<Observation.Instance> instances = new ArrayList<>();
    agents.forEach((node, services) ->
        services.values().stream()
            .filter(one -> one.name().equals(service))
            .forEach(one ->
                instances.add(
                    new Observation.Instance(
                        node,
                        one.id(),
                        one.address() == null ? node : one.address(),
                        one.port(),
                        one.check() == null
                            ? List.of()
                            : List.of(new Observation.CheckState("check", "critical", ""))))));
    return new Observation.Instances(instances);
  }

  synchronized Observation.LocksHeld held(String prefix) {
    return new Observation.LocksHeld(
        locks.entrySet().stream()
            .filter(lock -> lock.getKey().startsWith(prefix))
            .map(lock ->
                new Observation.LockState(
                    lock.getKey(), lock.getValue().session(), lock.getValue().node, "", ""))
            .toList());
  }

  /** Registers a service with a node's agent. */
  public synchronized void register(String node, Observation.Registration registration) {
    forgotten.remove(node);
    agents.computeIfAbsent(node, _ -> new LinkedHashMap<>()).put(registration.id(), registration);
  }

  synchronized void deregister(String node, String id) {
    agents.computeIfAbsent(node, _ -> new LinkedHashMap<>()).remove(id);
  }

  /** A node's agent has failed, or is alive again. */
  public synchronized void failed(String node, boolean failed) {
    agents.computeIfAbsent(node, _ -> new LinkedHashMap<>());
    if (failed) {
      failures.add(node);
    } else {
      failures.remove(node);
    }
  }

  synchronized Observation.MemberState member(String node) {
    return forgotten.contains(node)
        ? new Observation.NoMember()
        : new Observation.Member(!failures.contains(node), node);
  }

  synchronized void forget(String node) {
    agents.remove(node);
    hide(node);
  }

  /** Consul doesn't know a node, until it registers a service. */
  public synchronized void hide(String node) {
    forgotten.add(node);
  }

  /** The keys of all locks that were ever taken, with their nodes, in order. */
  public synchronized List<String> acquired() {
    return List.copyOf(acquired);
  }

  /** The terms of all locks that were ever taken, in order. */
  public synchronized List<Locks.Terms> terms() {
    return List.copyOf(terms);
  }

  /** Answers every request to release a lock so, and releases none unless it is done. */
  public synchronized void releasesAre(Locks.Release answer) {
    releases = answer;
  }

  /** How many locks were released by their holders. */
  public synchronized int released() {
    return released;
  }

  /** Who holds a lock; empty when nobody does. */
  public synchronized Optional<String> holder(String key) {
    return Optional.ofNullable(locks.get(key)).map(held -> held.node);
  }

  /** Takes a lock for somebody who is none of the run's nodes. */
  public synchronized void holdElsewhere(String key, String holder) {
    locks.put(key, new Held(holder, key, "other", () -> false));
  }

  /** Lets go of a lock that is held elsewhere. */
  public synchronized void letGo(String key) {
    locks.remove(key);
  }

  /** Ends a lock's session, as Consul does when it was not renewed. Returns when all were told. */
  public void lose(String key) {
    Held held;
    synchronized (this) {
      held = locks.remove(key);
    }
    if (held != null) {
      held.lost();
    }
  }

  synchronized void expireSessions() {
    locks.clear();
  }

  Locks.Held acquire(
      String node,
      Locks.Terms terms,
      Locks.Waiting waiting,
      Cancellation cancellation,
      BooleanSupplier dead) {
    long start = System.nanoTime();
    while (true) {
      String holder;
      synchronized (this) {
        Held other = locks.get(terms.key());
        if (other == null) {
          cancellation.check();
          Held held = new Held(node, terms.key(), "session-" + ++sessions, dead);
          locks.put(terms.key(), held);
          acquired.add(node + " " + terms.key());
          this.terms.add(terms);
          return held;
        }
        holder = other.node;
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      waiting.on(Optional.of("held by " + holder), elapsed);
      if (elapsed.compareTo(terms.patience()) >= 0) {
        throw Failure.of(
            Code.LOCK_NOT_OBTAINED,
            "lock "
                + terms.key()
                + " is still held by "
                + holder
                + " after "
                + Durations.show(terms.patience()));
      }
      cancellation.pause(Duration.ofMillis(5));
    }
  }

  /** A lock in memory. */
  private final class Held implements Locks.Held {
    private final String node;
    private final String key;
    private final String session;
    private final BooleanSupplier dead;
    private final List<Runnable> toTell = new ArrayList<>();
    private boolean lost;

    Held(String node, String key, String session, BooleanSupplier dead) {
      this.node = node;
      this.key = key;
      this.session = session;
      this.dead = dead;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public String session() {
      return session;
    }

    @Override
    public boolean held() {
      synchronized (MemoryConsul.this) {
        return locks.get(key) == this;
      }
    }

    @Override
    public void onLost(Runnable action) {
      synchronized (MemoryConsul.this) {
        if (!lost) {
          toTell.add(action);
          return;
        }
      }
      action.run();
    }

    private void lost() {
      List<Runnable> actions;
      synchronized (MemoryConsul.this) {
        lost = true;
        actions = List.copyOf(toTell);
      }
      actions.forEach(Runnable::run);
    }

    @Override
    public Locks.Release release() {
      synchronized (MemoryConsul.this) {
        if (dead.getAsBoolean()) {
          return Locks.Release.LEFT;
        }
        if (locks.get(key) != this) {
          return Locks.Release.LOST;
        }
        if (releases != Locks.Release.DONE) {
          return releases;
        }
        locks.remove(key);
        released++;
        return Locks.Release.DONE;
      }
    }
  }
}
