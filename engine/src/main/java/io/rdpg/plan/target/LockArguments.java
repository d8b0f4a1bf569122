package io.rdpg.plan.target;

import io.rdpg.plan.step.Args;
import java.time.Duration;

/** Reads a lock's terms from the arguments of {@code consul_lock}. */
public final class LockArguments {
  /** Consul refuses sessions with a shorter one. */
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(10);

  /** The same with a longer one. */
  private static final Duration LONGEST_TTL = Duration.ofHours(24);

  /** Consul takes a longer one for this. */
  private static final Duration LONGEST_LOCK_DELAY = Duration.ofSeconds(60);

  private LockArguments() {}

  public static Locks.Terms of(Args args) {
    Duration ttl = args.duration("ttl").orElse(Duration.ofSeconds(15));
    if (ttl.compareTo(SHORTEST_TTL) < 0) {
      throw args.wrong("ttl", "must be at least 10s: Consul expires no session earlier");
    }
    if (ttl.compareTo(LONGEST_TTL) > 0) {
      throw args.wrong("ttl", "must be at most 24h: Consul makes no session for longer");
    }
    Duration lockDelay = args.duration("lock_delay").orElse(Duration.ofSeconds(15));
    if (lockDelay.compareTo(LONGEST_LOCK_DELAY) > 0) {
      throw args.wrong("lock_delay", "must be at most 60s: Consul keeps no lock for longer");
    }
    return new Locks.Terms(
        args.requiredKey("key"),
        ttl,
        args.duration("wait").orElse(Duration.ofMinutes(5)),
        lockDelay);
  }
}
