package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.PreviewListener;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.ObservedRead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a preview finds: the values from its findings, the words from its events. Used by one
 * thread.
 */
public final class PreviewRecording implements PreviewListener, Event.Sink {
  private static final int LONGEST_LOOK = 300;

  private final Map<String, Map<String, Decided>> decided = new LinkedHashMap<>();
  private final Map<String, Map<String, Event.StepFinished>> told = new HashMap<>();
  private final Map<String, List<SealedPreview.Turn>> locks = new LinkedHashMap<>();
  private final Map<String, Diagnostic> failures = new LinkedHashMap<>();

  /** A step's end with all that it holds, secrets too. */
  private record Decided(
      Event.At at, Status status, List<ObservedRead> seen, List<Effect> effects) {}

  @Override
  public void decided(Event.At at, Status status, List<ObservedRead> seen, List<Effect> effects) {
    decided
        .computeIfAbsent(at.node(), _ -> new LinkedHashMap<>())
        .put(at.id(), new Decided(at, status, List.copyOf(seen), List.copyOf(effects)));
  }

  @Override
  public void granted(String lock, String node) {
    int after = decided.getOrDefault(node, Map.of()).size();
    locks.computeIfAbsent(lock, _ -> new ArrayList<>()).add(new SealedPreview.Turn(node, after));
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.StepFinished step) {
      told.computeIfAbsent(step.at().node(), _ -> new HashMap<>()).put(step.at().id(), step);
      Diagnostic error = step.error();
      if (error != null) {
        failures.putIfAbsent(step.at().node(), error);
      }
    } else if (event instanceof Event.DiagnosticReported diagnostic) {
      String node = diagnostic.diagnostic().node();
      failures.putIfAbsent(node == null ? "" : node, diagnostic.diagnostic());
    }
  }

  /** Why a node's walk ended early. */
  Optional<Diagnostic> failure(String node) {
    return Optional.ofNullable(failures.get(node));
  }

  /** The nodes whose walks ended early: of them not everything is known. */
  public Collection<String> failed() {
    return failures.keySet();
  }

  /**
   * The order in which each lock goes round, as it is written down.
   *
   * @param redacted takes secrets out of words
   */
  public List<SealedPreview.Lock> locks(DocumentSeal sealing, UnaryOperator<String> redacted) {
    return locks.entrySet().stream()
        .map(lock ->
            new SealedPreview.Lock(
                redacted.apply(lock.getKey()), sealing.lock(lock.getKey()), lock.getValue()))
        .toList();
  }

  /**
   * Every node's steps as they are written down.
   *
   * @param redacted takes secrets out of words
   */
  public Map<String, List<SealedPreview.Step>> steps(
      DocumentSeal sealing, UnaryOperator<String> redacted) {
    Map<String, List<SealedPreview.Step>> steps = new LinkedHashMap<>();
    decided.forEach((node, all) -> {
      List<SealedPreview.Step> walk = new ArrayList<>();
      all.values().forEach(one -> walk.add(step(one, sealing, redacted)));
      steps.put(node, walk);
    });
    return steps;
  }

  private SealedPreview.Step step(
      Decided one, DocumentSeal sealing, UnaryOperator<String> redacted) {
    Event.At at = one.at();
    Event.StepFinished words = told.getOrDefault(at.node(), Map.of()).get(at.id());
    String where = at.where();
    List<SealedPreview.Deed> deeds = new ArrayList<>();
    for (int i = 0; i < one.effects().size(); i++) {
      Event.EffectReported done =
          words == null || words.effects().size() <= i ? null : words.effects().get(i);
      deeds.add(deed(where, one.effects().get(i), done, sealing, redacted));
    }
    return new SealedPreview.Step(
        at.id(),
        at.plan(),
        at.line(),
        at.step(),
        redacted.apply(at.label()),
        at.on(),
        one.status().word(),
        words == null ? "" : redacted.apply(words.why()),
        one.seen().stream().map(seen -> saw(seen, sealing, redacted)).toList(),
        deeds);
  }

  private static SealedPreview.Saw saw(
      ObservedRead seen, DocumentSeal sealing, UnaryOperator<String> redacted) {
    String read = redacted.apply(seen.read().describe()).strip().replaceAll("\\s+", " ");
    return new SealedPreview.Saw(
        seen.node(),
        read.length() > LONGEST_LOOK ? read.substring(0, LONGEST_LOOK - 3) + "..." : read,
        redacted.apply(ObservationText.of(seen.observation())),
        sealing.question(seen),
        sealing.observation(seen.observation()));
  }

  private static SealedPreview.Deed deed(
      String where,
      Effect effect,
      Event.@Nullable EffectReported done,
      DocumentSeal sealing,
      UnaryOperator<String> redacted) {
    String diff = done == null ? null : done.diff();
    return new SealedPreview.Deed(
        effect.kind(),
        redacted.apply(effect.target()),
        redacted.apply(done == null ? effect.kind() + " " + effect.target() : done.summary()),
        diff == null ? null : redacted.apply(diff),
        sealing.effect(where, effect));
  }
}
