package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;

/** The lines along which a plan flows, and where a lock is held on them. */
final class FlowLines {
  /** A piece, as SVG writes paths. */
  record Piece(LockCertainty held, String path) {}

  private static final int BEND = 10;

  private final List<Piece> pieces = new ArrayList<>();

  static List<Piece> of(List<PlacedElement> placed, int rail, int top) {
    FlowLines rails = new FlowLines();
    int y = rails.column(placed, rail, top, LockCertainty.NO);
    rails.down(LockCertainty.NO, rail, y, y + 22);
    return List.copyOf(rails.pieces);
  }

  private void down(LockCertainty held, int x, int from, int to) {
    if (to > from) {
      pieces.add(new Piece(held, "M%d %dV%d".formatted(x, from, to)));
    }
  }

  /** Down to the end of the last part; the y where it ends. */
  private int column(List<PlacedElement> placed, int rail, int top, LockCertainty first) {
    int y = top;
    LockCertainty held = first;
    for (PlacedElement part : placed) {
      switch (part) {
        case PlacedElement.Card card -> {
          down(held, rail, y, card.sign());
          held = card.part().after();
          y = card.sign();
        }
        case PlacedElement.Box box -> {
          down(held, rail, y, box.sign());
          held = box.box().frame() == GraphElement.Frame.LOCK ? LockCertainty.YES : held;
          y = column(box.inside(), rail, box.sign(), held);
          LockCertainty last = box.inside().isEmpty() ? held : box.inside().getLast().after();
          down(last, rail, y, box.area().bottom());
          y = box.area().bottom();
          held = box.box().after();
        }
        case PlacedElement.Fork fork -> {
          down(held, rail, y, fork.split());
          for (PlacedElement.Branch branch : fork.branches()) {
            branch(fork, branch, held);
          }
          y = fork.merge();
          held = fork.fork().after();
        }
      }
    }
    return y;
  }

  private void branch(PlacedElement.Fork fork, PlacedElement.Branch branch, LockCertainty held) {
    int start = fork.split() + 2 * BEND;
    if (branch.rail() == fork.rail()) {
      down(held, branch.rail(), fork.split(), start);
    } else {
      String across = across(fork.rail(), fork.split() + BEND, branch.rail(), start);
      pieces.add(new Piece(held, "M%d %d".formatted(fork.rail(), fork.split()) + across));
    }
    int y = column(branch.parts(), branch.rail(), start, held);
    LockCertainty last = branch.parts().isEmpty() ? held : branch.parts().getLast().after();
    if (branch.rail() == fork.rail()) {
      down(last, branch.rail(), y, fork.merge());
    } else {
      String across = across(branch.rail(), fork.merge() - BEND, fork.rail(), fork.merge());
      String down = "M%d %dV%d".formatted(branch.rail(), y, fork.merge() - 2 * BEND);
      pieces.add(new Piece(last, down + across));
    }
  }

  /** By a bend from a rail to a level line, and by another to the end of the way. */
  private static String across(int from, int level, int to, int end) {
    int bend = to > from ? BEND : -BEND;
    return "Q%d %d %d %dH%dQ%d %d %d %d"
        .formatted(from, level, from + bend, level, to - bend, to, level, to, end);
  }
}
