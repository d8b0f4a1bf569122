package io.rdpg.plan.run.sealed;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.Runner;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Performs a sealed preview: checks for drift node by node, and then performs its effects on the
 * nodes without drift.
 *
 * @param redacted redacts secrets in text, as when it was sealed
 */
public record SealedRun(SealedFile sealed, UnaryOperator<String> redacted) {
  /**
   * To the end, whatever happens.
   *
   * @param reader shows whether the preview still fits
   * @param target where it is performed
   */
  public ExitCode apply(
      Runner runner,
      RunRequest request,
      NodeFacts facts,
      StateReader reader,
      Target target,
      Event.Sink sink,
      Cancellation cancellation) {
    long start = System.nanoTime();
    List<String> nodes = request.selected().stream().map(Node::name).toList();
    sink.on(
        new Event.RunStarted(
            request.plan().fileName(), request.inventory().name(), nodes, false, request.origin()));
    PreviewRecording now = new PreviewRecording();
    InternalEvent.Sink progress =
        event -> {
          now.on(event);
          if (event instanceof Event.ReadingState
              || event instanceof Event.LoginsWaiting
              || event instanceof Event.NodeAsked) {
            event.published().ifPresent(sink::on);
          }
        };
    runner.preview(with(request, true), facts, reader, progress, cancellation, false);
    Map<String, List<Diagnostic>> stopped = stopped(request, now);
    stopped.values().stream()
        .flatMap(List::stream)
        .filter(why -> why.code() != Code.INTERRUPTED)
        .forEach(why -> sink.on(new Event.DiagnosticReported(why)));
    Set<String> fit =
        nodes.stream().filter(node -> !stopped.containsKey(node)).collect(Collectors.toSet());
    SealedLockOrder turns =
        new SealedLockOrder(sealed.preview(), sealed.sealing(), fit, runner.logins());
    Set<ExitCode> endings = new LinkedHashSet<>();
    stopped.values().forEach(all -> all.forEach(why -> endings.add(why.code().exit())));
    Ending ending = new Ending(turns, sink);
    endings.add(
        runner.apply(
            with(request, false),
            facts,
            target,
            new SealedApproval(sealed.preview(), sealed.sealing(), fit, turns),
            ending,
            cancellation));
    ExitCode exit = ExitCode.worst(endings);
    sink.on(
        new Event.RunFinished(
            ending.counts, Duration.ofNanos(System.nanoTime() - start), false, exit.number()));
    return exit;
  }

  /** Why nothing is done on some nodes. */
  private Map<String, List<Diagnostic>> stopped(RunRequest request, PreviewRecording now) {
    Drift drift = new Drift(new StepLocations(request.plan()));
    Map<String, List<SealedPreview.Step>> steps = now.steps(sealed.sealing(), redacted);
    Map<String, List<Diagnostic>> stopped = new LinkedHashMap<>();
    for (Node node : request.selected()) {
      String name = node.name();
      List<Diagnostic> why =
          now.failure(name)
              .map(failure -> List.of(failure.orOn(name)))
              .orElseGet(() ->
                  drift.between(
                      name, sealed.preview().of(name), steps.getOrDefault(name, List.of())));
      if (!why.isEmpty()) {
        stopped.put(name, why);
      }
    }
    return stopped;
  }

  private static RunRequest with(RunRequest request, boolean preview) {
    return new RunRequest(
        request.plan(),
        request.inventory(),
        request.selected(),
        request.tags(),
        preview,
        request.nodesAtOnce(),
        request.askAhead(),
        request.origin());
  }

  /** Reports the second half of the run; its start and its end are the whole run's. */
  private static final class Ending implements Event.Sink {
    private final SealedLockOrder turns;
    private final Event.Sink sink;
    private volatile Map<String, Map<Status, Integer>> counts = Map.of();

    Ending(SealedLockOrder turns, Event.Sink sink) {
      this.turns = turns;
      this.sink = sink;
    }

    @Override
    public void on(Event event) {
      switch (event) {
        case Event.RunStarted _ -> {}
        case Event.RunFinished finished -> counts = finished.counts();
        case Event.StepStarted _,
            Event.StepFinished _,
            Event.Waiting _,
            Event.ReadingState _,
            Event.LoginsWaiting _,
            Event.NodeAsked _,
            Event.LockAcquired _,
            Event.LockReleased _,
            Event.LockLeft _,
            Event.ServerSaid _,
            Event.LockLost _,
            Event.DiagnosticReported _ -> {
          sink.on(event);
          turns.on(event);
        }
      }
    }
  }
}
