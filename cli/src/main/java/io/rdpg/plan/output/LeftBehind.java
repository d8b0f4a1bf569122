package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.system.Mutex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notes which locks are held and which steps are going on, for one who ends the program at once.
 * Safe for use by many threads.
 */
public final class LeftBehind implements Event.Sink {
  private final Mutex lock = new Mutex();
  private final Map<String, Event.LockAcquired> locks = new LinkedHashMap<>();
  private final Map<String, Event.At> steps = new LinkedHashMap<>();

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      note(VisibleEvent.of(event));
    }
  }

  private void note(Event event) {
    switch (event) {
      case Event.LockAcquired taken -> locks.put(taken.session(), taken);
      case Event.LockReleased released -> locks.remove(released.session());
      case Event.LockLost lost -> locks.remove(lost.session());
      case Event.StepStarted step -> steps.put(step.at().node() + " " + step.at().id(), step.at());
      case Event.StepFinished step -> steps.remove(step.at().node() + " " + step.at().id());
      case Event.LockLeft _,
          Event.ServerSaid _,
          Event.Waiting _,
          Event.ReadingState _,
          Event.LoginsWaiting _,
          Event.NodeAsked _,
          Event.RunStarted _,
          Event.DiagnosticReported _,
          Event.RunFinished _ -> {}
    }
  }

  /** What is left when the program ends now, one line each. */
  public List<String> lines() {
    try (var _ = lock.hold()) {
      List<String> lines = new ArrayList<>();
      for (Event.LockAcquired held : locks.values()) {
        lines.add(
            "lock %s of %s, until its session %s runs out"
                .formatted(held.key(), held.node(), held.session()));
      }
      for (Event.At at : steps.values()) {
        lines.add(
            "step '%s' on %s: what it has started there may go on"
                .formatted(at.called(), at.on() == null ? at.node() : at.on()));
      }
      return lines;
    }
  }
}
