package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Keeps how the steps of a preview end and how its locks go round. Used by one thread at a time.
 */
public final class PreviewRecording implements InternalEvent.Sink {
  private static final int LONGEST_LOOK = 300;

  private final Map<String, Map<String, InternalEvent.StepEnded>> ended = new LinkedHashMap<>();
  private final Map<String, List<SealedPreview.Turn>> locks = new LinkedHashMap<>();
  private final Map<String, Diagnostic> failures = new LinkedHashMap<>();

  @Override
  public void on(InternalEvent event) {
    switch (event) {
      case InternalEvent.StepEnded step -> {
        String node = step.at().node();
        ended.computeIfAbsent(node, _ -> new LinkedHashMap<>()).put(step.at().id(), step);
        if (step.error() != null) {
          failures.putIfAbsent(node, step.error());
        }
      }
      case InternalEvent.LockGranted granted -> {
        int after = ended.getOrDefault(granted.node(), Map.of()).size();
        locks
            .computeIfAbsent(granted.lock(), _ -> new ArrayList<>())
            .add(new SealedPreview.Turn(granted.node(), after));
      }
      case Event.DiagnosticReported reported -> {
        Diagnostic told = reported.diagnostic();
        failures.putIfAbsent(Objects.requireNonNullElse(told.node(), ""), told);
      }
      case Event.RunStarted _,
          Event.StepStarted _,
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
          Event.RunFinished _ -> {}
    }
  }

  /** Keeps every event, and passes on what may be shown. */
  public InternalEvent.Sink whilePublishing(Event.Sink sink) {
    return event -> {
      event.published().ifPresent(sink::on);
      on(event);
    };
  }

  /** Why a node ended early. */
  Optional<Diagnostic> failure(String node) {
    return Optional.ofNullable(failures.get(node));
  }

  /** The nodes that ended early: of them not everything is known. */
  public Collection<String> failed() {
    return failures.keySet();
  }

  /**
   * The order in which nodes take each lock, for the file.
   *
   * @param redacted redacts secrets in text
   */
  public List<SealedPreview.Lock> locks(DocumentSeal sealing, UnaryOperator<String> redacted) {
    return locks.entrySet().stream()
        .map(lock ->
            new SealedPreview.Lock(
                redacted.apply(lock.getKey()), sealing.lock(lock.getKey()), lock.getValue()))
        .toList();
  }

  /**
   * Every node's steps, for the file.
   *
   * @param redacted redacts secrets in text
   */
  public Map<String, List<SealedPreview.Step>> steps(
      DocumentSeal sealing, UnaryOperator<String> redacted) {
    Map<String, List<SealedPreview.Step>> steps = new LinkedHashMap<>();
    ended.forEach((node, all) -> {
      List<SealedPreview.Step> walk = new ArrayList<>();
      all.values().forEach(one -> walk.add(step(one, sealing, redacted)));
      steps.put(node, walk);
    });
    return steps;
  }

  private static SealedPreview.Step step(
      InternalEvent.StepEnded step, DocumentSeal sealing, UnaryOperator<String> redacted) {
    Event.At at = step.at();
    StepResult result = step.result();
    List<Event.EffectReported> reported = result.reported(step.redacted());
    List<SealedPreview.Deed> deeds = new ArrayList<>();
    for (int i = 0; i < reported.size(); i++) {
      deeds.add(deed(at.account(), result.effects().get(i), reported.get(i), sealing, redacted));
    }
    return new SealedPreview.Step(
        at.id(),
        at.plan(),
        at.line(),
        at.step(),
        redacted.apply(at.label()),
        at.on(),
        result.status().word(),
        redacted.apply(result.why(step.redacted())),
        result.seen().stream().map(seen -> saw(seen, sealing, redacted)).toList(),
        deeds);
  }

  private static SealedPreview.Saw saw(
      ObservedRead seen, DocumentSeal sealing, UnaryOperator<String> redacted) {
    String read = redacted.apply(seen.read().describe()).strip().replaceAll("\\s+", " ");
    return new SealedPreview.Saw(
        seen.at().node(),
        read.length() > LONGEST_LOOK ? read.substring(0, LONGEST_LOOK - 3) + "..." : read,
        redacted.apply(ObservationText.of(seen.observation())),
        sealing.question(seen),
        sealing.observation(seen.observation()));
  }

  private static SealedPreview.Deed deed(
      Account where,
      Effect effect,
      Event.EffectReported reported,
      DocumentSeal sealing,
      UnaryOperator<String> redacted) {
    return new SealedPreview.Deed(
        reported.kind().word(),
        redacted.apply(reported.target()),
        redacted.apply(reported.summary()),
        reported.diff() == null ? null : redacted.apply(reported.diff()),
        sealing.effect(where, effect));
  }
}
