package io.rdpg.plan.run;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes down, complete, what a preview finds, or what an apply is permitted. */
final class EffectLog implements InternalEvent.Sink, EffectApproval {
  private final Map<Which, Entry> entries = new ConcurrentHashMap<>();
  private final List<SequentialNodes.Granted> granted = new ArrayList<>();
  private final Set<Which> guessed = new HashSet<>();

  /** Which step of which node. */
  record Which(String node, String id) {
    static Which of(Event.At at) {
      return new Which(at.node(), at.id());
    }
  }

  /**
   * What a step saw, and what it would do or did.
   *
   * @param seen what the world answered
   */
  record Entry(List<ObservedRead> seen, List<Effect> effects) {
    static final Entry NONE = new Entry(List.of(), List.of());

    /** Whether an apply does just this, and for the same reasons. */
    boolean isKeptBy(Entry applied) {
      return applied.seen().containsAll(seen)
          && effects.stream()
              .map(Entry::withoutIndex)
              .toList()
              .equals(applied.effects().stream().map(Entry::withoutIndex).toList());
    }

    /** No forecast knows the index that a key will have. */
    private static Effect withoutIndex(Effect effect) {
      return switch (effect) {
        case Effect.PutKey put -> new Effect.PutKey(put.key(), put.value(), sign(put.ifIndex()));
        case Effect.DeleteKey delete -> new Effect.DeleteKey(delete.key(), 1);
        case Effect.WriteFile _,
            Effect.RunSql _,
            Effect.Register _,
            Effect.Deregister _,
            Effect.ForgetMember _,
            Effect.RunCommand _,
            Effect.Reload _ ->
            effect;
      };
    }

    private static @Nullable Long sign(@Nullable Long index) {
      return index == null || index == 0 ? index : Long.valueOf(1);
    }
  }

  Entry of(Which which) {
    return entries.getOrDefault(which, Entry.NONE);
  }

  /** Whether a preview could only guess how the step ends. */
  boolean isGuessed(Which which) {
    return guessed.contains(which);
  }

  /** In the order in which it was told. */
  List<SequentialNodes.Granted> granted() {
    return List.copyOf(granted);
  }

  @Override
  public void on(InternalEvent event) {
    if (event instanceof InternalEvent.StepEnded step) {
      Which which = Which.of(step.at());
      entries.put(which, new Entry(step.result().seen(), step.result().effects()));
      if (step.result().status() == Status.TENTATIVE) {
        guessed.add(which);
      }
    } else if (event instanceof InternalEvent.LockGranted lock) {
      granted.add(new SequentialNodes.Granted(lock.lock(), lock.node()));
    }
  }

  @Override
  public boolean allows(String node) {
    return true;
  }

  @Override
  public void ask(Event.At at, List<ObservedRead> seen, List<Effect> effects) {
    entries.put(Which.of(at), new Entry(seen, effects));
  }

  @Override
  public Locks turns(String node, Locks locks) {
    return locks;
  }
}
