package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Locks;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import org.kiwiproject.consul.model.ConsulResponse;
import org.kiwiproject.consul.model.kv.Value;

/**
 * A key that is held with a session. A thread of its own watches the key by a blocking query, so a
 * loss that Consul knows of is known here at once, and not only when the lease runs out.
 */
final class HeldLock implements Locks.Held {
  private static final Duration WATCH = Duration.ofSeconds(10);
  private static final Duration WATCH_PATIENCE = Duration.ofSeconds(20);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);

  private final ConsulApi api;
  private final String key;
  private final LeasedSession session;

  HeldLock(ConsulApi api, String key, LeasedSession session) {
    this.api = api;
    this.key = key;
    this.session = session;
    session.inBackground("watches the lock " + key, this::watch);
  }

  private void watch() {
    BigInteger index = BigInteger.ZERO;
    while (true) {
      try {
        Optional<ConsulResponse<Value>> seen = read(index);
        if (!seen.map(ConsulResponse::getResponse)
            .flatMap(Value::getSession)
            .equals(Optional.of(session.id()))) {
          session.lose();
          return;
        }
        index = seen.get().getIndex();
      } catch (Failure e) {
        session.ended().pause(AFTER_A_FAULT);
        index = BigInteger.ZERO;
      }
    }
  }

  private Optional<ConsulResponse<Value>> read(BigInteger index) {
    return api.call(
        session.ended(),
        WATCH_PATIENCE,
        consul ->
            consul
                .keyValueClient()
                .getConsulResponseWithValue(key, BlockingQueries.on(index, WATCH)));
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public String session() {
    return session.id();
  }

  @Override
  public boolean held() {
    return session.alive();
  }

  @Override
  public void onLost(Runnable action) {
    session.onLost(action);
  }

  @Override
  public Locks.Release release() {
    return session.end();
  }
}
