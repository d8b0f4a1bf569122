package io.rdpg.plan.run.forecast;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Caches the real state as it was first read: each read is performed once. Thread-safe. */
public final class CachedReads implements StateReader {
  private final StateReader target;
  private final Map<Asked, Observation> observed = new ConcurrentHashMap<>();

  public CachedReads(StateReader target) {
    this.target = target;
  }

  private record Asked(Account at, Read<?> read) {}

  @Override
  public Observations read(
      Account at, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    List<Read<?>> missing = new ArrayList<>();
    for (Read<?> read : reads) {
      if (!observed.containsKey(new Asked(at, read))) {
        missing.add(read);
      }
    }
    if (!missing.isEmpty()) {
      Observations asked = target.read(at, missing, cancellation);
      missing.forEach(read -> observed.putIfAbsent(new Asked(at, read), asked.of(read)));
    }
    Map<Read<?>, Observation> observations = new HashMap<>();
    reads.forEach(read -> observations.put(read, observed.get(new Asked(at, read))));
    return new Observations(observations);
  }
}
