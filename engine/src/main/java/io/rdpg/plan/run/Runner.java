package io.rdpg.plan.run;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.event.Event;
import io.rdpg.plan.event.Findings;
import io.rdpg.plan.forecast.Forecast;
import io.rdpg.plan.forecast.ForecastLocks;
import io.rdpg.plan.forecast.Outlook;
import io.rdpg.plan.forecast.Snapshot;
import io.rdpg.plan.forecast.Turns;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.scope.Facts;
import io.rdpg.plan.scope.PlanFiles;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.template.Templates;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Sight;
import io.rdpg.plan.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Takes a plan to its nodes. */
public final class Runner {
  private final Templates templates;
  private final PlanFiles files;
  private final Map<String, Primitive<?>> primitives;
  private final Map<String, Signature> signatures;

  /**
   * @param primitives every primitive by its name
   * @param signatures what plans can name, {@code consul_lock} among them
   */
  public Runner(
      Templates templates,
      PlanFiles files,
      Map<String, Primitive<?>> primitives,
      Map<String, Signature> signatures) {
    this.templates = templates;
    this.files = files;
    this.primitives = Map.copyOf(primitives);
    this.signatures = Map.copyOf(signatures);
  }

  /**
   * Takes the plan to its nodes, to the end, whatever happens.
   *
   * @param permit asked before anything is performed
   */
  public ExitCode apply(
      RunRequest request,
      Facts facts,
      World world,
      Permit permit,
      Event.Sink sink,
      Cancellation cancellation) {
    return run(
        request,
        facts,
        sink,
        (course, told, _) -> walkAll(course, new Gate.Open(world, permit), told, cancellation));
  }

  /**
   * Says what {@link #apply} would do.
   *
   * @param findings told everything that was found, secrets too
   * @param detailed whether finding changes is told by the exit code
   */
  public ExitCode preview(
      RunRequest request,
      Facts facts,
      Sight sight,
      Findings findings,
      Event.Sink sink,
      Cancellation cancellation,
      boolean detailed) {
    return run(
        request,
        facts,
        sink,
        (course, told, tally) -> {
          List<ExitCode> endings = foresee(course, sight, findings, told, cancellation);
          if (detailed && tally.foundChanges()) {
            endings.add(ExitCode.CHANGES_FOUND);
          }
          return endings;
        });
  }

  /** Walks the nodes and tells how they ended. */
  private interface Walk {
    Collection<ExitCode> of(Course course, Event.Sink sink, Tally tally);
  }

  private ExitCode run(RunRequest request, Facts facts, Event.Sink sink, Walk walk) {
    long start = System.nanoTime();
    Tally tally = new Tally(request.selected());
    Event.Sink all =
        event -> {
          tally.on(event);
          sink.on(event);
        };
    all.on(
        new Event.RunStarted(
            request.plan().fileName(),
            request.inventory().file().toString(),
            request.selected().stream().map(Node::name).toList(),
            request.preview()));
    try (Clockwork clockwork = new Clockwork()) {
      Course course =
          new Course(
              request,
              facts,
              templates,
              files,
              primitives,
              signatures,
              new Board(request.inventory(), request.selected()),
              clockwork);
      ExitCode exit = ExitCode.worst(walk.of(course, all, tally));
      all.on(
          new Event.RunFinished(
              tally.counts(),
              Duration.ofNanos(System.nanoTime() - start),
              request.preview(),
              exit.number()));
      return exit;
    }
  }

  private static Collection<ExitCode> walkAll(
      Course course, Gate gate, Event.Sink sink, Cancellation cancellation) {
    Collection<ExitCode> endings = new ConcurrentLinkedQueue<>();
    Semaphore atOnce = new Semaphore(course.request().nodesAtOnce());
    for (List<Node> batch : batches(course.request())) {
      List<Thread> strands = new ArrayList<>();
      for (Node node : batch) {
        strands.add(
            Thread.ofVirtual()
                .name(node.name())
                .start(() -> {
                  atOnce.acquireUninterruptibly();
                  try {
                    walk(
                        course,
                        new Strand(course, node, gate, sink, Findings.IGNORED),
                        sink,
                        cancellation,
                        endings);
                  } finally {
                    atOnce.release();
                  }
                }));
      }
      strands.forEach(Runner::join);
      if (!endings.isEmpty()) {
        break; // a rolling change goes no further than its first failure
      }
    }
    return endings;
  }

  /** All nodes at once, or so many after so many where the plan is {@code serial}. */
  private static List<List<Node>> batches(RunRequest request) {
    List<Node> nodes = request.selected();
    Integer serial = request.plan().serial();
    if (serial == null) {
      return List.of(nodes);
    }
    return IntStream.iterate(0, i -> i < nodes.size(), i -> i + serial)
        .mapToObj(i -> nodes.subList(i, Math.min(i + serial, nodes.size())))
        .toList();
  }

  /**
   * First every node by itself, all at once: when there is nothing to do anywhere, that is all, and
   * else most looks have been asked. Then all in turn over one forecast, so that a preview is the
   * same every time.
   */
  private static List<ExitCode> foresee(
      Course course, Sight world, Findings findings, Event.Sink sink, Cancellation cancellation) {
    Snapshot snapshot = new Snapshot(world);
    List<Kept> alone = eachAlone(course, snapshot, sink, cancellation);
    if (alone.stream().allMatch(Kept::inSync)) {
      alone.forEach(kept -> kept.tell(sink, findings));
      return new ArrayList<>();
    }
    List<ExitCode> endings = new ArrayList<>();
    Forecast forecast = forecast(course, snapshot);
    ForecastLocks locks = new ForecastLocks(findings);
    List<Consumer<Turns.Turn>> walks = new ArrayList<>();
    for (Node node : course.request().selected()) {
      walks.add(turn -> {
        Gate gate = new Gate.Closed(new Outlook(forecast, locks, turn), false);
        walk(course, new Strand(course, node, gate, sink, findings), sink, cancellation, endings);
      });
    }
    Turns.take(walks);
    return endings;
  }

  /** A cluster is what replicates within itself. */
  private static Forecast forecast(Course course, Snapshot world) {
    Map<String, String> clusters = new HashMap<>();
    for (Node node : course.request().inventory().nodes()) {
      clusters.put(node.name(), node.cluster() == null ? "" : node.cluster().id());
    }
    return new Forecast(
        world, (one, other) -> Objects.equals(clusters.get(one), clusters.get(other)));
  }

  private static List<Kept> eachAlone(
      Course course, Snapshot world, Event.Sink sink, Cancellation cancellation) {
    List<Kept> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Node node : course.request().selected()) {
      Kept kept = new Kept();
      all.add(kept);
      threads.add(
          Thread.ofVirtual()
              .name(node.name())
              .start(() ->
                  Turns.take(
                      List.of(turn -> {
                        Outlook outlook =
                            new Outlook(forecast(course, world), new ForecastLocks(kept), turn);
                        Strand strand =
                            new Strand(course, node, new Gate.Closed(outlook, false), kept, kept);
                        walk(course, strand, kept, cancellation, new ArrayList<>());
                      }))));
    }
    new LookingAround(all, threads, sink).toItsEnd();
    return all;
  }

  private static void walk(
      Course course,
      Strand strand,
      Event.Sink sink,
      Cancellation cancellation,
      Collection<ExitCode> endings) {
    try {
      strand.walk(course.request().plan(), cancellation);
    } catch (StepFailed failed) {
      course.board().failed(strand.node());
      endings.add(failed.diagnostic().code().exit());
    } catch (RuntimeException | Error bug) {
      course.board().failed(strand.node());
      endings.add(Code.INTERNAL.exit());
      sink.on(new Event.Told(internal(bug).orOn(strand.node().name())));
    }
  }

  /** A fault of ours. The exception's own text may quote anything, so only its kind is told. */
  private static Diagnostic internal(Throwable bug) {
    StackTraceElement[] trace = bug.getStackTrace();
    return Diagnostic.of(
            Code.INTERNAL,
            bug.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]))
        .withHint("this is a fault of rdpg-plan: please report it with the plan's step");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    }
  }
}
