package io.rdpg.plan.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a card or of a box's head, in their places.
 *
 * @param height what they need, with the room above and below
 */
record TextBlock(List<Line> lines, List<Tag> tags, int height) {
  private static final int AROUND = 8;
  private static final int TAG_HEIGHT = 17;
  private static final int TAG_INSIDE = 6;
  private static final int APART = 6;
  private static final int BEFORE_DETAIL = 16;

  /**
   * One line of text.
   *
   * @param area where it may reach
   * @param atEnd whether it ends at the area's right edge instead of beginning at its left
   */
  record Line(TextKind lettering, String text, Rectangle area, boolean atEnd) {}

  /** A small mark with a word. */
  record Tag(TagKind kind, String text, Rectangle area) {}

  /** The kind of a tag. */
  enum TagKind {
    LOOP,
    ELSEWHERE,
    DEADLINE,
    OUTSIDE,
    FOLDED
  }

  /** What is shown by a tag. */
  record Label(TagKind kind, String text) {}

  static TextBlock of(
      Optional<String> condition, String name, String detail, List<Label> tags, Rectangle room) {
    return new Setter(room).set(condition, name, detail, tags);
  }

  private static final class Setter {
    private final List<Line> lines = new ArrayList<>();
    private final List<Tag> tags = new ArrayList<>();
    private final int left;
    private final int width;
    private final int top;
    private int y;

    Setter(Rectangle room) {
      this.left = room.x();
      this.width = room.width();
      this.top = room.y();
      this.y = room.y() + AROUND;
    }

    TextBlock set(Optional<String> condition, String name, String detail, List<Label> labels) {
      condition.ifPresent(when -> wrapped(TextKind.CONDITION, "if " + when, 2));
      int tagged =
          labels.isEmpty()
              ? 0
              : labels.stream().mapToInt(this::tagWidth).sum() + APART * labels.size();
      int nameWidth = TextKind.NAME.width(name);
      int detailWidth = detail.isEmpty() ? 0 : BEFORE_DETAIL + TextKind.DETAIL.width(detail);
      if (nameWidth + detailWidth + tagged <= width) {
        int row = y;
        line(TextKind.NAME, name, left, nameWidth);
        tags(labels, row);
        if (!detail.isEmpty()) {
          int at = left + width - tagged - detailWidth + BEFORE_DETAIL;
          Rectangle area =
              new Rectangle(at, row, detailWidth - BEFORE_DETAIL, TextKind.NAME.lineHeight());
          lines.add(new Line(TextKind.DETAIL, detail, area, true));
        }
      } else if (nameWidth + tagged <= width) {
        tags(labels, y);
        line(TextKind.NAME, name, left, nameWidth);
        detail(detail, width);
      } else {
        wrapped(TextKind.NAME, name, 2);
        if (!detail.isEmpty() && TextKind.DETAIL.width(detail) + tagged <= width) {
          tags(labels, y);
          detail(detail, width - tagged);
        } else {
          detail(detail, width);
          rows(labels);
        }
      }
      return new TextBlock(List.copyOf(lines), List.copyOf(tags), y + AROUND - top);
    }

    private void detail(String detail, int room) {
      if (!detail.isEmpty()) {
        line(TextKind.DETAIL, TextKind.DETAIL.cut(detail, room), left, room);
      }
    }

    private void wrapped(TextKind lettering, String text, int most) {
      for (String line : lettering.font().wrap(text, lettering.size(), width, most)) {
        line(lettering, line, left, width);
      }
    }

    private void line(TextKind lettering, String text, int x, int room) {
      lines.add(
          new Line(lettering, text, new Rectangle(x, y, room, lettering.lineHeight()), false));
      y += lettering.lineHeight();
    }

    /** Beside each other at the right. */
    private void tags(List<Label> labels, int row) {
      int right = left + width;
      for (Label one : labels.reversed()) {
        int wide = tagWidth(one);
        tags.addFirst(
            new Tag(one.kind(), cut(one), new Rectangle(right - wide, row, wide, TAG_HEIGHT)));
        right -= wide + APART;
      }
    }

    /** From the left on, in as many rows as they need. */
    private void rows(List<Label> labels) {
      if (labels.isEmpty()) {
        return;
      }
      y += 3;
      int x = left;
      for (Label one : labels) {
        int wide = tagWidth(one);
        if (x > left && x + wide > left + width) {
          x = left;
          y += TAG_HEIGHT + 3;
        }
        tags.add(new Tag(one.kind(), cut(one), new Rectangle(x, y, wide, TAG_HEIGHT)));
        x += wide + APART;
      }
      y += TAG_HEIGHT;
    }

    private int tagWidth(Label labels) {
      return TextKind.TAG.width(cut(labels)) + 2 * TAG_INSIDE;
    }

    private String cut(Label labels) {
      return TextKind.TAG.cut(labels.text(), width - 2 * TAG_INSIDE);
    }
  }
}
