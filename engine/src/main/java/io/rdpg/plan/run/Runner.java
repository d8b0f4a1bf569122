package io.rdpg.plan.run;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.interpret.TemplateLookup;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.run.ahead.ReadsInFlight;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.forecast.CachedReads;
import io.rdpg.plan.run.forecast.CooperativeScheduler;
import io.rdpg.plan.run.forecast.Forecast;
import io.rdpg.plan.run.forecast.ForecastLocks;
import io.rdpg.plan.run.forecast.PreviewContext;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.system.Threads;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.Target;
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

/**
 * Runs a plan on its nodes.
 *
 * @param primitives every primitive by its name
 * @param signatures what plans can name, {@code consul_lock} among them
 * @param logins which nodes still wait for their turn to log in
 */
public record Runner(
    Templates templates,
    TemplateLookup files,
    Map<String, Primitive<?>> primitives,
    Map<String, Signature> signatures,
    LoginTurns logins) {
  public Runner {
    primitives = Map.copyOf(primitives);
    signatures = Map.copyOf(signatures);
  }

  /**
   * Takes the plan to its nodes, to the end, whatever happens.
   *
   * @param approval asked before anything is performed
   */
  public ExitCode apply(
      RunRequest request,
      NodeFacts facts,
      Target target,
      EffectApproval approval,
      Event.Sink sink,
      Cancellation cancellation) {
    return run(
        request,
        facts,
        target,
        InternalEvent.Sink.publishing(sink),
        performing(target, approval, cancellation));
  }

  private static Walk performing(
      Target target, EffectApproval approval, Cancellation cancellation) {
    return (context, events, _) ->
        walkAll(context, new EffectGate.Open(target, approval), events, cancellation);
  }

  /**
   * Does the same, unless a file that a node is sure to write can't be put there: then it reports
   * that, and runs the plan on no node.
   */
  public ExitCode applyWhereFilesCanBeWritten(
      RunRequest request,
      NodeFacts facts,
      Target target,
      EffectApproval approval,
      Event.Sink sink,
      Cancellation cancellation) {
    Walk performing = performing(target, approval, cancellation);
    return run(
        request,
        facts,
        target,
        InternalEvent.Sink.publishing(sink),
        (context, events, tally) -> {
          Collection<ExitCode> hindered =
              new UnwritableFiles(context, target, cancellation).report(events);
          return hindered.isEmpty() ? performing.of(context, events, tally) : hindered;
        });
  }

  /**
   * Previews what {@link #apply} would do.
   *
   * @param detailed whether the exit code shows changes
   */
  public ExitCode preview(
      RunRequest request,
      NodeFacts facts,
      StateReader reader,
      InternalEvent.Sink sink,
      Cancellation cancellation,
      boolean detailed) {
    return run(
        request,
        facts,
        reader,
        sink,
        (context, events, tally) -> {
          List<ExitCode> endings = preview(context, reader, events, cancellation);
          if (detailed && tally.foundChanges()) {
            endings.add(ExitCode.CHANGES_FOUND);
          }
          return endings;
        });
  }

  /** Runs the nodes and reports their results. */
  private interface Walk {
    Collection<ExitCode> of(RunContext context, InternalEvent.Sink sink, StatusCounts tally);
  }

  private ExitCode run(
      RunRequest request, NodeFacts facts, StateReader reader, InternalEvent.Sink sink, Walk walk) {
    long start = System.nanoTime();
    StatusCounts tally = new StatusCounts(request.selected());
    InternalEvent.Sink all =
        event -> {
          tally.on(event);
          sink.on(event);
        };
    all.on(
        new Event.RunStarted(
            request.plan().fileName(),
            request.inventory().name(),
            request.selected().stream().map(Node::name).toList(),
            request.preview(),
            request.origin()));
    try (Deadlines deadlines = new Deadlines(logins)) {
      deadlines.everySecond(new LoginProgress(logins, request.selected().size(), all)::report);
      RunContext context =
          new RunContext(
              request,
              facts,
              templates,
              files,
              primitives,
              signatures,
              new NodeStatuses(request.inventory(), request.selected()),
              new Contacts(),
              deadlines,
              new ReadsInFlight(),
              new KnownSecrets());
      ExitCode exit = ExitCode.worst(walk.of(context, all, tally));
      reader
          .traffic()
          .forEach((node, traffic) -> {
            if (!traffic.counts().isEmpty()) {
              all.on(new Event.NodeAsked(node, traffic.counts()));
            }
          });
      all.on(
          new Event.RunFinished(
              tally.counts(),
              Duration.ofNanos(System.nanoTime() - start),
              request.preview(),
              exit.number()));
      return exit;
    }
  }

  /** Nodes begin in inventory order, also where not all of them run at once. */
  private static Collection<ExitCode> walkAll(
      RunContext context,
      EffectGate.Open gate,
      InternalEvent.Sink sink,
      Cancellation cancellation) {
    Collection<ExitCode> endings = new ConcurrentLinkedQueue<>();
    Semaphore atOnce = new Semaphore(context.request().nodesAtOnce());
    leaveOut(context, gate, sink, cancellation);
    for (List<Node> batch : batches(context.request())) {
      List<Thread> nodeRunners = new ArrayList<>();
      for (Node node : batch) {
        if (!context.board().hasFailed(node)) {
          NodeRunner nodeRunner = new NodeRunner(context, node, gate, sink, cancellation);
          atOnce.acquireUninterruptibly();
          nodeRunners.add(
              Thread.ofVirtual()
                  .name(node.name())
                  .start(() -> {
                    try {
                      walk(context, nodeRunner, sink, endings);
                    } finally {
                      atOnce.release();
                    }
                  }));
        }
      }
      nodeRunners.forEach(Threads::join);
      if (batch.stream().anyMatch(context.board()::hasFailed)) {
        break; // a rolling change goes no further than its first failure
      }
    }
    return endings;
  }

  /** Nodes where nothing may be done have failed before the others begin. */
  private static void leaveOut(
      RunContext context,
      EffectGate.Open gate,
      InternalEvent.Sink sink,
      Cancellation cancellation) {
    context.request().selected().stream()
        .filter(node -> !gate.approval().allows(node.name()))
        .map(node -> new NodeRunner(context, node, gate, sink, cancellation))
        .forEach(nodeRunner -> nodeRunner.leaveOut(context.request().plan()));
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
   * otherwise most reads are cached. Then all in turns over one forecast, so that a preview is the
   * same every time.
   */
  private static List<ExitCode> preview(
      RunContext context, StateReader target, InternalEvent.Sink sink, Cancellation cancellation) {
    CachedReads snapshot = new CachedReads(target);
    List<EventBuffer> alone = eachAlone(context, snapshot, sink, cancellation);
    if (alone.stream().allMatch(EventBuffer::inSync)) {
      alone.forEach(kept -> kept.passTo(sink));
      return new ArrayList<>();
    }
    List<ExitCode> endings = new ArrayList<>();
    Forecast forecast = forecast(context, snapshot);
    ForecastLocks locks = new ForecastLocks(sink);
    List<Consumer<CooperativeScheduler.Turn>> walks = new ArrayList<>();
    for (Node node : context.request().selected()) {
      walks.add(turn -> {
        PreviewContext outlook = new PreviewContext(forecast, locks, turn, snapshot, false);
        EffectGate gate = new EffectGate.Closed(outlook, false);
        walk(context, new NodeRunner(context, node, gate, sink, cancellation), sink, endings);
      });
    }
    CooperativeScheduler.take(walks);
    return endings;
  }

  /** Nodes of one cluster may replicate with each other. */
  private static Forecast forecast(RunContext context, CachedReads target) {
    Map<String, String> clusters = new HashMap<>();
    for (Node node : context.request().inventory().nodes()) {
      if (node.cluster() != null) {
        clusters.put(node.name(), node.cluster().id());
      }
    }
    return new Forecast(
        target,
        (one, other) ->
            !one.equals(other)
                && clusters.containsKey(one)
                && Objects.equals(clusters.get(one), clusters.get(other)));
  }

  private static List<EventBuffer> eachAlone(
      RunContext context, CachedReads target, InternalEvent.Sink sink, Cancellation cancellation) {
    List<EventBuffer> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Node node : context.request().selected()) {
      EventBuffer kept = new EventBuffer();
      all.add(kept);
      threads.add(
          Thread.ofVirtual()
              .name(node.name())
              .start(() ->
                  CooperativeScheduler.take(
                      List.of(turn -> {
                        PreviewContext outlook =
                            new PreviewContext(
                                forecast(context, target),
                                new ForecastLocks(kept),
                                turn,
                                target,
                                true);
                        NodeRunner nodeRunner =
                            new NodeRunner(
                                context,
                                node,
                                new EffectGate.Closed(outlook, false),
                                kept,
                                cancellation);
                        walk(context, nodeRunner, kept, new ArrayList<>());
                      }))));
    }
    new PreviewProgress(all, threads, sink).toItsEnd();
    return all;
  }

  private static void walk(
      RunContext context,
      NodeRunner nodeRunner,
      InternalEvent.Sink sink,
      Collection<ExitCode> endings) {
    try {
      nodeRunner.run(context.request().plan());
      context.board().finished(nodeRunner.node());
    } catch (StepFailed failed) {
      context.board().failed(nodeRunner.node());
      endings.add(failed.diagnostic().code().exit());
    } catch (RuntimeException | Error bug) {
      context.board().failed(nodeRunner.node());
      endings.add(Code.INTERNAL.exit());
      sink.on(new Event.DiagnosticReported(internal(bug).orOn(nodeRunner.node().name())));
    }
  }

  /** A bug. The exception's text may quote anything, so only its class is reported. */
  private static Diagnostic internal(Throwable bug) {
    StackTraceElement[] trace = bug.getStackTrace();
    return Diagnostic.of(
            Code.INTERNAL,
            bug.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]))
        .withHint("this is a bug in rdpg-plan: please report it with the plan's step");
  }
}
