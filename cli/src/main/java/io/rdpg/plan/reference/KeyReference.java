package io.rdpg.plan.reference;

import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Documents the keys of plans and steps: as text for {@code explain}, as rows of Markdown. */
public final class KeyReference {
  private static final String PAGE = "docs/plan-language.md";

  private KeyReference() {}

  /** The keys of a plan, for a terminal. */
  static String plan() {
    return "A plan's keys\n"
        + all(Keys.PLAN)
        + "\nExample\n"
        + Paragraph.kept(
            """
            plan: reports
            about: A role that reads, on every node of the service clusters.
            targets: rdpgsc*
            vars:
              role: reports
            steps:
              - name: role {{ role }} exists
                sql_exec:
                  database: postgres
                  sql: CREATE ROLE {{ role | sql_ident }}
                  unless: SELECT 1 FROM pg_roles WHERE rolname = {{ role | sql_literal }}
            """)
        + "\nrdpg-plan explain step lists the keys of a step.\n";
  }

  /** The keys of a step, for a terminal. */
  static String step() {
    List<Key> keys = new ArrayList<>(Keys.STEP);
    keys.addAll(1, Keys.DEEDS);
    return "A step has a name and does one thing: a primitive, include or steps\n"
        + all(keys)
        + "\nrdpg-plan explain KEY explains one, rdpg-plan explain lists primitives.\n";
  }

  private static String all(List<Key> keys) {
    StringBuilder page = new StringBuilder();
    int width = keys.stream().mapToInt(key -> key.name().length()).max().orElse(0);
    keys.forEach(key -> page.append(Paragraph.beside(key.name(), width, meaning(key, ""))));
    return page.toString();
  }

  /** All about one key. */
  static String text(String owner, Key key) {
    StringBuilder page = new StringBuilder(key.name() + ", a key of " + owner + "\n");
    page.append(Paragraph.wrap(Paragraph.sentence(key.meaning()), 2)).append('\n');
    page.append("Value\n");
    page.append(
        Paragraph.wrap(KindNames.word(key.form()) + ": " + KindNames.writing(key.form()), 2));
    if (key.required() || key.defaultValue() != null) {
      page.append(key.required() ? "  Required.\n" : "  Default: " + key.defaultValue() + "\n");
    }
    page.append("\nExample\n").append(Paragraph.kept(key.example()));
    if (key.section() != null) {
      page.append("\nMore in ").append(PAGE).append(", \"").append(key.section()).append("\".\n");
    }
    return page.toString();
  }

  /** The keys of a plan as a table of docs/plan-language.md. */
  public static String planTable() {
    return table(Keys.PLAN, List.of());
  }

  /** The keys of a step as a table of docs/plan-language.md. */
  public static String stepTable() {
    List<Key> first = List.of(Keys.STEP.getFirst());
    List<Key> rest = new ArrayList<>(Keys.DEEDS);
    rest.addAll(Keys.STEP.subList(1, Keys.STEP.size()));
    return table(first, rest);
  }

  private static String table(List<Key> first, List<Key> rest) {
    StringBuilder page = new StringBuilder("| key | meaning |\n|---|---|\n");
    first.forEach(key -> page.append(row(key)));
    if (!rest.isEmpty()) {
      page.append(
          "| *a primitive* | a map of its arguments, see [primitives.md](primitives.md) |\n");
    }
    rest.forEach(key -> page.append(row(key)));
    return page.toString();
  }

  private static String row(Key key) {
    return "| `" + key.name() + "` | " + meaning(key, "`").replace("|", "\\|") + see(key) + " |\n";
  }

  private static String see(Key key) {
    String heading = key.section();
    return heading == null
        ? ""
        : ", see [" + heading + "](#" + heading.toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
  }

  private static String meaning(Key key, String quote) {
    String otherwise =
        key.defaultValue() == null ? "" : ". Default " + quote + key.defaultValue() + quote;
    return key.meaning() + (key.required() ? ". Required" : otherwise);
  }
}
