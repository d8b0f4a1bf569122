package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.util.List;
import java.util.regex.Pattern;

/** What authors wrote, as one line that any format can show. */
final class DisplayText {
  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");

  /**
   * What no picture may hold: controls, half characters, what XML forbids, and the marks that turn
   * the direction of the text around them.
   */
  private static final Pattern UNFIT =
      Pattern.compile(
          "[\\p{Cc}\\p{Cs}\\p{Cf}\\p{Co}\\x{FDD0}-\\x{FDEF}\\x{FFFE}\\x{FFFF}&&[^\\x{200D}]]");

  private DisplayText() {}

  /** On one line, secrets masked, without what can't be shown. */
  static String line(String written) {
    String shown = Text.marked(written).toString();
    return UNFIT.matcher(SPACE.matcher(shown).replaceAll(" ")).replaceAll("").strip();
  }

  /** A name; never empty. */
  static String name(String written) {
    String line = line(written);
    return line.isEmpty() ? "(no name)" : line;
  }

  /** A value as a short text; maps only by their names. */
  static String of(Value value) {
    return switch (value) {
      case Value.Str text -> line(text.text());
      case Value.Num number -> line(number.source());
      case Value.Bool bool -> line(bool.source());
      case Value.Nothing _ -> "nothing";
      case Value.Seq list -> list(list.items());
      case Value.Mapping map -> map.get("name") instanceof Value.Str name ? of(name) : "…";
    };
  }

  private static String list(List<Value> items) {
    boolean named =
        items.stream()
            .noneMatch(
                item -> item instanceof Value.Mapping map && !map.entries().containsKey("name"));
    return named
        ? String.join(", ", items.stream().map(DisplayText::of).toList())
        : items.size() + " of them";
  }
}
