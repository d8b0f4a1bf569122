package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Plural;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the parts of a picture into their places, from the inside to the outside. */
record GraphLayout(PlanGraph picture, RoutingLanes meetings) {
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

  /** The picture's parts, left and top at this place. */
  List<PlacedElement> place(int left, int top) {
    int rail = left + leftOf(picture.parts());
    return column(picture.parts(), List.of(), rail, top, 0);
  }

  // --- how far parts reach from their rail ---

  private static int leftOf(List<GraphElement> parts) {
    return parts.stream().mapToInt(GraphLayout::leftOf).max().orElse(SIGN);
  }

  private static int leftOf(GraphElement part) {
    return switch (part) {
      case GraphElement.Card _ -> SIGN;
      case GraphElement.Box box when box.folded() -> SIGN;
      case GraphElement.Box box -> leftOf(box.inside()) + FRAME;
      case GraphElement.Fork fork -> leftOf(fork.branches().getFirst().parts());
    };
  }

  private static int plateWidth(int forks) {
    return PLATE_WIDTHS[Math.min(forks, PLATE_WIDTHS.length - 1)];
  }

  private int rightOf(List<GraphElement> parts, List<Integer> list, int forks) {
    int right = PLATE + plateWidth(forks);
    for (int i = 0; i < parts.size(); i++) {
      right = Math.max(right, rightOf(parts.get(i), RoutingLanes.with(list, i), forks));
    }
    int lines = meetings.lines(new RoutingLanes.Strip(list, -1));
    return lines == 0 ? right : right + BESIDE_LANES + LANE * lines;
  }

  private int rightOf(GraphElement part, List<Integer> address, int forks) {
    return switch (part) {
      case GraphElement.Card _ -> PLATE + plateWidth(forks);
      case GraphElement.Box box when box.folded() -> PLATE + plateWidth(forks);
      case GraphElement.Box box ->
          rightOf(box.inside(), address, forks) + FRAME + stacked(box.caption());
      case GraphElement.Fork fork -> {
        List<Integer> rails = rails(fork, address, forks);
        int last = fork.branches().size() - 1;
        yield rails.getLast()
            + rightOf(
                fork.branches().get(last).parts(),
                RoutingLanes.with(address, -1 - last),
                forks + 1);
      }
    };
  }

  /** For each branch, how far its rail is to the right of the fork's own. */
  private List<Integer> rails(GraphElement.Fork fork, List<Integer> address, int forks) {
    List<Integer> rails = new ArrayList<>();
    int right = 0;
    for (int branch = 0; branch < fork.branches().size(); branch++) {
      List<GraphElement> parts = fork.branches().get(branch).parts();
      int rail = branch == 0 ? 0 : right + leftOf(parts);
      rails.add(rail);
      int lines = meetings.lines(new RoutingLanes.Strip(address, branch));
      right =
          rail
              + rightOf(parts, RoutingLanes.with(address, -1 - branch), forks + 1)
              + WAYS_APART
              + LANE * lines;
    }
    return rails;
  }

  // --- places ---

  private List<PlacedElement> column(
      List<GraphElement> parts, List<Integer> list, int rail, int top, int forks) {
    List<PlacedElement> placed = new ArrayList<>();
    int y = top;
    for (int i = 0; i < parts.size(); i++) {
      PlacedElement next = place(parts.get(i), RoutingLanes.with(list, i), rail, y, forks);
      placed.add(next);
      y = next.area().bottom() + BETWEEN;
    }
    return placed;
  }

  private PlacedElement place(
      GraphElement part, List<Integer> address, int rail, int top, int forks) {
    return switch (part) {
      case GraphElement.Card card ->
          card(
              card,
              card.caption(),
              card.does(),
              tags(card.caption(), Optional.empty()),
              rail,
              top,
              plateWidth(forks));
      case GraphElement.Box box when box.folded() ->
          card(
              box,
              box.caption(),
              box.detail(),
              tags(box.caption(), Optional.of(box)),
              rail,
              top,
              plateWidth(forks));
      case GraphElement.Box box -> box(box, address, rail, top, forks);
      case GraphElement.Fork fork -> fork(fork, address, rail, top, forks);
    };
  }

  private static PlacedElement card(
      GraphElement part,
      Caption caption,
      String detail,
      List<TextBlock.Label> tags,
      int rail,
      int top,
      int width) {
    int stacked = stacked(caption);
    int plateWidth = width - stacked;
    int x = rail + PLATE;
    Rectangle room = new Rectangle(x + TEXT_INSIDE, top, plateWidth - 2 * TEXT_INSIDE, 0);
    TextBlock text = TextBlock.of(caption.when(), caption.name(), detail, tags, room);
    Rectangle plate = new Rectangle(x, top, plateWidth, text.height());
    Rectangle area = new Rectangle(rail - SIGN, top, SIGN + PLATE + width, text.height() + stacked);
    return new PlacedElement.Card(part, area, plate, rail, sign(text), text);
  }

  /** Beside the name. */
  private static int sign(TextBlock text) {
    return text.lines().stream()
        .filter(line -> line.lettering() == TextKind.NAME)
        .findFirst()
        .map(line -> line.area().y() + line.area().height() / 2)
        .orElse(0);
  }

  private PlacedElement box(
      GraphElement.Box box, List<Integer> address, int rail, int top, int forks) {
    int left = rail - leftOf(box.inside()) - FRAME;
    int stacked = stacked(box.caption());
    int right = rail + rightOf(box, address, forks) - stacked;
    int headRight = Math.min(right, rail + PLATE + Math.max(plateWidth(forks), 420));
    Rectangle room = new Rectangle(rail + PLATE, top, headRight - FRAME - rail - PLATE, 0);
    Caption caption = box.caption();
    TextBlock text =
        TextBlock.of(
            caption.when(), caption.name(), box.detail(), tags(caption, Optional.empty()), room);
    List<PlacedElement> inside =
        column(box.inside(), address, rail, top + text.height() + 4, forks);
    int bottom = inside.isEmpty() ? top + text.height() : inside.getLast().area().bottom();
    Rectangle area =
        new Rectangle(left, top, right - left + stacked, bottom + FRAME + stacked - top);
    return new PlacedElement.Box(box, area, rail, sign(text), text, inside);
  }

  private PlacedElement fork(
      GraphElement.Fork fork, List<Integer> address, int rail, int top, int forks) {
    List<Integer> rails = rails(fork, address, forks);
    List<PlacedElement.Branch> branches = new ArrayList<>();
    int bottom = top;
    for (int i = 0; i < rails.size(); i++) {
      GraphElement.Branch branch = fork.branches().get(i);
      int branchRail = rail + rails.get(i);
      int room = PLATE + plateWidth(forks + 1) + SIGN - 2 * TEXT_INSIDE;
      List<TextBlock.Line> lines = new ArrayList<>();
      int y = top + BEND + 5;
      int widest = 0;
      for (String line :
          TextKind.CONDITION
              .font()
              .wrap("if " + branch.condition(), TextKind.CONDITION.size(), room, 3)) {
        int width = TextKind.CONDITION.width(line);
        widest = Math.max(widest, width);
        Rectangle area =
            new Rectangle(
                branchRail - SIGN + TEXT_INSIDE, y, width, TextKind.CONDITION.lineHeight());
        lines.add(new TextBlock.Line(TextKind.CONDITION, line, area, false));
        y += TextKind.CONDITION.lineHeight();
      }
      Rectangle pill =
          new Rectangle(
              branchRail - SIGN, top + BEND, widest + 2 * TEXT_INSIDE, y + 5 - top - BEND);
      List<PlacedElement> parts =
          column(
              branch.parts(),
              RoutingLanes.with(address, -1 - i),
              branchRail,
              pill.bottom() + BETWEEN,
              forks + 1);
      branches.add(new PlacedElement.Branch(branchRail, pill, lines, parts));
      bottom = Math.max(bottom, parts.isEmpty() ? pill.bottom() : parts.getLast().area().bottom());
    }
    int left = rail - leftOf(fork);
    int right = rail + rightOf(fork, address, forks);
    Rectangle area = new Rectangle(left, top, right - left, bottom + BEND - top);
    return new PlacedElement.Fork(fork, area, rail, top, bottom + BEND, branches);
  }

  /** How far the plates of a loop's turns stick out below each other. */
  private static int stacked(Caption caption) {
    return caption.each().isPresent() ? STACKED : 0;
  }

  private List<TextBlock.Label> tags(Caption caption, Optional<GraphElement.Box> folded) {
    List<TextBlock.Label> tags = new ArrayList<>();
    caption.each().ifPresent(each -> tags.add(new TextBlock.Label(TextBlock.TagKind.LOOP, each)));
    caption.on().ifPresent(on -> tags.add(new TextBlock.Label(TextBlock.TagKind.ELSEWHERE, on)));
    caption
        .deadline()
        .ifPresent(
            limit -> tags.add(new TextBlock.Label(TextBlock.TagKind.DEADLINE, "≤ " + limit)));
    if (picture.isFromOutside(caption)) {
      tags.add(new TextBlock.Label(TextBlock.TagKind.OUTSIDE, "from outside"));
    }
    folded.ifPresent(box ->
        tags.add(new TextBlock.Label(TextBlock.TagKind.FOLDED, Plural.of(box.steps(), "step"))));
    return tags;
  }
}
