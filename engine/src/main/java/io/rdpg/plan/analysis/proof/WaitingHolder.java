package io.rdpg.plan.analysis.proof;

import io.rdpg.plan.analysis.check.ExecutionPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A node at a wait, with locks held: knows what it has done before, in this state, for certain. */
final class WaitingHolder {
  private final ExecutionPath.TaskNode wait;
  private final LockState state;
  private final Set<ExecutionPath.ConditionalNode> around = identitySet();
  private final Set<ExecutionPath.TaskNode> done = identitySet();
  private final List<ExecutionPath.TaskNode> waits = new ArrayList<>();

  /** What was asked of other waits before. */
  private final IdentityHashMap<ExecutionPath.TaskNode, Boolean> covered = new IdentityHashMap<>();

  WaitingHolder(ExecutionPath path, ExecutionPath.TaskNode wait, LockState state) {
    this.wait = wait;
    this.state = state;
    leadsToTheWait(path.acts());
    comesToTheWait(path.acts());
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** The steps that it has done, in a set by identity that is the caller's. */
  Set<ExecutionPath.TaskNode> done() {
    Set<ExecutionPath.TaskNode> copy = identitySet();
    copy.addAll(done);
    return copy;
  }

  /** Whether another one, at the same wait, has done the same. */
  boolean hasDoneTheSame(WaitingHolder other) {
    return done.size() == other.done.size() && done.containsAll(other.done);
  }

  /** Whether it has come through a wait that asked for as much as this one. */
  boolean cameThroughOneLike(ExecutionPath.TaskNode other) {
    return covered.computeIfAbsent(
        other,
        wanted -> waits.stream().anyMatch(before -> WaitDependencies.covers(before, wanted)));
  }

  /** Notes the conditions around the wait, which it has met for certain. */
  @SuppressWarnings("ReferenceEquality") // this very act, not one like it
  private boolean leadsToTheWait(List<ExecutionPath.PathNode> acts) {
    return acts.stream()
        .anyMatch(act ->
            switch (act) {
              case ExecutionPath.TaskNode task -> task == wait;
              case ExecutionPath.UnlockNode _ -> false;
              case ExecutionPath.LockedNode under -> leadsToTheWait(under.acts());
              case ExecutionPath.ConditionalNode maybe ->
                  leadsToTheWait(maybe.acts()) && around.add(maybe);
            });
  }

  /** Notes what it has done for certain; false from the wait on. */
  @SuppressWarnings("ReferenceEquality") // this very act, not one like it
  private boolean comesToTheWait(List<ExecutionPath.PathNode> acts) {
    for (ExecutionPath.PathNode act : acts) {
      boolean further =
          switch (act) {
            case ExecutionPath.TaskNode task when task == wait -> false;
            case ExecutionPath.TaskNode task -> {
              done.add(task);
              if (task.awaits() != null) {
                waits.add(task);
              }
              yield true;
            }
            case ExecutionPath.UnlockNode _ -> true;
            case ExecutionPath.LockedNode under -> comesToTheWait(under.acts());
            case ExecutionPath.ConditionalNode maybe ->
                !state.decided(maybe.condition()).orElse(around.contains(maybe))
                    || comesToTheWait(maybe.acts());
          };
      if (!further) {
        return false;
      }
    }
    return true;
  }
}
