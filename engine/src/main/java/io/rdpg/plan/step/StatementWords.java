package io.rdpg.plan.step;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Classifies SQL by its first words. */
public final class StatementWords {
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

  private static final String NAME = "(?:\"((?:[^\"]|\"\")+)\"|(\\w+)|'')";

  private static final Pattern CREATE_DATABASE =
      Pattern.compile("CREATE\\s+DATABASE\\s+" + NAME, Pattern.CASE_INSENSITIVE);

  private static final Pattern TEMPLATE =
      Pattern.compile("\\bTEMPLATE\\b\\s*=?\\s*" + NAME, Pattern.CASE_INSENSITIVE);

  /** What CREATE DATABASE copies that names no template. */
  private static final String USUAL_TEMPLATE = "template1";

  /** What ends the transaction that it is run in; a ROLLBACK TO stays in it. */
  private static final Pattern ENDS_TRANSACTION =
      Pattern.compile(
          "(?:COMMIT|END|ABORT|PREPARE\\s+TRANSACTION"
              + "|ROLLBACK(?!\\s+(?:(?:WORK|TRANSACTION)\\s+)?TO\\b))\\b",
          Pattern.CASE_INSENSITIVE);

  /**
   * Statements of several transactions, one for each table or phase, and those that run a program
   * which may commit.
   */
  private static final Pattern COMMITS_MIDWAY =
      Pattern.compile(
          "(?:VACUUM|ANALYZE|ANALYSE|CLUSTER|REINDEX|CALL|DO)\\b"
              + "|(?:CREATE|DROP|ALTER)\\b.*\\bCONCURRENTLY\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private StatementWords() {}

  /** Whether there is none: only comments, semicolons and spaces. */
  public static boolean areNone(String script) {
    return SqlStatement.in(script).isEmpty();
  }

  /** Whether a script may change rows, which replication carries. */
  public static boolean changeRows(String script) {
    return !NOT_REPLICATED.containsAll(firstWords(script));
  }

  /** Whether a query names settings of its server. */
  public static boolean readSettings(String query) {
    return SETTINGS.matcher(query).find();
  }

  /** Whether a script ends the transaction in which it is run, so that a part of it stays. */
  public static boolean endTransaction(String script) {
    return SqlStatement.in(script).stream()
        .anyMatch(statement -> ENDS_TRANSACTION.matcher(statement.bare()).lookingAt());
  }

  /**
   * Whether a statement of a script, where each commits by itself, may leave a part of what it does
   * when it fails: an index that isn't valid, say.
   */
  public static boolean commitMidway(String script) {
    return SqlStatement.in(script).stream()
        .anyMatch(statement -> COMMITS_MIDWAY.matcher(statement.bare()).lookingAt());
  }

  /**
   * A database that is made.
   *
   * @param template what it is a copy of; empty where that is written as a literal
   */
  public record DatabaseMade(String name, String template) {}

  /** The database that a script makes, when that is all it does. */
  public static Optional<DatabaseMade> databaseMadeBy(String script) {
    List<SqlStatement> statements = SqlStatement.in(script);
    if (statements.size() != 1) {
      return Optional.empty();
    }
    String statement = statements.getFirst().bare();
    Matcher made = CREATE_DATABASE.matcher(statement);
    Matcher template = TEMPLATE.matcher(statement);
    return made.lookingAt()
        ? Optional.of(
            new DatabaseMade(name(made), template.find() ? name(template) : USUAL_TEMPLATE))
        : Optional.empty();
  }

  private static String name(Matcher found) {
    return found.group(1) == null
        ? Objects.requireNonNullElse(found.group(2), "").toLowerCase(Locale.ROOT)
        : found.group(1).replace("\"\"", "\"");
  }

  private static List<String> firstWords(String script) {
    return SqlStatement.in(script).stream()
        .map(statement -> statement.bare().split("\\W", 2)[0].toUpperCase(Locale.ROOT))
        .toList();
  }
}
