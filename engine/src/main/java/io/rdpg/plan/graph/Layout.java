package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the parts of a picture into their places, from the inside to the outside. */
final class Layout {
  static final int BETWEEN = 12;
  static final int LANE = 9;
  private static final int SIGN = 15;
  private static final int PLATE = 22;
  private static final int TEXT_INSIDE = 12;
  private static final int FRAME = 10;
  private static final int STACKED = 6;
  private static final int WAYS_APART = 26;
  private static final int BESIDE_LANES = 14;
  private static final int BEND = 20;
  private static final int[] PLATE_WIDTHS = {500, 392, 330, 300};

  private final Picture picture;
  private final Meetings meetings;

  Layout(Picture picture, Meetings meetings) {
    this.picture = picture;
    this.meetings = meetings;
  }

  /** The picture's parts, left and top at this place. */
  List<Placed> place(int left, int top) {
    int rail = left + leftOf(picture.parts());
    return column(picture.parts(), List.of(), rail, top, 0);
  }

  // --- how far parts reach from their rail ---

  private static int leftOf(List<Part> parts) {
    return parts.stream().mapToInt(Layout::leftOf).max().orElse(SIGN);
  }

  private static int leftOf(Part part) {
    return switch (part) {
      case Part.Card _ -> SIGN;
      case Part.Box box -> box.folded() ? SIGN : leftOf(box.inside()) + FRAME;
      case Part.Fork fork -> leftOf(fork.branches().getFirst().parts());
    };
  }

  private static int plateWidth(int forks) {
    return PLATE_WIDTHS[Math.min(forks, PLATE_WIDTHS.length - 1)];
  }

  private int rightOf(List<Part> parts, List<Integer> list, int forks) {
    int right = PLATE + plateWidth(forks);
    for (int i = 0; i < parts.size(); i++) {
      right = Math.max(right, rightOf(parts.get(i), Meetings.with(list, i), forks));
    }
    int lines = meetings.lines(new Meetings.Strip(list, -1));
    return lines == 0 ? right : right + BESIDE_LANES + LANE * lines;
  }

  private int rightOf(Part part, List<Integer> here, int forks) {
    return switch (part) {
      case Part.Card _ -> PLATE + plateWidth(forks);
      case Part.Box box ->
          box.folded()
              ? PLATE + plateWidth(forks)
              : rightOf(box.inside(), here, forks) + FRAME + (isLoop(box) ? STACKED : 0);
      case Part.Fork fork -> {
        List<Integer> rails = rails(fork, here, forks);
        int last = fork.branches().size() - 1;
        yield rails.getLast()
            + rightOf(fork.branches().get(last).parts(), Meetings.with(here, -1 - last), forks + 1);
      }
    };
  }

  /** Of each way, how far its rail is to the right of the fork's own. */
  private List<Integer> rails(Part.Fork fork, List<Integer> here, int forks) {
    List<Integer> rails = new ArrayList<>();
    int right = 0;
    for (int way = 0; way < fork.branches().size(); way++) {
      List<Part> parts = fork.branches().get(way).parts();
      int rail = way == 0 ? 0 : right + leftOf(parts);
      rails.add(rail);
      int lines = meetings.lines(new Meetings.Strip(here, way));
      right =
          rail
              + rightOf(parts, Meetings.with(here, -1 - way), forks + 1)
              + WAYS_APART
              + LANE * lines;
    }
    return rails;
  }

  // --- places ---

  private List<Placed> column(List<Part> parts, List<Integer> list, int rail, int top, int forks) {
    List<Placed> placed = new ArrayList<>();
    int y = top;
    for (int i = 0; i < parts.size(); i++) {
      Placed next = place(parts.get(i), Meetings.with(list, i), rail, y, forks);
      placed.add(next);
      y = next.area().bottom() + BETWEEN;
    }
    return placed;
  }

  private Placed place(Part part, List<Integer> here, int rail, int top, int forks) {
    return switch (part) {
      case Part.Card card ->
          card(
              card,
              card.caption(),
              card.does(),
              tags(card.caption(), Optional.empty()),
              rail,
              top,
              plateWidth(forks));
      case Part.Box box ->
          box.folded()
              ? card(
                  box,
                  box.caption(),
                  box.detail(),
                  tags(box.caption(), Optional.of(box)),
                  rail,
                  top,
                  plateWidth(forks))
              : box(box, here, rail, top, forks);
      case Part.Fork fork -> fork(fork, here, rail, top, forks);
    };
  }

  private static Placed card(
      Part part,
      Caption caption,
      String detail,
      List<Lettered.Told> tags,
      int rail,
      int top,
      int width) {
    int plateWidth = caption.each().isPresent() ? width - STACKED : width;
    int x = rail + PLATE;
    Area room = new Area(x + TEXT_INSIDE, top, plateWidth - 2 * TEXT_INSIDE, 0);
    Lettered text = Lettered.of(caption.when(), caption.name(), detail, tags, room);
    Area plate = new Area(x, top, plateWidth, text.height());
    int stacked = caption.each().isPresent() ? STACKED : 0;
    Area area = new Area(rail - SIGN, top, SIGN + PLATE + width, text.height() + stacked);
    return new Placed.Card(part, area, plate, rail, sign(text), text);
  }

  /** Beside the name. */
  private static int sign(Lettered text) {
    return text.lines().stream()
        .filter(line -> line.lettering() == Lettering.NAME)
        .findFirst()
        .map(line -> line.area().y() + line.area().height() / 2)
        .orElse(0);
  }

  private Placed box(Part.Box box, List<Integer> here, int rail, int top, int forks) {
    int left = rail - leftOf(box.inside()) - FRAME;
    int stacked = isLoop(box) ? STACKED : 0;
    int right = rail + rightOf(box, here, forks) - stacked;
    int headRight = Math.min(right, rail + PLATE + Math.max(plateWidth(forks), 420));
    Area room = new Area(rail + PLATE, top, headRight - FRAME - rail - PLATE, 0);
    Caption caption = box.caption();
    Lettered text =
        Lettered.of(
            caption.when(), caption.name(), box.detail(), tags(caption, Optional.empty()), room);
    List<Placed> inside = column(box.inside(), here, rail, top + text.height() + 4, forks);
    int bottom = inside.isEmpty() ? top + text.height() : inside.getLast().area().bottom();
    Area area = new Area(left, top, right - left + stacked, bottom + FRAME + stacked - top);
    return new Placed.Box(box, area, rail, sign(text), text, inside);
  }

  private Placed fork(Part.Fork fork, List<Integer> here, int rail, int top, int forks) {
    List<Integer> rails = rails(fork, here, forks);
    List<Placed.Way> ways = new ArrayList<>();
    int bottom = top;
    for (int i = 0; i < rails.size(); i++) {
      Part.Branch branch = fork.branches().get(i);
      int wayRail = rail + rails.get(i);
      int room = PLATE + plateWidth(forks + 1) + SIGN - 2 * TEXT_INSIDE;
      List<Lettered.Line> lines = new ArrayList<>();
      int y = top + BEND + 5;
      int widest = 0;
      for (String line :
          Lettering.CONDITION
              .font()
              .wrap("if " + branch.condition(), Lettering.CONDITION.size(), room, 3)) {
        int width = Lettering.CONDITION.width(line);
        widest = Math.max(widest, width);
        Area area =
            new Area(wayRail - SIGN + TEXT_INSIDE, y, width, Lettering.CONDITION.lineHeight());
        lines.add(new Lettered.Line(Lettering.CONDITION, line, area, false));
        y += Lettering.CONDITION.lineHeight();
      }
      Area pill =
          new Area(wayRail - SIGN, top + BEND, widest + 2 * TEXT_INSIDE, y + 5 - top - BEND);
      List<Placed> parts =
          column(
              branch.parts(),
              Meetings.with(here, -1 - i),
              wayRail,
              pill.bottom() + BETWEEN,
              forks + 1);
      ways.add(new Placed.Way(wayRail, pill, lines, parts));
      bottom = Math.max(bottom, parts.isEmpty() ? pill.bottom() : parts.getLast().area().bottom());
    }
    int left = rail - leftOf(fork);
    int right = rail + rightOf(fork, here, forks);
    Area area = new Area(left, top, right - left, bottom + BEND - top);
    return new Placed.Fork(fork, area, rail, top, bottom + BEND, ways);
  }

  private static boolean isLoop(Part.Box box) {
    return box.caption().each().isPresent();
  }

  private List<Lettered.Told> tags(Caption caption, Optional<Part.Box> folded) {
    List<Lettered.Told> tags = new ArrayList<>();
    caption.each().ifPresent(each -> tags.add(new Lettered.Told(Lettered.TagKind.LOOP, each)));
    caption.on().ifPresent(on -> tags.add(new Lettered.Told(Lettered.TagKind.ELSEWHERE, on)));
    caption
        .deadline()
        .ifPresent(limit -> tags.add(new Lettered.Told(Lettered.TagKind.DEADLINE, "≤ " + limit)));
    if (picture.isFromOutside(caption)) {
      tags.add(new Lettered.Told(Lettered.TagKind.OUTSIDE, "from outside"));
    }
    folded.ifPresent(box -> {
      int steps = box.steps();
      tags.add(
          new Lettered.Told(Lettered.TagKind.FOLDED, steps == 1 ? "1 step" : steps + " steps"));
    });
    return tags;
  }
}
