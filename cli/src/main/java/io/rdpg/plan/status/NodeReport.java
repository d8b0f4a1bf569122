package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.Server;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One node.
 *
 * @param asked false while its first answers are awaited
 * @param writes whether it is registered as the one that takes the writes
 * @param server what the plan registers as {@code server}; empty when PostgreSQL didn't answer
 * @param sends its slots, as the plan registers them as {@code sends}
 * @param registrations of the services that each node has, when Consul answered
 * @param outOfReach its servers that didn't answer, and why
 */
public record NodeReport(
    String name,
    String address,
    boolean asked,
    boolean writes,
    Row server,
    List<Row> sends,
    List<Registration> registrations,
    Map<Server, Diagnostic> outOfReach) {

  /** How many bytes of WAL its slots keep it from removing; empty when it isn't known. */
  public OptionalLong keptBytes() {
    return sends.stream()
        .flatMap(slot -> slot.number("kept_bytes").stream())
        .mapToLong(Double::longValue)
        .max();
  }
}
