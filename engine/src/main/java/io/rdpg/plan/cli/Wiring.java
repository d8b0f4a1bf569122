package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.ExitCode;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Access;
import io.rdpg.plan.model.Node;
import io.rdpg.plan.primitives.Primitives;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.run.Facts;
import io.rdpg.plan.run.Findings;
import io.rdpg.plan.run.Permit;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.Runner;
import io.rdpg.plan.world.LiveSight;
import io.rdpg.plan.world.LiveWorld;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The one place where the objects of a run meet. */
final class Wiring {
  private final Streams streams;
  private final Installation installation;

  Wiring(Streams streams, Installation installation) {
    this.streams = streams;
    this.installation = installation;
  }

  /**
   * Reads everything, then runs the plan to its end.
   *
   * @throws Diagnostics.Rejected before anything is contacted, with every fault
   * @throws Failure when a lab's servers can't be started
   */
  ExitCode apply(ApplyCommand options) {
    Sources sources = Sources.read(installation, options.source());
    Diagnostics diagnostics = new Diagnostics();
    Sources.Target target =
        sources.target(
            installation, options.plan(), options.limit(), options.nodesAtOnce(), diagnostics);
    Tags.check(target.plan(), options.tags(), diagnostics);
    boolean lab = sources.inventory().lab() != null;
    List<Access> accesses =
        lab ? List.of() : accesses(sources, target, options.local(), diagnostics);
    diagnostics.rejectIfAny();
    if (lab) { // makes the secrets that its inventory names
      LocalLab.ready(sources.inventory(), options.preview(), streams);
      accesses = accesses(sources, target, options.local(), diagnostics);
      diagnostics.rejectIfAny();
    }
    RunRequest request =
        new RunRequest(
            target.plan(),
            sources.inventory(),
            target.nodes(),
            Set.copyOf(options.tags()),
            options.preview(),
            target.nodesAtOnce());
    Runner runner =
        new Runner(sources.templates(), sources.files(), Primitives.all(), Primitives.signatures());
    String run = RunId.at(Clock.systemUTC());
    Cancellation cancellation = new Cancellation();
    try (Screen screen = Screen.open(streams, installation, options, run, target.nodes())) {
      Signals.onInterrupt(() -> interrupt(cancellation), () -> halt(screen));
      if (options.preview()) {
        try (LiveSight sight = new LiveSight(accesses)) {
          return runner.preview(
              request,
              sources.facts(),
              sight,
              Findings.IGNORED,
              screen.sink(),
              cancellation,
              options.detailed());
        }
      }
      try (LiveWorld world = new LiveWorld(accesses, run)) {
        return runner.apply(
            request, sources.facts(), world, Permit.EVERYTHING, screen.sink(), cancellation);
      }
    }
  }

  /**
   * How every node of the inventory is reached. With {@code --local} the selected nodes are this
   * machine, the others servers elsewhere.
   *
   * @param diagnostics is told every missing secret and wrong variable
   */
  private static List<Access> accesses(
      Sources sources, Sources.Target target, boolean local, Diagnostics diagnostics) {
    List<Access> accesses = new ArrayList<>();
    for (Node node : sources.inventory().nodes()) {
      Facts.Way way =
          !local
              ? Facts.Way.AS_THE_INVENTORY_SAYS
              : target.nodes().contains(node) ? Facts.Way.THIS_MACHINE : Facts.Way.NETWORK_ONLY;
      Consumer<Diagnostic> tell = fault -> addOnce(fault.orOn(node.name()), diagnostics);
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
  private static void addOnce(Diagnostic fault, Diagnostics diagnostics) {
    Span at = fault.at();
    if (at == null || diagnostics.all().stream().noneMatch(known -> at.equals(known.at()))) {
      diagnostics.add(fault);
    }
  }

  private static void interrupt(Cancellation cancellation) {
    cancellation.cancel(
        Diagnostic.of(Code.INTERRUPTED, "interrupted")
            .withHint("run the plan again: what was done stays done"));
  }

  /** At the second interrupt nobody waits for locks: their sessions end by themselves. */
  private static void halt(Screen screen) {
    screen.close();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
