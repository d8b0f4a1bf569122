package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;

/** The lines along which a plan flows, and where a lock is held on them. */
final class Rails {
  /** A piece, as SVG writes paths. */
  record Piece(Held held, String path) {}

  private static final int BEND = 10;

  private final List<Piece> pieces = new ArrayList<>();

  static List<Piece> of(List<Placed> placed, int rail, int top) {
    Rails rails = new Rails();
    int y = rails.column(placed, rail, top, Held.NO);
    rails.down(Held.NO, rail, y, y + 22);
    return List.copyOf(rails.pieces);
  }

  private void down(Held held, int x, int from, int to) {
    if (to > from) {
      pieces.add(new Piece(held, "M%d %dV%d".formatted(x, from, to)));
    }
  }

  /** Down to the end of the last part; the y where it ends. */
  private int column(List<Placed> placed, int rail, int top, Held first) {
    int y = top;
    Held held = first;
    for (Placed part : placed) {
      switch (part) {
        case Placed.Card card -> {
          down(held, rail, y, card.sign());
          held = card.part().after();
          y = card.sign();
        }
        case Placed.Box box -> {
          down(held, rail, y, box.sign());
          held = box.box().frame() == Part.Frame.LOCK ? Held.YES : held;
          y = column(box.inside(), rail, box.sign(), held);
          Held last = box.inside().isEmpty() ? held : box.inside().getLast().after();
          down(last, rail, y, box.area().bottom());
          y = box.area().bottom();
          held = box.box().after();
        }
        case Placed.Fork fork -> {
          down(held, rail, y, fork.split());
          for (Placed.Way way : fork.ways()) {
            way(fork, way, held);
          }
          y = fork.merge();
          held = fork.fork().after();
        }
      }
    }
    return y;
  }

  private void way(Placed.Fork fork, Placed.Way way, Held held) {
    int start = fork.split() + 2 * BEND;
    if (way.rail() == fork.rail()) {
      down(held, way.rail(), fork.split(), start);
    } else {
      pieces.add(
          new Piece(
              held,
              "M%d %dQ%d %d %d %dH%dQ%d %d %d %d"
                  .formatted(
                      fork.rail(),
                      fork.split(),
                      fork.rail(),
                      fork.split() + BEND,
                      fork.rail() + BEND,
                      fork.split() + BEND,
                      way.rail() - BEND,
                      way.rail(),
                      fork.split() + BEND,
                      way.rail(),
                      start)));
    }
    int y = column(way.parts(), way.rail(), start, held);
    Held last = way.parts().isEmpty() ? held : way.parts().getLast().after();
    if (way.rail() == fork.rail()) {
      down(last, way.rail(), y, fork.merge());
    } else {
      pieces.add(
          new Piece(
              last,
              "M%d %dV%dQ%d %d %d %dH%dQ%d %d %d %d"
                  .formatted(
                      way.rail(),
                      y,
                      fork.merge() - 2 * BEND,
                      way.rail(),
                      fork.merge() - BEND,
                      way.rail() - BEND,
                      fork.merge() - BEND,
                      fork.rail() + BEND,
                      fork.rail(),
                      fork.merge() - BEND,
                      fork.rail(),
                      fork.merge())));
    }
  }
}
