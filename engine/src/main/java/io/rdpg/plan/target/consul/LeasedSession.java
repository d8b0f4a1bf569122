package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.session.ImmutableSession;
import org.kiwiproject.consul.model.session.Session;

/**
 * A Consul session that a thread of its own keeps alive by renewing it at a third of its time to
 * live. Consul counts from a renewal's arrival; we count from its sending, so we never believe in
 * it longer than Consul does.
 */
final class LeasedSession implements AutoCloseable {
  /** How soon a lease that has run out is noticed, after a pause of the whole machine too. */
  private static final Duration GLANCE = Duration.ofMillis(250);

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);
  private static final Duration GOODBYE = Duration.ofSeconds(5);
  private static final int NOT_FOUND = 404;

  private final ConsulApi api;
  private final String id;
  private final String key;
  private final Duration ttl;
  private final Cancellation ended = new Cancellation();
  private final Mutex lock = new Mutex();
  private final List<Runnable> onLost = new ArrayList<>();
  private TwoClockTime renewed;
  private boolean lost;
  private boolean closed;

  private LeasedSession(ConsulApi api, String id, Locks.Terms terms, TwoClockTime sent) {
    this.api = api;
    this.id = id;
    this.key = terms.key();
    this.ttl = terms.ttl();
    this.renewed = sent;
  }

  /** Makes a session, which frees its locks when it ends, and keeps it alive. */
  static LeasedSession create(
      ConsulApi api, String name, Locks.Terms terms, Cancellation cancellation) {
    Session wanted =
        ImmutableSession.builder()
            .name(name)
            .behavior("release")
            .ttl(terms.ttl().toMillis() + "ms")
            .lockDelay(terms.lockDelay().toMillis() + "ms")
            .build();
    TwoClockTime sent = TwoClockTime.now();
    String id =
        api.call(cancellation, consul -> consul.sessionClient().createSession(wanted).getId());
    LeasedSession session = new LeasedSession(api, id, terms, sent);
    session.inBackground("renews the session of " + name, session::renewAgainAndAgain);
    return session;
  }

  String id() {
    return id;
  }

  /** Cancelled when the session is lost or closed. */
  Cancellation ended() {
    return ended;
  }

  /** False from the moment when it can no longer be proved that the session lives. */
  boolean alive() {
    try (var _ = lock.hold()) {
      return !lost && !closed && renewed.elapsed().compareTo(ttl) < 0;
    }
  }

  /** Runs an action once when the session is lost, at once when it already is. */
  void onLost(Runnable action) {
    try (var _ = lock.hold()) {
      if (!lost) {
        if (!closed) {
          onLost.add(action);
        }
        return;
      }
    }
    action.run();
  }

  /** It is gone, or what was held with it is. */
  void lose() {
    List<Runnable> actions;
    try (var _ = lock.hold()) {
      if (lost || closed) {
        return;
      }
      lost = true;
      actions = List.copyOf(onLost);
      onLost.clear();
    }
    actions.forEach(Runnable::run);
    ended.cancel(Diagnostic.of(Code.LOCK_LOST, "the session is lost"));
  }

  /**
   * Runs work on a daemon thread until {@link #ended} ends it; if it ends before, that is a loss.
   */
  void inBackground(String name, Runnable work) {
    Thread.ofPlatform()
        .daemon()
        .name("rdpg-plan " + name)
        .start(() -> {
          try {
            work.run();
          } catch (Failure e) {
            // Ended; else it is lost below.
          } finally {
            lose();
          }
        });
  }

  private void renewAgainAndAgain() {
    Duration pause = ttl.dividedBy(3);
    while (true) {
      TwoClockTime from = TwoClockTime.now();
      while (from.elapsed().compareTo(pause) < 0) {
        ended.pause(GLANCE);
        if (!alive()) {
          lose();
          return;
        }
      }
      try {
        if (!renew()) {
          lose();
          return;
        }
        pause = ttl.dividedBy(3);
      } catch (Failure e) {
        ended.check();
        pause = AFTER_A_FAULT;
      }
    }
  }

  private boolean renew() {
    TwoClockTime sent = TwoClockTime.now();
    Duration left = ttl.minus(renewedAt().elapsed());
    if (!left.isPositive()) {
      return false;
    }
    boolean known =
        api.call(
            ended,
            left,
            consul -> {
              try {
                return consul.sessionClient().renewSession(id).isPresent();
              } catch (ConsulException e) {
                if (e.getCode() == NOT_FOUND) {
                  return false;
                }
                throw e;
              }
            });
    if (known) {
      try (var _ = lock.hold()) {
        renewed = sent;
      }
    }
    return known;
  }

  private TwoClockTime renewedAt() {
    try (var _ = lock.hold()) {
      return renewed;
    }
  }

  @Override
  public void close() {
    Locks.Release _ = end();
  }

  /**
   * Frees the key if it is held with this session, then ends the session. When Consul can't be
   * reached it does both by itself, since the session is no longer renewed.
   *
   * @return what Consul says of the key. A session that was ended with it leaves it to lock-delay.
   */
  Locks.Release end() {
    if (!markClosed()) {
      return Locks.Release.LOST;
    }
    TwoClockTime start = TwoClockTime.now();
    Locks.Release released =
        farewell(start, consul -> consul.keyValueClient().releaseLock(key, id))
            .map(did -> did ? Locks.Release.DONE : notHeld(start))
            .orElse(Locks.Release.LEFT);
    Optional<Boolean> _ =
        farewell(
            start,
            consul -> {
              consul.sessionClient().destroySession(id);
              return true;
            });
    return released;
  }

  /**
   * Why it can't be released. Its answer may have been lost with a connection, after which the HTTP
   * client sends the request again: then the session lives, and the key is as a release leaves it,
   * empty, unless somebody has taken it since.
   */
  private Locks.Release notHeld(TwoClockTime start) {
    boolean byUs =
        farewell(
                start,
                consul ->
                    consul.sessionClient().getSessionInfo(id).isPresent()
                        && consul
                            .keyValueClient()
                            .getValue(key)
                            .filter(left -> left.getSession().isEmpty())
                            .filter(left -> left.getValue().isEmpty())
                            .isPresent())
            .orElse(false);
    return byUs ? Locks.Release.DONE : Locks.Release.LOST;
  }

  /** What Consul answers; empty when it doesn't. Tries again while it has no leader. */
  private <T> Optional<T> farewell(TwoClockTime start, Function<Consul, T> request) {
    Cancellation never = new Cancellation();
    while (true) {
      try {
        return Optional.of(api.call(never, GOODBYE, request));
      } catch (Failure e) {
        if (e.diagnostic().code() != Code.NO_CONSUL_LEADER
            || start.elapsed().compareTo(GOODBYE) >= 0) {
          return Optional.empty();
        }
        never.pause(GLANCE);
      }
    }
  }

  private boolean markClosed() {
    try (var _ = lock.hold()) {
      if (closed) {
        return false;
      }
      closed = true;
      onLost.clear();
    }
    ended.cancel(Diagnostic.of(Code.INTERRUPTED, "the session is closed"));
    return true;
  }
}
