package io.rdpg.plan.run;

import io.rdpg.plan.step.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What would have been told, until it is known whether it is to be. Used by one thread. */
final class Kept implements Event.Sink, Findings {
  private final List<BiConsumer<Event.Sink, Findings>> told = new ArrayList<>();
  private boolean quiet = true;

  @Override
  public void on(Event event) {
    told.add((sink, _) -> sink.on(event));
  }

  @Override
  public void decided(Event.At at, Status status, List<Seen> seen, List<Effect> effects) {
    quiet &= status == Status.OK || status == Status.SKIPPED;
    List<Seen> looked = List.copyOf(seen);
    told.add((_, findings) -> findings.decided(at, status, looked, effects));
  }

  @Override
  public void granted(String lock, String node) {
    told.add((_, findings) -> findings.granted(lock, node));
  }

  /** Whether no step had anything to do, might have, or failed. */
  boolean inSync() {
    return quiet;
  }

  void tell(Event.Sink sink, Findings findings) {
    told.forEach(one -> one.accept(sink, findings));
  }
}
