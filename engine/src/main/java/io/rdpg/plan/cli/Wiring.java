package io.rdpg.plan.cli;

import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.run.EffectApproval;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.Runner;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.sealed.SealedRun;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.live.LiveReader;
import io.rdpg.plan.target.live.LiveTarget;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one place where the objects of a run meet. */
final class Wiring {
  private final Streams streams;
  private final Installation installation;

  Wiring(Streams streams, Installation installation) {
    this.streams = streams;
    this.installation = installation;
  }

  /**
   * Reads everything, then runs the plan to its end, or previews it.
   *
   * @throws Diagnostics.Rejected before anything is contacted, with every fault
   * @throws Failure when a lab's servers can't be started
   */
  ExitCode apply(RunOptions asked, ApplyCommand options) {
    Prepared prepared = prepare(asked, options.preview(), options.out());
    return options.preview()
        ? preview(prepared, options)
        : told(
            prepared,
            options,
            (sink, cancellation) -> {
              try (LiveTarget target = new LiveTarget(prepared.accesses(), prepared.run())) {
                return prepared
                    .runner()
                    .apply(
                        prepared.request(),
                        prepared.sources().facts(),
                        target,
                        EffectApproval.EVERYTHING,
                        sink,
                        cancellation);
              }
            });
  }

  /**
   * Reads everything, then performs what was previewed, where it still fits.
   *
   * @throws Diagnostics.Rejected before anything is contacted, with every fault
   * @throws Failure when a lab's servers don't run: starting them is in no preview
   */
  ExitCode apply(SealedInput sealed, ApplyCommand options) {
    Prepared prepared = prepare(sealed.asked(), true, null);
    SealedRun sealedRun =
        new SealedRun(sealed.file(), new CommandLineSecrets(prepared.sources().extra().values()));
    return told(
        prepared,
        options,
        (sink, cancellation) -> {
          try (LiveReader reader = new LiveReader(prepared.accesses());
              LiveTarget target = new LiveTarget(prepared.accesses(), prepared.run())) {
            return sealedRun.apply(
                prepared.runner(),
                prepared.request(),
                prepared.sources().facts(),
                reader,
                target,
                sink,
                cancellation);
          }
        });
  }

  private ExitCode preview(Prepared prepared, ApplyCommand options) {
    SealedOutput output = prepared.output();
    ExitCode exit =
        told(
            prepared,
            options,
            (sink, cancellation) -> {
              try (LiveReader reader = new LiveReader(prepared.accesses())) {
                return prepared
                    .runner()
                    .preview(
                        prepared.request(),
                        prepared.sources().facts(),
                        reader,
                        output == null
                            ? InternalEvent.Sink.publishing(sink)
                            : output.recording().whilePublishing(sink),
                        cancellation,
                        options.detailed());
              }
            });
    if (output != null) {
      output.write(
          prepared.asked(),
          new CommandLineSecrets(prepared.sources().extra().values()),
          prepared.request(),
          prepared.sources().templates().filesRead(),
          prepared.run(),
          exit,
          streams.err());
    }
    return exit;
  }

  /**
   * All that a run is made of.
   *
   * @param output where a preview is sealed into; null for nowhere
   */
  private record Prepared(
      RunOptions asked,
      Sources sources,
      RunRequest request,
      List<NodeAccess> accesses,
      Runner runner,
      String run,
      @Nullable SealedOutput output) {}

  private Prepared prepare(RunOptions asked, boolean preview, @Nullable Path out) {
    Sources sources = Sources.read(installation, asked.inventory(), asked.extra());
    Diagnostics diagnostics = new Diagnostics();
    Sources.Target target =
        sources.target(installation, asked.plan(), asked.limit(), asked.nodesAtOnce(), diagnostics);
    TagCheck.check(target.plan(), asked.tags(), diagnostics);
    if (diagnostics.isEmpty()) {
      sources.proofs().check(target.plan(), target.nodes(), diagnostics);
    }
    boolean lab = sources.inventory().lab() != null;
    List<NodeAccess> accesses =
        lab ? List.of() : accesses(sources, target, asked.local(), diagnostics);
    diagnostics.rejectIfAny();
    SealedOutput output =
        out == null
            ? null
            : SealedOutput.at(
                installation, out, target.plan(), sources.inventory().file(), asked.extra());
    if (lab) { // makes the secrets that its inventory names
      LocalLab.ready(sources.inventory(), preview, streams);
      accesses = accesses(sources, target, asked.local(), diagnostics);
      diagnostics.rejectIfAny();
    }
    RunRequest request =
        new RunRequest(
            target.plan(),
            sources.inventory(),
            target.nodes(),
            Set.copyOf(asked.tags()),
            preview,
            target.nodesAtOnce());
    Runner runner =
        new Runner(sources.templates(), sources.files(), Primitives.all(), Primitives.signatures());
    return new Prepared(
        asked, sources, request, accesses, runner, RunId.at(Clock.systemUTC()), output);
  }

  /** Runs, and tells its events. */
  private interface Run {
    ExitCode to(Event.Sink sink, Cancellation cancellation);
  }

  private ExitCode told(Prepared prepared, ApplyCommand options, Run run) {
    Cancellation cancellation = new Cancellation();
    try (RunOutput screen =
        RunOutput.open(
            streams, installation, options, prepared.run(), prepared.request().selected())) {
      Signals.onInterrupt(() -> interrupt(cancellation), () -> halt(screen));
      return run.to(screen.sink(), cancellation);
    }
  }

  /**
   * How every node of the inventory is reached. With {@code --local} the selected nodes are this
   * machine, the others servers elsewhere.
   *
   * @param diagnostics is told every missing secret and wrong variable
   */
  private static List<NodeAccess> accesses(
      Sources sources, Sources.Target target, boolean local, Diagnostics diagnostics) {
    List<NodeAccess> accesses = new ArrayList<>();
    for (Node node : sources.inventory().nodes()) {
      NodeFacts.Approach way =
          !local
              ? NodeFacts.Approach.AS_THE_INVENTORY_SAYS
              : target.nodes().contains(node)
                  ? NodeFacts.Approach.THIS_MACHINE
                  : NodeFacts.Approach.NETWORK_ONLY;
      Consumer<Diagnostic> tell = diagnostic -> addOnce(diagnostic.orOn(node.name()), diagnostics);
      if (target.nodes().contains(node)) {
        sources.facts().requireSecrets(node, tell);
      }
      try {
        accesses.add(sources.facts().access(node, way));
      } catch (Failure failure) {
        tell.accept(failure.diagnostic());
      }
    }
    return accesses;
  }

  /** What several nodes inherit is one fault. */
  private static void addOnce(Diagnostic diagnostic, Diagnostics diagnostics) {
    Span at = diagnostic.at();
    if (at == null || diagnostics.all().stream().noneMatch(known -> at.equals(known.at()))) {
      diagnostics.add(diagnostic);
    }
  }

  private static void interrupt(Cancellation cancellation) {
    cancellation.cancel(
        Diagnostic.of(Code.INTERRUPTED, "interrupted")
            .withHint("run the plan again: what was done stays done"));
  }

  /** At the second interrupt nobody waits for locks: their sessions end by themselves. */
  private static void halt(RunOutput screen) {
    screen.close();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
