package io.rdpg.plan.step;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classifies SQL by its first words. */
public final class StatementWords {
  /**
   * Comments; everything in quotes, dollar quotes included. A quote in a literal is two, so it
   * looks like the end of one and the begin of another.
   */
  private static final Pattern OPAQUE =
      Pattern.compile("(--[^\\n]*|/\\*(?s:.*?)\\*/)|'[^']*'|\\$(\\w*)\\$(?s:.*?)\\$\\2\\$");

  /** What is before and after statements. */
  private static final Pattern BETWEEN = Pattern.compile("[\\s;]+|--[^\\n]*|/\\*(?s:.*?)\\*/");

  /**
   * Logical replication doesn't carry these: "Restrictions" in PostgreSQL's chapter on logical
   * replication.
   */
  private static final Set<String> NOT_REPLICATED =
      Set.of(
          "CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "COMMENT", "SET", "RESET", "BEGIN",
          "COMMIT");

  /** Where PostgreSQL shows its settings, and what it has read of its files. */
  private static final Pattern SETTINGS =
      Pattern.compile(
          "\\b(?:SHOW|current_setting|pg_settings|pg_show_all_settings|pg_file_settings"
              + "|pg_hba_file_rules|pg_ident_file_mappings|pg_conf_load_time)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CREATE_DATABASE =
      Pattern.compile(
          "CREATE\\s+DATABASE\\s+(?:\"((?:[^\"]|\"\")+)\"|(\\w+))", Pattern.CASE_INSENSITIVE);

  private StatementWords() {}

  /** Whether there is none: only comments, semicolons and spaces. */
  public static boolean areNone(String script) {
    Matcher between = BETWEEN.matcher(script);
    int at = 0;
    while (between.region(at, script.length()).lookingAt()) {
      at = between.end();
    }
    return at == script.length();
  }

  /** Whether a script may change rows, which replication carries. */
  public static boolean changeRows(String script) {
    return !NOT_REPLICATED.containsAll(firstWords(script));
  }

  /** Whether a query names settings of its server. */
  public static boolean readSettings(String query) {
    return SETTINGS.matcher(query).find();
  }

  /** The database that a script makes, when that is all it does. */
  public static Optional<String> databaseMadeBy(String script) {
    Matcher made = CREATE_DATABASE.matcher(without(script).strip());
    if (!made.lookingAt() || firstWords(script).size() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        made.group(1) == null
            ? made.group(2).toLowerCase(Locale.ROOT)
            : made.group(1).replace("\"\"", "\""));
  }

  private static List<String> firstWords(String script) {
    return Pattern.compile(";")
        .splitAsStream(without(script))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .map(statement -> statement.split("\\W", 2)[0].toUpperCase(Locale.ROOT))
        .toList();
  }

  private static String without(String script) {
    return OPAQUE.matcher(script).replaceAll(found -> found.group(1) == null ? "''" : " ");
  }
}
