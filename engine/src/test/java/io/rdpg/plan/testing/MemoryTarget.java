package io.rdpg.plan.testing;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Nodes with their servers in memory, which behave as the real ones do as far as {@link
 * TargetContract} tells. Made for tests: it counts, and it fails when told to. Safe for use by many
 * threads.
 */
public final class MemoryTarget implements Target {
  private final MemoryClock clock = new MemoryClock();
  private final MemoryConsul consul = new MemoryConsul();
  private final Map<String, MemoryNode> nodes = new LinkedHashMap<>();
  private final List<Performed> performed = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private volatile Hook beforeLook = (node, number, done) -> {};
  private volatile Hook beforePerform = (node, number, done) -> {};
  private volatile Hook afterPerform = (node, number, done) -> {};
  private final AtomicInteger askedAhead = new AtomicInteger();
  private volatile boolean dead;

  /** Called before something is done, outside every lock of this world's. */
  public interface Hook {
    /**
     * @param number how many of its kind came before on all nodes
     * @param what the look or the effect
     */
    void on(String node, int number, Object what);
  }

  /**
   * An effect that was performed.
   *
   * @param user who did it; null for the user who logs in
   * @param lock the key of the lock that it was given; null for none
   */
  public record Performed(
      String node, @Nullable String user, Effect effect, @Nullable String lock) {}

  /**
   * A look that was answered.
   *
   * @param user who asked; null for the user who logs in
   */
  public record Asked(String node, @Nullable String user, Read<?> read) {}

  /** What a process dies of that is killed: nothing that comes after it happens. */
  public static final class Killed extends Error {
    public Killed() {
      super("killed", null, false, false);
    }
  }

  /** A node; made when it is first named. */
  public synchronized MemoryNode node(String name) {
    return nodes.computeIfAbsent(name, any -> new MemoryNode(any, clock));
  }

  public MemoryConsul consul() {
    return consul;
  }

  public synchronized List<Performed> performed() {
    return List.copyOf(performed);
  }

  /** The kind and target of every effect that was performed on a node. */
  public List<String> performedOn(String node) {
    return performed().stream()
        .filter(one -> one.node().equals(node))
        .map(one -> one.effect().kind().word() + " " + one.effect().target())
        .toList();
  }

  public synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  public synchronized void forgetCounts() {
    performed.clear();
    asked.clear();
    askedAhead.set(0);
  }

  public void beforeLook(Hook hook) {
    beforeLook = hook;
  }

  public void beforePerform(Hook hook) {
    beforePerform = hook;
  }

  /** Called when something was done, before that is answered. */
  public void afterPerform(Hook hook) {
    afterPerform = hook;
  }

  /** Fails in place of the effect before which so many were performed. */
  public void failAtPerform(int number, Failure failure) {
    beforePerform =
        (_, before, _) -> {
          if (before == number) {
            throw failure;
          }
        };
  }

  /** Kills whoever works here in place of the effect before which so many were performed. */
  public void killAtPerform(int number) {
    beforePerform =
        (_, before, _) -> {
          if (before == number) {
            dead = true;
            throw new Killed();
          }
        };
  }

  /** Lets a new process work here: hooks are forgotten, the dead one's sessions have expired. */
  public void revive() {
    dead = false;
    beforeLook = (node, number, done) -> {};
    beforePerform = (node, number, done) -> {};
    afterPerform = (node, number, done) -> {};
    consul.expireSessions();
  }

  private void alive() {
    if (dead) {
      throw new Killed();
    }
  }

  @Override
  public Observations read(
      Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    String node = at.node();
    Map<Read<?>, Observation> observations = new HashMap<>();
    for (Read<?> read : reads) {
      cancellation.check();
      alive();
      beforeLook.on(node, asked().size(), read);
      synchronized (this) {
        asked.add(new Asked(node, at.user(), read));
      }
      observations.put(read, observation(node, read));
    }
    return new Observations(observations);
  }

  /**
   * As nodes do: commands run before the files of earlier steps are looked at, and conditions when
   * all steps before them are known.
   */
  @Override
  public void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    StepReads turn = steps.getFirst();
    Observations first = read(new Account(node, turn.user()), turn.reads(), cancellation);
    replies.answered(0, first);
    boolean inSync = steps.getFirst().inSync().test(first);
    Map<Integer, Boolean> seen = new HashMap<>(Map.of(0, inSync));
    for (int i = 1; i < steps.size(); i++) {
      if (inSync && steps.get(i).command().isPresent()) {
        inSync = steps.get(i).inSync().test(readEarly(node, steps, i, replies, cancellation));
        seen.put(i, inSync);
      }
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).reads().stream().noneMatch(Read::byAuthor)) {
        Observations early = readEarly(node, steps, i, replies, cancellation);
        seen.put(i, steps.get(i).inSync().test(early));
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      if (!seen.containsKey(i) && steps.get(i).condition().isPresent()) {
        Observations asked = readEarly(node, steps, i, replies, cancellation);
        seen.put(i, steps.get(i).inSync().test(asked));
      }
      if (!seen.getOrDefault(i, false)) {
        return;
      }
    }
  }

  private Observations readEarly(
      String node,
      List<StepReads> steps,
      int number,
      StepReads.Replies replies,
      Cancellation cancellation) {
    StepReads step = steps.get(number);
    Observations observations = read(new Account(node, step.user()), step.reads(), cancellation);
    askedAhead.incrementAndGet();
    replies.answered(number, observations);
    return observations;
  }

  /** How many steps' reads were answered before their turns. */
  public int askedAhead() {
    return askedAhead.get();
  }

  private Observation observation(String node, Read<?> read) {
    return switch (read) {
      case Read.Key key -> consul.key(key.key());
      case Read.Registered registered -> consul.registered(node, registered.id());
      case Read.Service service -> consul.instances(service.name());
      case Read.Member member -> consul.member(member.name());
      case Read.Locks locks -> consul.held(locks.prefix());
      case Read.FileAt file -> node(node).file(file.path());
      case Read.Placing placing -> node(node).place(placing);
      case Read.Query query -> node(node).query(query);
      case Read.Port port -> node(node).port(port.host() + ":" + port.port());
      case Read.Http http -> node(node).http(http.url());
      case Read.Probe probe -> node(node).probe(probe.argv());
      case Read.Configuration configuration -> node(node).configuration(configuration);
    };
  }

  @Override
  public boolean perform(
      Account at,
      Effect effect,
      Locks.@Nullable Held lock,
      ServerMessages messages,
      Cancellation cancellation) {
    String node = at.node();
    cancellation.check();
    alive();
    beforePerform.on(node, performed().size(), effect);
    cancellation.check();
    boolean done =
        switch (effect) {
          case Effect.PutKey put -> consul.put(put, lock);
          case Effect.DeleteKey delete -> consul.delete(delete, lock);
          case Effect.Register register ->
              done(() -> consul.register(node, register.registration()));
          case Effect.Deregister gone -> done(() -> consul.deregister(node, gone.id()));
          case Effect.ForgetMember gone -> done(() -> consul.forget(gone.name()));
          case Effect.WriteFile write -> done(() -> node(node).write(write));
          case Effect.RunSql sql -> done(() -> node(node).run(sql));
          case Effect.RunCommand command -> done(() -> node(node).run(command));
          case Effect.Reload reload -> done(() -> node(node).reload(reload));
        };
    if (done) {
      synchronized (this) {
        performed.add(new Performed(node, at.user(), effect, lock == null ? null : lock.key()));
      }
      afterPerform.on(node, performed().size() - 1, effect);
    }
    return done;
  }

  private static boolean done(Runnable work) {
    work.run();
    return true;
  }

  @Override
  public Locks locks(String node) {
    return (terms, waiting, cancellation) -> {
      alive();
      return consul.acquire(node, terms, waiting, cancellation, () -> dead);
    };
  }

  @Override
  public void close() {}
}
