package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What rdpg-plan sends to a PostgreSQL server, by the server's own log. A session that is about to
 * send a secret first takes its statements out of the log, itself in a transaction that is read
 * only: of such a one, the log shows the beginning.
 */
final class OverheardSql {
  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?ms)^\\S+ \\S+ \\S+ \\[(\\d+)] rdpg-plan LOG:  (?:statement|execute [^:]+): (.*?)"
              + "(?=^\\S|\\z)");
  private static final Pattern LOOK =
      Pattern.compile("(?is)(\\s|--[^\\n]*\\n)*(select|with|values|table|show)\\b.*");

  private static final Pattern LITERAL =
      Pattern.compile("(?s)'[^']*'|(\\$\\w*\\$).*?\\1|--[^\\n]*");

  private static final String CONDITIONS_DEADLINE = "SET LOCAL statement_timeout = '5s'";

  /** PL/pgSQL that runs queries as long as each holds. */
  private static final Pattern CONDITIONS = Pattern.compile("(?s)DO ([$]q\\w+[$]).*\\1");

  private static final Pattern CONDITION =
      Pattern.compile("(?s)EXECUTE ([$]q\\w+[$])(.*?)\\1 INTO r;");

  /** All else that it consists of. */
  private static final Set<String> CONDITIONS_LINES =
      Set.of(
          "DECLARE",
          "r record;",
          "n bigint;",
          "width bigint;",
          "single text;",
          "holds boolean;",
          "held text := '';",
          "BEGIN",
          "<<conditions>>",
          "holds := NULL;",
          "",
          "GET DIAGNOSTICS n = ROW_COUNT;",
          "SELECT pg_catalog.count(*), pg_catalog.min(value::text) INTO width, single",
          "FROM pg_catalog.json_each(pg_catalog.to_json(r));",
          "holds := n > 1 OR n = 1",
          "AND NOT (width = 1 AND (single, r::text) IN (('null', '()'), ('false', '(f)')));",
          "RAISE EXCEPTION USING ERRCODE = 'RP000';",
          "EXCEPTION",
          "WHEN SQLSTATE 'RP000' THEN NULL;",
          "WHEN OTHERS THEN EXIT conditions;",
          "END;",
          "IF NOT holds THEN",
          "held := held || 'f' || n || pg_catalog.to_json(r)::text;",
          "EXIT conditions;",
          "END IF;",
          "held := held || 't';",
          "PERFORM pg_catalog.set_config('rdpg_plan.held', held, true);",
          "END");

  /** Functions that act although their transaction is read only. */
  private static final Pattern ACTS =
      Pattern.compile(
          "(?i)\\b(pg_reload_conf|pg_rotate_logfile|pg_(create|drop|copy)_\\w*slot\\w*"
              + "|pg_replication_slot_advance|pg_replication_origin_\\w+|pg_(try_)?advisory_\\w+"
              + "|pg_(terminate|cancel)_backend|pg_promote|pg_switch_wal|pg_stat_reset\\w*"
              + "|pg_logical_emit_message|pg_current_xact_id|pg_logical_slot_get\\w*|nextval|setval"
              + "|pg_notify|dblink\\w*|lo_\\w+)\\s*\\(");

  private final LabUnderTest lab;
  private final String node;
  private final int before;

  private OverheardSql(LabUnderTest lab, String node) {
    this.lab = lab;
    this.node = node;
    this.before = log().length();
  }

  /** Has the servers log every statement; also keeps them from vacuuming by themselves. */
  static void setUp(LabUnderTest lab) {
    for (String node : lab.nodes()) {
      for (String setting :
          List.of("log_statement = 'all'", "log_line_prefix = '%m [%p] %a '", "autovacuum = off")) {
        lab.sql(node, "postgres", "ALTER SYSTEM SET " + setting);
      }
      lab.sql(node, "postgres", "SELECT pg_reload_conf()");
      Eventually.holds(
          node + " logs all statements",
          () -> lab.sql(node, "postgres", "SHOW log_statement").equals(List.of("all")));
    }
  }

  static OverheardSql from(LabUnderTest lab, String node) {
    return new OverheardSql(lab, node);
  }

  /** Each statement since, by session: {@code PID STATEMENT}. */
  List<String> statements() {
    String marker = UUID.randomUUID().toString();
    lab.sql(node, "postgres", "SELECT '" + marker + "'");
    Eventually.holds("the log has caught up", () -> log().contains(marker));
    List<String> statements = new ArrayList<>();
    Matcher logged = STATEMENT.matcher(log().substring(before));
    while (logged.find()) {
      statements.add(logged.group(1) + " " + logged.group(2).strip());
    }
    return statements;
  }

  /** Those of them that are no look, or in no transaction that is read only. */
  List<String> acts() {
    Set<String> reading = new HashSet<>();
    List<String> acts = new ArrayList<>();
    for (String logged : statements()) {
      int blank = logged.indexOf(' ');
      String session = logged.substring(0, blank);
      String statement = logged.substring(blank + 1);
      switch (statement.toUpperCase(Locale.ROOT)) {
        case "BEGIN READ ONLY" -> reading.add(session);
        case "ROLLBACK" -> reading.remove(session);
        default -> {
          boolean looks =
              statement.equals(CONDITIONS_DEADLINE)
                  || looks(statement)
                  || (CONDITIONS.matcher(statement).matches() && looksByConditions(statement));
          if (!reading.contains(session) || !looks) {
            acts.add(node + " " + statement);
          }
        }
      }
    }
    return acts;
  }

  private static boolean looks(String statement) {
    return LOOK.matcher(statement).matches()
        && !ACTS.matcher(LITERAL.matcher(statement).replaceAll("''")).find();
  }

  /** Several queries in one statement, of which nothing else is executed. */
  private static boolean looksByConditions(String statement) {
    return CONDITION.matcher(statement).results().allMatch(one -> looks(one.group(2)))
        && CONDITION
            .matcher(statement)
            .replaceAll("")
            .lines()
            .map(String::strip)
            .allMatch(line ->
                CONDITIONS_LINES.contains(line) || line.matches("(DO |END)?[$]q\\w+[$](DECLARE)?"));
  }

  private String log() {
    Path file = lab.file(node, "logs/postgres.log");
    return TestFiles.read(file);
  }
}
