package io.rdpg.plan.target.postgres;

import java.sql.SQLException;

/** How much of a result is kept in memory: more than that is an error of the query. */
final class ResultLimit {
  static final int ROWS = 100_000;

  /** Of one result, as the driver counts them. */
  static final int MEBIBYTES = 64;

  /** The driver's setting of that name, which its message names too (maxResultBuffer). */
  static final String SETTING = "maxResultBuffer";

  private ResultLimit() {}

  /** Whether the driver took no more bytes; it calls that a broken connection. */
  static boolean exceeded(SQLException e) {
    return String.valueOf(e.getMessage()).contains(SETTING);
  }
}
