package io.rdpg.plan.target;

import io.rdpg.plan.step.Args;
import java.time.Duration;

/** Reads a lock's terms from the arguments of {@code consul_lock}. */
public final class LockArguments {
  /** Consul refuses sessions with a shorter one. */
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(10);

  private LockArguments() {}

  public static Locks.Terms of(Args args) {
    Duration ttl = args.duration("ttl").orElse(Duration.ofSeconds(15));
    if (ttl.compareTo(SHORTEST_TTL) < 0) {
      throw args.wrong("ttl", "must be at least 10s: Consul expires no session earlier");
    }
    return new Locks.Terms(
        args.requiredName("key"),
        ttl,
        args.duration("wait").orElse(Duration.ofMinutes(5)),
        args.duration("lock_delay").orElse(Duration.ofSeconds(15)));
  }
}
