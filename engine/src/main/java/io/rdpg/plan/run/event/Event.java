package io.rdpg.plan.run.event;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happens in a run, in order. Holds no secret. */
public sealed interface Event extends InternalEvent {
  @Override
  default Optional<Event> published() {
    return Optional.of(this);
  }

  /** The run begins. Nothing is contacted before. */
  record RunStarted(
      String plan, String inventory, List<String> nodes, boolean preview, RunOrigin origin)
      implements Event {}

  /**
   * Which step, where.
   *
   * @param node the runner's node
   * @param plan the plan's file name
   * @param step the name as written
   * @param label the name rendered
   * @param id unique in the run's plan on one node: include path, names and item numbers
   * @param item the item of {@code for_each} in words; null outside one
   * @param on the node that it is done at; null when it is the runner's own
   * @param user the user who is become there; null for the one who logs in, for what does nothing
   *     itself, and as long as it isn't known
   * @param line the step's line in its plan
   * @param primitive the primitive, or {@code include}, {@code steps}, {@code consul_lock}
   * @param waits whether it is a primitive that waits
   * @param depth how deep it is nested, from 0
   */
  record At(
      String node,
      String plan,
      String step,
      String label,
      String id,
      @Nullable String item,
      @Nullable String on,
      @Nullable String user,
      int line,
      String primitive,
      boolean waits,
      int depth) {

    /** The node that it is done at. */
    public String where() {
      return on == null ? node : on;
    }

    /** Ends an item or a label of which the rest is not shown. */
    public static final String CUT = "...";

    /** Its name for people: its label, the loop's item, the node that it runs on. */
    public String called() {
      return label
          + (item == null || label.contains(beginning(item)) ? "" : " [" + item + "]")
          + (on == null ? "" : " (on " + on + ")");
    }

    private static String beginning(String item) {
      return item.endsWith(CUT) ? item.substring(0, item.length() - CUT.length()) : item;
    }

    /** Where, and as whom, it is done. */
    public Account account() {
      return new Account(where(), user);
    }
  }

  record StepStarted(At at) implements Event {}

  /**
   * A step has ended.
   *
   * @param why one phrase: why there was nothing to do, what differed, why it was left out
   * @param effects what was done, or would be
   * @param error why it failed; null unless it did
   * @param because the steps that a forecast depends on, by id
   * @param reads when it was asked what decided it
   */
  record StepFinished(
      At at,
      Status status,
      String why,
      List<EffectReported> effects,
      Duration took,
      @Nullable Diagnostic error,
      List<String> because,
      ReadTiming reads)
      implements Event {}

  /**
   * One effect, for people.
   *
   * @param diff null when there is none to show
   */
  record EffectReported(Effect.Kind kind, String target, String summary, @Nullable String diff) {}

  /**
   * A step waits.
   *
   * @param what what is still missing
   * @param note nodes that will not make it true (failed, not selected), in words; empty for none
   */
  record Waiting(At at, String what, String note, Duration elapsed, Duration deadline)
      implements Event {}

  /**
   * A server said something beside its answer to an effect, such as PostgreSQL's notices.
   *
   * @param severity the server's own word, such as {@code WARNING}
   */
  record ServerSaid(At at, String severity, String message) implements Event {}

  /**
   * A preview reads the state of all nodes before it reports any step; sent once a second.
   *
   * @param at the steps that nodes are at, one for each node that is not finished
   * @param nodes how many nodes there are
   */
  record ReadingState(List<At> at, int nodes, Duration elapsed) implements Event {}

  /**
   * Some nodes wait for their turn to log in; sent once a second, at last with none waiting.
   *
   * @param waiting how many wait
   * @param nodes how many the run has
   */
  record LoginsWaiting(int waiting, int nodes) implements Event {}

  record LockAcquired(String node, String key, String session) implements Event {}

  record LockReleased(String node, String key, String session) implements Event {}

  /**
   * A lock that is not needed any more, and could not be released by Consul.
   *
   * @param freeWithin after which time it is free at the latest, when its session has run out
   */
  record LockLeft(String node, String key, String session, Duration freeWithin) implements Event {}

  record LockLost(String node, String key, String session) implements Event {}

  /** What was asked of a node in the whole run; sent before the run's end. */
  record NodeAsked(String node, List<Traffic.Counts> connections) implements Event {}

  /** An error outside of every step. */
  record DiagnosticReported(Diagnostic diagnostic) implements Event {}

  /**
   * The run has ended.
   *
   * @param counts for each node, how many steps ended in each status
   */
  record RunFinished(
      Map<String, Map<Status, Integer>> counts, Duration took, boolean preview, int exitCode)
      implements Event {}

  /** Where events go. Implementations are safe for use by many threads. */
  interface Sink {
    void on(Event event);
  }
}
