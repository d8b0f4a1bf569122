package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a short journal of a run in Consul, for people, never for decisions: when the run first
 * changes something, takes a lock or fails, and again when it has ended. A run that finds
 * everything in sync leaves nothing. The last {@value #SLOTS} runs are kept, each in the slot of
 * its number, so nothing has to be cleaned up. What goes wrong here is told, and costs the run
 * nothing else.
 *
 * <p>Events must come one at a time.
 */
public final class CentralRecord implements Event.Sink {
  /** Below it are the records. */
  private static final String PREFIX = "rdpg-plan/runs/";

  /** What a token needs for it. */
  public static final String RULE = "key_prefix \"" + PREFIX + "\" { policy = \"write\" }";

  /** The number of the run that was recorded last. */
  static final String LAST = PREFIX + "last";

  static final int SLOTS = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_NODES = 3;
  private static final int MOST_CLAIMS = 20;

  private final Target target;
  private final String run;
  private final RecordText text;
  private final Cancellation cancellation = new Cancellation();

  /** Nodes whose servers have answered, those that hold a lock first. */
  private final SequencedSet<String> reached = new LinkedHashSet<>();

  private final Mutex writing = new Mutex();
  private @Nullable String slot;
  private @Nullable Thread writer;
  private volatile @Nullable Diagnostic problem;

  /**
   * @param target by whose nodes' agents it is written
   * @param run the run's id
   * @param lines writes the run's events
   */
  public CentralRecord(Target target, String run, JsonLines lines) {
    this.target = target;
    this.run = run;
    this.text = new RecordText(lines);
  }

  @Override
  public void on(Event event) {
    text.add(event);
    switch (event) {
      case Event.LockAcquired lock -> {
        reached.addFirst(lock.node());
        begin();
      }
      case Event.StepFinished step -> {
        if (step.status() == Status.OK || step.status() == Status.CHANGED) {
          reached.add(step.at().node());
        }
        if (step.status() == Status.CHANGED) {
          begin();
        }
      }
      case Event.RunFinished finished -> {
        if (writer != null || finished.exitCode() != 0) {
          end();
        }
      }
      case Event.RunStarted _,
          Event.StepStarted _,
          Event.Waiting _,
          Event.ServerSaid _,
          Event.ReadingState _,
          Event.LoginsWaiting _,
          Event.NodeAsked _,
          Event.LockReleased _,
          Event.LockLeft _,
          Event.LockLost _,
          Event.DiagnosticReported _ -> {}
    }
  }

  /** Why the run isn't recorded; empty when it is, or where there is no Consul. */
  public Optional<Diagnostic> problem() {
    return Optional.ofNullable(problem)
        .filter(diagnostic -> diagnostic.code() != Code.CONSUL_UNREACHABLE);
  }

  /** The run goes on meanwhile. */
  private void begin() {
    if (writer == null) {
      writer = write();
    }
  }

  private void end() {
    Thread begun = writer;
    if ((begun == null || await(begun)) && await(write())) {
      return;
    }
    problem =
        Diagnostic.of(
            Code.DEADLINE, "Consul did not take it within " + PATIENCE.toSeconds() + " s");
    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "the run has ended"));
  }

  private static boolean await(Thread thread) {
    try {
      return thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Thread write() {
    String value = text.toString();
    List<String> nodes = new ArrayList<>(reached).subList(0, Math.min(MOST_NODES, reached.size()));
    return Thread.ofVirtual()
        .name("record")
        .start(() -> {
          try (var _ = writing.hold()) {
            write(value, nodes);
          }
        });
  }

  private void write(String value, List<String> nodes) {
    for (String node : nodes) {
      try {
        put(Account.ofLogin(node), value);
        problem = null;
        return;
      } catch (Failure failure) {
        problem = failure.diagnostic();
      }
    }
  }

  private void put(Account at, String value) {
    String mine = slot;
    if (mine == null
        || !read(at, mine).map(there -> there.value().reveal().contains(run)).orElse(false)) {
      mine = claim(at);
      slot = mine;
    }
    boolean _ =
        target.perform(at, new Effect.PutKey(mine, Text.plain(value), null), null, cancellation);
  }

  /** The next slot: whose number nobody else has. */
  private String claim(Account at) {
    for (int i = 0; i < MOST_CLAIMS; i++) {
      Optional<Observation.KeyValue> last = read(at, LAST);
      long next = last.map(there -> number(there.value().reveal())).orElse(-1L) + 1;
      Effect.PutKey put =
          new Effect.PutKey(
              LAST,
              Text.plain(Long.toString(next)),
              last.map(Observation.KeyValue::index).orElse(0L));
      if (target.perform(at, put, null, cancellation)) {
        return slot(next);
      }
    }
    throw Failure.of(Code.DEADLINE, "others changed " + LAST + " all the time");
  }

  private Optional<Observation.KeyValue> read(Account at, String key) {
    Read.Key read = new Read.Key(key);
    return switch (target.read(at, List.of(read), cancellation).of(read)) {
      case Observation.KeyValue there -> Optional.of(there);
      case Observation.NoKey _ -> Optional.empty();
    };
  }

  /** Whether a key of Consul is a record, or tells which is the last. */
  public static boolean isOne(String key) {
    return key.startsWith(PREFIX);
  }

  /** The key of a run's record. */
  static String slot(long number) {
    return PREFIX + "%02d".formatted(number % SLOTS);
  }

  /** What {@link #LAST} holds; -1 when it is no number. */
  static long number(String last) {
    return last.matches("\\d{1,18}") ? Long.parseLong(last) : -1;
  }
}
