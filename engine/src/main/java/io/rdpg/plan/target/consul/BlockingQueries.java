package io.rdpg.plan.target.consul;

import java.math.BigInteger;
import java.time.Duration;
import org.kiwiproject.consul.option.ConsistencyMode;
import org.kiwiproject.consul.option.ImmutableQueryOptions;
import org.kiwiproject.consul.option.QueryOptions;

/**
 * Queries that wait for a change (Consul's manual, "Blocking Queries"). Consul adds up to a
 * sixteenth to the time asked for.
 */
final class BlockingQueries {
  private BlockingQueries() {}

  /** How long an answer to a query that waits so long may take. */
  static Duration longestAnswer(Duration wait) {
    return wait.plus(wait.dividedBy(16)).plus(ConsulApi.USUAL);
  }

  /**
   * Read consistently, as soon as the index is passed or the time is over.
   *
   * @param index 0 not to wait
   */
  static QueryOptions on(BigInteger index, Duration wait) {
    return ImmutableQueryOptions.builder()
        .consistencyMode(ConsistencyMode.CONSISTENT)
        .index(index)
        .wait(wait.toMillis() + "ms")
        .build();
  }
}
