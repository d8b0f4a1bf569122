package io.rdpg.plan.graph;

import java.util.List;

/** A part of a picture with its position. All flow runs down along rails; icons are on them. */
sealed interface PlacedElement {
  /** All that it covers, its sign with it. */
  Rectangle area();

  /** The x of its rail. */
  int rail();

  /** Whether a lock is held when the flow leaves it. */
  default LockCertainty after() {
    return switch (this) {
      case Card card -> card.part().after();
      case Box box -> box.box().after();
      case Fork fork -> fork.fork().after();
    };
  }

  /** A step, or a folded box. */
  record Card(
      GraphElement part, Rectangle area, Rectangle plate, int rail, int sign, TextBlock text)
      implements PlacedElement {}

  /**
   * An open box.
   *
   * @param sign the y of the sign in its head
   */
  record Box(
      GraphElement.Box box,
      Rectangle area,
      int rail,
      int sign,
      TextBlock text,
      List<PlacedElement> inside)
      implements PlacedElement {}

  /**
   * Branches beside each other.
   *
   * @param split where they fork
   * @param merge where they join again
   */
  record Fork(
      GraphElement.Fork fork, Rectangle area, int rail, int split, int merge, List<Branch> branches)
      implements PlacedElement {}

  /**
   * One of them.
   *
   * @param pill the position of its condition
   */
  record Branch(
      int rail, Rectangle pill, List<TextBlock.Line> condition, List<PlacedElement> parts) {}
}
