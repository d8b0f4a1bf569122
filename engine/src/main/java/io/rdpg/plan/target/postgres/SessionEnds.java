package io.rdpg.plan.target.postgres;

import java.util.regex.Pattern;

/**
 * Tells, by the words of a script, whether sessions that are open should end before it runs: no
 * database is dropped, copied or renamed while somebody is in it, and some settings (of a database,
 * of a role, of the server) hold only in sessions that begin later. A word too many costs a login.
 *
 * @see <a href="https://www.postgresql.org/docs/current/config-setting.html">Setting Parameters</a>
 */
final class SessionEnds {
  private static final Pattern WORDS =
      Pattern.compile(
          "\\b(database|role|user|group|system|extension|pg_db_role_setting)\\b",
          Pattern.CASE_INSENSITIVE);

  private SessionEnds() {}

  /** Whether sessions should end before this runs. */
  static boolean before(String sql) {
    return WORDS.matcher(sql).find();
  }
}
