package io.rdpg.plan.graph;

import java.util.List;

/** A part of a picture in its place. All flow runs down along rails; signs stand on them. */
sealed interface Placed {
  /** All that it covers, its sign with it. */
  Area area();

  /** The x of its rail. */
  int rail();

  /** Whether a lock is held when the flow leaves it. */
  default Held after() {
    return switch (this) {
      case Card card -> card.part().after();
      case Box box -> box.box().after();
      case Fork fork -> fork.fork().after();
    };
  }

  /** A step, or a folded box. */
  record Card(Part part, Area area, Area plate, int rail, int sign, Lettered text)
      implements Placed {}

  /**
   * An open box.
   *
   * @param sign the y of the sign in its head
   */
  record Box(Part.Box box, Area area, int rail, int sign, Lettered text, List<Placed> inside)
      implements Placed {}

  /**
   * Ways beside each other.
   *
   * @param split where they part
   * @param merge where they meet again
   */
  record Fork(Part.Fork fork, Area area, int rail, int split, int merge, List<Way> ways)
      implements Placed {}

  /**
   * One of them.
   *
   * @param pill where its condition stands
   */
  record Way(int rail, Area pill, List<Lettered.Line> condition, List<Placed> parts) {}
}
