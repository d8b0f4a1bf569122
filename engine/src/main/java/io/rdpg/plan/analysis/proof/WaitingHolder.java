package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A node at a wait, with locks held: knows what it has done before, in this state, for certain. */
final class WaitingHolder {
  private final ExecutionPath.TaskNode wait;
  private final LockState state;
  private final Set<ExecutionPath.TaskNode> deciding;
  private final Conditions conditions;
  private final Set<ExecutionPath.ConditionalNode> around;
  private final Set<ExecutionPath.TaskNode> done = identitySet();

  /** Those of the waits that may {@link WaitDependencies#covers cover} another node's. */
  private final Set<ExecutionPath.TaskNode> waits = identitySet();

  /** What was asked of other waits before. */
  private final IdentityHashMap<ExecutionPath.TaskNode, Boolean> covered = new IdentityHashMap<>();

  /**
   * Looks at the steps before the wait.
   *
   * @param around the conditions {@link #around} the wait
   * @param deciding those of them that may decide whether it ends; others are passed over
   */
  WaitingHolder(
      ExecutionPath path,
      ExecutionPath.TaskNode wait,
      LockState state,
      Set<ExecutionPath.ConditionalNode> around,
      Set<ExecutionPath.TaskNode> deciding,
      Conditions conditions) {
    this.conditions = conditions;
    this.wait = wait;
    this.state = state;
    this.around = around;
    this.deciding = deciding;
    comesToTheWait(path.acts());
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** The deciding steps that it has done, in a set by identity that is the caller's. */
  Set<ExecutionPath.TaskNode> done() {
    Set<ExecutionPath.TaskNode> copy = identitySet();
    copy.addAll(done);
    return copy;
  }

  /** The waits through which it has come, by identity, that may cover another node's. */
  Set<ExecutionPath.TaskNode> waits() {
    return Collections.unmodifiableSet(waits);
  }

  /** Whether it has come through a wait that asked for as much as this one. */
  boolean cameThroughOneLike(ExecutionPath.TaskNode other) {
    return covered.computeIfAbsent(
        other,
        wanted -> waits.stream().anyMatch(before -> WaitDependencies.covers(before, wanted)));
  }

  /** The conditions around a wait, by identity, which who comes there has met for certain. */
  static Set<ExecutionPath.ConditionalNode> around(
      ExecutionPath.TaskNode wait, ExecutionPath path) {
    Set<ExecutionPath.ConditionalNode> around = identitySet();
    leadsTo(wait, path.acts(), around);
    return around;
  }

  @SuppressWarnings("ReferenceEquality") // this very act, not one like it
  private static boolean leadsTo(
      ExecutionPath.TaskNode wait,
      List<ExecutionPath.PathNode> acts,
      Set<ExecutionPath.ConditionalNode> around) {
    for (ExecutionPath.PathNode act : acts) {
      boolean leads =
          switch (act) {
            case ExecutionPath.TaskNode task -> task == wait;
            case ExecutionPath.UnlockNode _ -> false;
            case ExecutionPath.LockedNode under -> leadsTo(wait, under.acts(), around);
            case ExecutionPath.ConditionalNode maybe ->
                leadsTo(wait, maybe.acts(), around) && around.add(maybe);
          };
      if (leads) {
        return true;
      }
    }
    return false;
  }

  /** Notes what it has done for certain; false from the wait on. */
  @SuppressWarnings("ReferenceEquality") // this very act, not one like it
  private boolean comesToTheWait(List<ExecutionPath.PathNode> acts) {
    for (ExecutionPath.PathNode act : acts) {
      boolean further =
          switch (act) {
            case ExecutionPath.TaskNode task when task == wait -> false;
            case ExecutionPath.TaskNode task -> {
              if (deciding.contains(task)) {
                done.add(task);
              }
              if (WaitDependencies.mayCover(task)) {
                waits.add(task);
              }
              yield true;
            }
            case ExecutionPath.UnlockNode _ -> true;
            case ExecutionPath.LockedNode under -> comesToTheWait(under.acts());
            case ExecutionPath.ConditionalNode maybe ->
                !conditions
                        .decided(conditions.number(maybe.condition()), state.facts())
                        .orElse(around.contains(maybe))
                    || comesToTheWait(maybe.acts());
          };
      if (!further) {
        return false;
      }
    }
    return true;
  }
}
