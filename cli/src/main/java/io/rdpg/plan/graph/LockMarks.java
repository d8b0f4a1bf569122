package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;

/** Marks each element of a graph with whether a lock is held before and after it. */
final class LockMarks {
  private final LockTracker locks = new LockTracker();

  List<GraphElement> mark(List<GraphElement> parts) {
    return parts.stream().map(this::mark).toList();
  }

  private GraphElement mark(GraphElement part) {
    LockCertainty before = locks.held();
    LockTracker.State start = locks.now();
    return switch (part) {
      case GraphElement.Card card -> {
        String does = card.does();
        if (card.kind() == StepCategory.RELEASE) {
          does = "releases " + locks.release();
        }
        yield new GraphElement.Card(
            card.caption(), card.kind(), card.primitive(), does, before, after(card, start));
      }
      case GraphElement.Box box -> {
        boolean lock = box.frame() == GraphElement.Frame.LOCK;
        if (lock) {
          locks.take(box.detail());
        }
        List<GraphElement> inside = mark(box.inside());
        if (lock) {
          locks.leave();
        }
        yield new GraphElement.Box(
            box.caption(),
            box.frame(),
            box.detail(),
            box.about(),
            inside,
            false,
            before,
            after(box, start));
      }
      case GraphElement.Fork fork -> {
        List<GraphElement.Branch> branches = new ArrayList<>();
        List<LockTracker.State> ends = new ArrayList<>();
        for (GraphElement.Branch branch : fork.branches()) {
          locks.set(start);
          branches.add(new GraphElement.Branch(branch.condition(), mark(branch.parts())));
          ends.add(locks.now());
        }
        locks.meet(ends);
        yield new GraphElement.Fork(branches, before, locks.held());
      }
    };
  }

  /** What is held after a step: what is only done under a condition may also be passed by. */
  private LockCertainty after(GraphElement part, LockTracker.State start) {
    boolean perhaps =
        part.step().filter(step -> step.when().isPresent() || step.each().isPresent()).isPresent();
    if (perhaps) {
      locks.meet(List.of(start, locks.now()));
    }
    return locks.held();
  }
}
