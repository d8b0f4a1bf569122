package io.rdpg.plan.cli;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.output.RecordedRuns;
import io.rdpg.plan.run.EffectApproval;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.Runner;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedRun;
import io.rdpg.plan.status.StatusReport;
import io.rdpg.plan.status.Survey;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.live.LiveReader;
import io.rdpg.plan.target.live.LiveTarget;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Creates and connects the objects of a run; no other class does. */
record Wiring(Streams streams) {
  /**
   * A compiler of plans for an inventory's nodes.
   *
   * @param inventories their paths or names; empty for the usual one
   * @param extra the arguments of {@code -e}
   * @param vault opens what is encrypted
   * @throws Diagnostics.Rejected with every error of theirs
   */
  static PlanCompiler compiler(
      Workspace workspace, List<String> inventories, List<String> extra, Vault vault) {
    Sources sources =
        Sources.read(
            new Sources.Named(workspace.inventories(inventories), extra, workspace.layers(), vault),
            InventoryLab::facts);
    return new PlanCompiler(sources, Primitives.all(), Primitives.signatures());
  }

  /**
   * Compiles the plan, then runs it to its end, or previews it.
   *
   * @throws Diagnostics.Rejected before any node is contacted, with every error
   * @throws Failure when a lab's servers can't be started, or don't run for a preview or what one
   *     holds: starting them is in no preview
   */
  ExitCode run(RunOptions options) {
    Prepared prepared = prepare(options);
    return switch (options.mode()) {
      case RunOptions.Mode.Apply _ -> apply(prepared);
      case RunOptions.Mode.Preview preview -> preview(prepared, preview.detailed());
      case RunOptions.Mode.ApplySealed(SealedFile file) -> applySealed(prepared, file);
    };
  }

  /**
   * Asks the nodes how they are, and performs nothing.
   *
   * @param shown receives what they answered: once, or again and again
   * @return the exit code of what was shown last
   * @throws Diagnostics.Rejected before any node is contacted, with every error
   * @throws Failure when nothing of a lab runs, or it was interrupted
   */
  ExitCode status(StatusOptions options, Consumer<StatusReport> shown) {
    PlanCompiler compiler =
        compiler(options.workspace(), options.inventories(), options.extra(), options.vault());
    CheckedPlan plan =
        compiler.compile(
            options.workspace().plan("status"), NodeSelection.of(options.limit()), List.of(), null);
    plan.diagnostics().rejectIfAny();
    Sources sources = compiler.sources(plan.plan());
    if (sources.inventory().lab() != null) {
      LocalLab.requireRunning(sources.inventory());
    }
    LoginQueue logins =
        new LoginQueue(Objects.requireNonNullElseGet(options.loginsAtOnce(), LoginQueue::usual));
    List<NodeAccess> accesses = compiler.accesses(plan, false);
    Cancellation cancellation = new Cancellation();
    try (SshClient ssh = new SshClient(logins);
        Deadlines deadlines = new Deadlines(logins)) {
      accesses.forEach(access -> checkWay(ssh, access, plan));
      plan.diagnostics().rejectIfAny();
      Signals.onInterrupt(
          () -> cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted")),
          () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number()));
      try (LiveReader reader = new LiveReader(accesses, ssh)) {
        Survey survey =
            new Survey(
                new Survey.Terms(
                    plan.plan(),
                    sources.facts(),
                    sources.templates(),
                    new ArgumentRenderer(sources.templates(), sources.files()),
                    Primitives.all(),
                    reader,
                    deadlines,
                    options.timeout()),
                plan.nodes());
        return status(survey, sources.inventory(), options.every(), shown, cancellation);
      }
    }
  }

  private static ExitCode status(
      Survey survey,
      Inventory inventory,
      @Nullable Duration every,
      Consumer<StatusReport> shown,
      Cancellation cancellation) {
    if (every == null) {
      StatusReport report = StatusReport.of(inventory, survey.ask(cancellation), Instant.now());
      shown.accept(report);
      return report.exit();
    }
    try {
      survey.watch(
          every,
          answers -> shown.accept(StatusReport.of(inventory, answers, Instant.now())),
          cancellation);
    } catch (Failure end) {
      if (end.diagnostic().code() != Code.INTERRUPTED) {
        throw end;
      }
    }
    return ExitCode.INTERRUPTED;
  }

  private ExitCode apply(Prepared prepared) {
    return runAndReport(
        prepared,
        (screen, cancellation) -> {
          try (LiveTarget target =
              new LiveTarget(prepared.accesses(), prepared.ssh(), prepared.run())) {
            return prepared
                .runner()
                .applyWhereFilesCanBeWritten(
                    prepared.request(),
                    prepared.sources().facts(),
                    target,
                    EffectApproval.EVERYTHING,
                    screen.recordedBy(target),
                    cancellation);
          }
        });
  }

  private ExitCode applySealed(Prepared prepared, SealedFile file) {
    SealedRun sealedRun = new SealedRun(file, prepared.secrets());
    return runAndReport(
        prepared,
        (screen, cancellation) -> {
          try (LiveReader reader = new LiveReader(prepared.accesses(), prepared.ssh());
              LiveTarget target =
                  new LiveTarget(prepared.accesses(), prepared.ssh(), prepared.run())) {
            return sealedRun.apply(
                prepared.runner(),
                prepared.request(),
                prepared.sources().facts(),
                reader,
                target,
                screen.recordedBy(target),
                cancellation);
          }
        });
  }

  private ExitCode preview(Prepared prepared, boolean detailed) {
    SealedOutput output = prepared.output();
    ExitCode exit =
        runAndReport(
            prepared,
            (screen, cancellation) -> {
              try (LiveReader reader = new LiveReader(prepared.accesses(), prepared.ssh())) {
                return prepared
                    .runner()
                    .preview(
                        prepared.request(),
                        prepared.sources().facts(),
                        reader,
                        output == null
                            ? InternalEvent.Sink.publishing(screen.sink())
                            : output.recording().whilePublishing(screen.sink()),
                        cancellation,
                        detailed);
              }
            });
    return output == null ? exit : sealed(prepared, output, exit);
  }

  /**
   * The preview has ended, and its events are told: a file that can't be written is one error more.
   */
  private ExitCode sealed(Prepared prepared, SealedOutput output, ExitCode exit) {
    try {
      output.write(
          prepared.options().input(),
          prepared.secrets(),
          prepared.request(),
          prepared.sources().templates().filesRead(),
          prepared.run(),
          exit,
          streams.err());
      return exit;
    } catch (Failure unwritten) {
      streams.report(List.of(unwritten.diagnostic()));
      return unwritten.diagnostic().code().exit();
    }
  }

  /**
   * All that a run is made of.
   *
   * @param output where a preview is sealed into; null for nowhere
   */
  private record Prepared(
      RunOptions options,
      Sources sources,
      RunRequest request,
      List<NodeAccess> accesses,
      SshClient ssh,
      Runner runner,
      String run,
      @Nullable SealedOutput output) {
    CommandLineSecrets secrets() {
      return new CommandLineSecrets(sources.extra().values());
    }
  }

  private Prepared prepare(RunOptions options) {
    RunOptions.Input input = options.input();
    Workspace workspace = options.workspace();
    PlanCompiler compiler =
        compiler(workspace, input.inventories(), input.extra(), options.vault());
    CheckedPlan plan =
        compiler.compile(
            workspace.plan(input.plan()),
            new NodeSelection(input.limit(), input.local()),
            input.tags(),
            input.nodesAtOnce());
    Sources sources = compiler.sources(plan.plan());
    LoginQueue logins =
        new LoginQueue(
            Objects.requireNonNullElseGet(options.reaching().loginsAtOnce(), LoginQueue::usual));
    SshClient ssh = new SshClient(logins);
    boolean lab = sources.inventory().lab() != null;
    List<NodeAccess> accesses = lab ? List.of() : compiler.accesses(plan, input.local());
    accesses.forEach(access -> checkWay(ssh, access, plan));
    plan.diagnostics().rejectIfAny();
    boolean preview = !(options.mode() instanceof RunOptions.Mode.Apply);
    SealedOutput output =
        options.mode() instanceof RunOptions.Mode.Preview(boolean _, SealedPlace out) && out != null
            ? SealedOutput.at(
                workspace.installation(), out, plan.plan(), sources.inventory(), input.extra())
            : null;
    if (lab) { // makes the secrets that its inventory names
      LocalLab.ready(sources.inventory(), preview, streams);
      accesses = compiler.accesses(plan, input.local());
      accesses.forEach(access -> checkWay(ssh, access, plan));
      plan.diagnostics().rejectIfAny();
    }
    RunRequest request =
        new RunRequest(
            plan.plan(),
            sources.inventory(),
            plan.nodes(),
            Set.copyOf(input.tags()),
            preview,
            plan.nodesAtOnce(),
            options.reaching().askAhead(),
            StartedBy.us(workspace));
    Runner runner =
        new Runner(
            sources.templates(),
            sources.files(),
            Primitives.all(),
            Primitives.signatures(),
            logins);
    return new Prepared(
        options, sources, request, accesses, ssh, runner, RunId.at(Clock.systemUTC()), output);
  }

  /** What several nodes share is one error. */
  private static void checkWay(SshClient ssh, NodeAccess access, CheckedPlan plan) {
    if (plan.nodes().stream().anyMatch(node -> node.name().equals(access.node()))) {
      ssh.check(
          access,
          diagnostic -> {
            if (diagnostic.at() == null || !plan.diagnostics().hasDiagnosticAt(diagnostic.at())) {
              plan.diagnostics().add(diagnostic);
            }
          });
    }
  }

  /** Runs the plan, and reports its events. */
  private interface Run {
    ExitCode to(RunOutput screen, Cancellation cancellation);
  }

  private ExitCode runAndReport(Prepared prepared, Run run) {
    Cancellation cancellation = new Cancellation();
    try (SshClient _ = prepared.ssh();
        RunOutput screen =
            RunOutput.open(
                streams,
                prepared.options().workspace().state(),
                prepared.options().output(),
                prepared.run(),
                prepared.request().selected())) {
      Signals.onInterrupt(() -> interrupt(cancellation), () -> halt(screen));
      return run.to(screen, cancellation);
    }
  }

  /**
   * Adds the runs that are recorded in the Consul of an inventory's nodes.
   *
   * @throws Failure when it can't be asked
   */
  static void addRecords(RecordedRuns runs, Sources sources) {
    Inventory inventory = sources.inventory();
    if (inventory.lab() != null && !InventoryLab.of(inventory).status().up()) {
      return;
    }
    List<NodeAccess> accesses =
        inventory.nodes().stream()
            .map(node -> sources.facts().access(node, NodeFacts.Approach.AS_THE_INVENTORY_SAYS))
            .toList();
    try (SshClient ssh = new SshClient(new LoginQueue(LoginQueue.usual()));
        LiveReader reader = new LiveReader(accesses, ssh)) {
      runs.addRecords(reader, inventory.nodes());
    }
  }

  private static void interrupt(Cancellation cancellation) {
    cancellation.cancel(
        Diagnostic.of(Code.INTERRUPTED, "interrupted")
            .withHint("run the plan again: finished steps stay done"));
  }

  /** The second interrupt doesn't wait for locks: their sessions expire. */
  private void halt(RunOutput screen) {
    screen.close();
    List<String> left = screen.leftBehind(); // as late as can be: locks are being released
    streams.err().println("ended at once" + (left.isEmpty() ? "" : "; may be left behind:"));
    left.forEach(line -> streams.err().println("  " + line));
    streams.err().flush();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
  }
}
