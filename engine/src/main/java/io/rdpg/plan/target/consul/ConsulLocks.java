package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.Consul;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.kv.Value;

/**
 * Locks on keys by sessions, as Consul's manual has them ("Sessions and distributed locks"): a
 * session acquires the key, and the key is free again when it is released or the session ends.
 */
final class ConsulLocks implements Locks {
  /** How long a blocking query for the holder waits; progress is reported at least as often. */
  private static final Duration LOOK = Duration.ofMillis(900);

  /** The pause between tries while the key is free, during lock-delay. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ConsulApi api;
  private final ConsulAcl acl;
  private final String run;
  private final LoginTurns logins;

  ConsulLocks(ConsulApi api, ConsulAcl acl, String run, LoginTurns logins) {
    this.api = api;
    this.acl = acl;
    this.run = run;
    this.logins = logins;
  }

  @Override
  public Held acquire(Terms terms, Waiting waiting, Cancellation cancellation) {
    return acl.explained(
        cancellation,
        () -> new Attempt(terms, waiting, cancellation).acquire(),
        new ConsulRight.Session(),
        new ConsulRight.Key(terms.key(), true));
  }

  /** One wait for one lock. */
  private final class Attempt {
    private final Terms terms;
    private final Waiting waiting;
    private final Cancellation cancellation;
    private final TwoClockTime start = TwoClockTime.now();
    private final Duration queuedBefore = logins.waitedByAny();
    private final Set<String> endedForTheDead = new HashSet<>();
    private @Nullable LeasedSession session;
    private Optional<String> holder = Optional.empty();
    private @Nullable Failure trouble;
    private Duration troubleSince = Duration.ZERO;
    private boolean answered;

    Attempt(Terms terms, Waiting waiting, Cancellation cancellation) {
      this.terms = terms;
      this.waiting = waiting;
      this.cancellation = cancellation;
      this.answered = terms.answered();
    }

    private LeasedSession newSession() {
      String name = "rdpg-plan run " + run + " for " + api.node();
      return LeasedSession.create(api, name, terms, cancellation);
    }

    Held acquire() {
      boolean obtained = false;
      try {
        Optional<ConsulResponse<Value>> seen = Optional.empty();
        while (true) {
          if (heldBy(seen).isEmpty() && take()) {
            obtained = true;
            return held();
          }
          seen = read(seen);
          if (session != null && heldBy(seen).filter(session.id()::equals).isPresent()) {
            // The response that said so was lost.
            obtained = true;
            return held();
          }
          describe(seen);
          Duration elapsed = start.elapsed();
          if (elapsed.minus(queued()).compareTo(terms.patience()) >= 0) {
            throw notObtained(elapsed);
          }
          waiting.on(obstacle(), elapsed);
          seen.map(ConsulResponse::getResponse).ifPresent(this::endForTheDead);
          if (heldBy(seen).isEmpty()) {
            cancellation.pause(PAUSE);
          }
        }
      } finally {
        if (!obtained && session != null) {
          session.close();
        }
      }
    }

    /** While nodes queue for their logins, who holds the lock may wait for one of them. */
    private Duration queued() {
      return logins.waitedByAny().minus(queuedBefore);
    }

    private Held held() {
      return new HeldLock(api, terms.key(), Objects.requireNonNull(session));
    }

    /** Whether the key could be acquired. */
    private boolean take() {
      return orLater(
          () -> {
            LeasedSession own = livingSession();
            String value = LockHolder.ofThisProcess(run, api.node(), own.id()).json();
            return api.call(cancellation, consul -> acquire(consul, value, own));
          },
          false);
    }

    private LeasedSession livingSession() {
      LeasedSession own = session;
      if (own == null || !own.alive()) {
        if (own != null) {
          own.close();
        }
        own = newSession();
        session = own;
      }
      return own;
    }

    private boolean acquire(Consul consul, String value, LeasedSession own) {
      try {
        return consul.keyValueClient().acquireLock(terms.key(), value, own.id());
      } catch (ConsulException e) {
        if (!String.valueOf(e.getMessage()).contains("invalid session")) {
          throw e;
        }
        own.lose();
        return false;
      }
    }

    /** Who holds the key; as long as that is the same, this waits a little for a change. */
    private Optional<ConsulResponse<Value>> read(Optional<ConsulResponse<Value>> before) {
      BigInteger index =
          heldBy(before).isEmpty()
              ? BigInteger.ZERO
              : before.map(ConsulResponse::getIndex).orElse(BigInteger.ZERO);
      return orLater(
          () ->
              api.call(
                  cancellation,
                  consul ->
                      consul
                          .keyValueClient()
                          .getConsulResponseWithValue(
                              terms.key(), BlockingQueries.on(index, LOOK))),
          Optional.empty());
    }

    /**
     * An outage passes, or ends the wait when it lasts. An agent that has never answered won't;
     * that Consul has no leader may pass at any time.
     */
    private <T> T orLater(Supplier<T> request, T otherwise) {
      try {
        T observation = request.get();
        trouble = null;
        answered = true;
        return observation;
      } catch (Failure e) {
        cancellation.check();
        Code code = e.diagnostic().code();
        boolean passes =
            code == Code.NO_CONSUL_LEADER
                || (answered
                    && code.exit() == ExitCode.NODE_UNUSABLE
                    && code != Code.CONSUL_REFUSED);
        if (trouble == null) {
          troubleSince = start.elapsed();
        }
        if (!passes || start.elapsed().minus(troubleSince).compareTo(terms.outage()) >= 0) {
          throw e;
        }
        trouble = e;
        answered |= code == Code.NO_CONSUL_LEADER;
        return otherwise;
      }
    }

    private Optional<String> obstacle() {
      return trouble == null
          ? holder.map(who -> "held by " + who)
          : Optional.of(trouble.diagnostic().message());
    }

    private void describe(Optional<ConsulResponse<Value>> seen) {
      Optional<String> id = heldBy(seen);
      holder =
          id.isEmpty()
              ? Optional.empty()
              : seen.map(ConsulResponse::getResponse)
                  .flatMap(LockHolder::of)
                  .map(LockHolder::words)
                  .or(() ->
                      Optional.of(
                          orLater(
                              () ->
                                  api.call(
                                      cancellation, consul -> LockHolder.words(consul, id.get())),
                              id.get())));
    }

    /**
     * Ends the session of a holder that died on this machine, instead of waiting for it to run out.
     * Lock-delay still passes before the key is free: its last operations may still be running.
     */
    private void endForTheDead(Value seen) {
      LockHolder.of(seen)
          .filter(LockHolder::deadHere)
          .filter(dead -> endedForTheDead.add(dead.session()))
          .ifPresent(dead -> destroy(dead.session()));
    }

    /** As far as Consul lets us: else the session runs out by itself. */
    private void destroy(String ofTheDead) {
      try {
        boolean _ =
            api.call(
                cancellation,
                consul -> {
                  consul.sessionClient().destroySession(ofTheDead);
                  return true;
                });
      } catch (Failure notEnded) {
        cancellation.check();
      }
    }

    private Failure notObtained(Duration elapsed) {
      if (trouble != null) {
        return trouble;
      }
      String by = holder.map(name -> "it is held by " + name).orElse("not held: lock-delay");
      return api.diagnostic(
          Code.LOCK_NOT_OBTAINED,
          "the lock "
              + terms.key()
              + " was not free within "
              + Durations.about(elapsed)
              + ": "
              + by,
          "wait for its holder to finish, or stop it; or wait longer (consul_lock's wait)");
    }
  }

  private static Optional<String> heldBy(Optional<ConsulResponse<Value>> seen) {
    return seen.map(ConsulResponse::getResponse).flatMap(Value::getSession);
  }
}
