package io.rdpg.plan.graph;

import java.util.List;
import java.util.Optional;

/** One element in the flow of a picture, from top to bottom. */
sealed interface GraphElement {
  /** Whether a lock is held when the flow gets here. */
  LockCertainty before();

  /** Whether a lock is held when the flow leaves it. */
  LockCertainty after();

  /** What the step of a card or a box says of itself; empty for a fork, which is none. */
  default Optional<Caption> step() {
    return switch (this) {
      case Card card -> Optional.of(card.caption());
      case Box box -> Optional.of(box.caption());
      case Fork _ -> Optional.empty();
    };
  }

  /** The parts right inside of it. */
  List<GraphElement> inside();

  /**
   * A step that holds no others.
   *
   * @param primitive as plans write it
   * @param does what it works on, such as {@code key rdpg/leader}: never a value or a statement
   */
  record Card(
      Caption caption,
      StepCategory kind,
      String primitive,
      String does,
      LockCertainty before,
      LockCertainty after)
      implements GraphElement {
    @Override
    public List<GraphElement> inside() {
      return List.of();
    }
  }

  /** What makes steps belong together. */
  enum Frame {
    LOCK,
    INCLUDE,
    BLOCK
  }

  /**
   * A step that holds others.
   *
   * @param detail a lock's key, an include's path; empty for a block
   * @param about what an included plan says of itself; empty for nothing
   * @param folded whether to draw it as one card
   */
  record Box(
      Caption caption,
      Frame frame,
      String detail,
      String about,
      List<GraphElement> inside,
      boolean folded,
      LockCertainty before,
      LockCertainty after)
      implements GraphElement {
    public Box {
      inside = List.copyOf(inside);
    }

    Box with(List<GraphElement> others, boolean fold) {
      return new Box(caption, frame, detail, about, others, fold, before, after);
    }

    /** How many steps are in it, those in its boxes with it. */
    int steps() {
      return count(inside);
    }

    private static int count(List<GraphElement> parts) {
      return parts.stream()
          .mapToInt(part -> (part instanceof Fork ? 0 : 1) + count(part.inside()))
          .sum();
    }
  }

  /** Branches of which at most one is taken. */
  record Fork(List<Branch> branches, LockCertainty before, LockCertainty after)
      implements GraphElement {
    public Fork {
      branches = List.copyOf(branches);
    }

    @Override
    public List<GraphElement> inside() {
      return branches.stream().flatMap(branch -> branch.parts().stream()).toList();
    }
  }

  /**
   * One of several branches.
   *
   * @param condition when it is taken
   */
  record Branch(String condition, List<GraphElement> parts) {
    public Branch {
      parts = List.copyOf(parts);
    }
  }
}
