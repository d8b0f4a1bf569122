package io.rdpg.plan.run.forecast;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.StepReads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Caches the real state as it was first read: each read is performed once. What was read ahead of a
 * step's turn is kept apart: it may show that a step is in sync, and is read again for anything
 * else. Thread-safe.
 */
public final class CachedReads implements StateReader {
  private final StateReader target;
  private final Map<Asked, Observation> observed = new ConcurrentHashMap<>();
  private final Map<Step, Early> ahead = new ConcurrentHashMap<>();

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

  /**
   * A step of one node's walk.
   *
   * @param at where, and as whom, it runs
   */
  public record Step(String node, String id, Account at) {}

  /** What leaves a step in sync. */
  private record Early(List<Read<?>> reads, Observations observations) {}

  /** Keeps what was asked at a step's turn. */
  public void keep(Account at, List<Read<?>> reads, Observations observations) {
    reads.forEach(read -> observed.putIfAbsent(new Asked(at, read), observations.of(read)));
  }

  /** Keeps what was asked ahead of a step's turn, and leaves it in sync; for this step only. */
  public void keepAhead(Step step, List<Read<?>> reads, Observations observations) {
    ahead.put(step, new Early(List.copyOf(reads), observations));
  }

  /** What a step's reads observed, ahead of its turn or not; empty unless all of it is known. */
  public Optional<Observations> present(Step step, List<Read<?>> reads) {
    return observed(step.at(), reads)
        .or(() ->
            Optional.ofNullable(ahead.get(step))
                .filter(early -> early.reads().equals(reads))
                .map(Early::observations));
  }

  private Optional<Observations> observed(Account at, List<Read<?>> reads) {
    Map<Read<?>, Observation> observations = new HashMap<>();
    for (Read<?> read : reads) {
      Observation seen = observed.get(new Asked(at, read));
      if (seen == null) {
        return Optional.empty();
      }
      observations.put(read, seen);
    }
    return Optional.of(new Observations(observations));
  }

  /**
   * Asks for what isn't known, in one round. An author's commands and queries behind one that is
   * known are asked at their turns: only a round of its own would tell whether theirs has come.
   */
  @Override
  public void readAhead(
      String node, List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    List<Integer> asked = new ArrayList<>();
    boolean authorsToo = true;
    for (int i = 0; i < steps.size(); i++) {
      StepReads step = steps.get(i);
      boolean byAuthor = step.reads().stream().anyMatch(Read::byAuthor);
      Optional<Observations> known = observed(new Account(node, step.user()), step.reads());
      if (known.isPresent() && i == 0) {
        return; // the next step begins a round: only what is at its turn may fail
      }
      if (known.isPresent()) {
        replies.answered(i, known.get());
        authorsToo &= !byAuthor && step.inSync().test(known.get());
      } else if (authorsToo || !byAuthor) {
        asked.add(i);
      }
    }
    target.readAhead(
        node,
        asked.stream().map(steps::get).toList(),
        (number, seen) -> replies.answered(asked.get(number), seen),
        cancellation);
  }
}
