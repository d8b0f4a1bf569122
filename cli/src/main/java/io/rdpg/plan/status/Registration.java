package io.rdpg.plan.status;

import java.util.List;
import java.util.Optional;

/**
 * A node's registration of a service in Consul.
 *
 * @param row what Consul's catalog has; empty when the node isn't registered
 */
public record Registration(String service, Row row) {
  /** Its checks and its node's, as far as they don't pass. */
  public List<Row> failing() {
    return checks().stream().filter(check -> !passes(check)).toList();
  }

  /** All of its checks and its node's: {@code name}, {@code status}, {@code output}. */
  public List<Row> checks() {
    return row.columns().get("checks") instanceof List<?> checks
        ? NodeAnswers.maps(checks).map(NodeAnswers::row).toList()
        : List.of();
  }

  public boolean there() {
    return !row.isEmpty();
  }

  /** Whether it is there and all checks pass. */
  public boolean passing() {
    return there() && failing().isEmpty();
  }

  private static boolean passes(Row check) {
    return check.text("status").equals(Optional.of("passing"));
  }

  /** A check that doesn't pass, in words. */
  static String words(Row check) {
    String output = check.text("output").orElse("").lines().findFirst().orElse("");
    return "check '"
        + check.text("name").orElse("")
        + "' is "
        + check.text("status").orElse("unknown")
        + (output.isEmpty() ? "" : ": " + output);
  }
}
