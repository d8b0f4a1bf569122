package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.ShellQuote;
import io.rdpg.plan.target.shell.Transport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a service reload its configuration, verifies that it did, and writes a stamp of the one
 * that it loaded. Files that it refuses are replaced by those that it accepted last.
 *
 * @param server reloads and asks a service by other means than the node's shell
 */
record ServiceReloader(
    Transport transport, Effect.Reload effect, ServiceProtocol server, Cancellation cancellation) {
  private static final Duration UNSTAMPED = Duration.ofSeconds(15);

  /** How long a new worker is watched whose predecessor still serves. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /** How long a service is watched that nothing asks whether it took its files. */
  private static final Duration WATCHED = Duration.ofSeconds(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  void perform() {
    Effect.Acceptance asked = effect.acceptance();
    Observation.@Nullable ProcessIdentity process;
    try {
      process = asked == null ? reloaded() : accepted(asked);
    } catch (Refusal refusal) {
      throw asked == null
          ? Failure.of(Code.RELOAD_FAILED, refusal.message(), refusal.hint())
          : putBack(asked, refusal);
    }
    if (asked != null && asked.putBack()) {
      keep(asked);
    }
    Effect.Stamp stamp = effect.stamp();
    if (stamp != null) {
      write(stamp, process);
    }
  }

  /** Reloads, and asks before and after it whether the service takes its files. */
  private Observation.@Nullable ProcessIdentity accepted(Effect.Acceptance asked) throws Refusal {
    Verdict verdict = verdict(asked);
    verdict.before();
    String end = verdict.endOfLog();
    Observation.ProcessIdentity process = reloaded();
    verdict.after(end, deadline());
    Effect.Stamp stamp = effect.stamp();
    if (process == null || stamp == null) {
      return process;
    }
    boolean isAsked = asked.asksAfterwards() || stamp.newProcess();
    return lasting(stamp, process, isAsked ? Duration.ZERO : WATCHED);
  }

  /**
   * The process that serves in the end: a service that has ended by what it loaded has not taken
   * it.
   *
   * @param loaded the one that has reloaded
   * @param watched how long it is watched
   */
  private Observation.ProcessIdentity lasting(
      Effect.Stamp stamp, Observation.ProcessIdentity loaded, Duration watched) throws Refusal {
    PollLoop polling = new PollLoop(watched, cancellation);
    Observation.ProcessIdentity now;
    do {
      now = process(stamp);
      if (now == null) {
        throw isGone();
      }
      if (stamp.newProcess() && now.startTicks() < loaded.startTicks()) {
        throw keptItsOldWorker();
      }
    } while (polling.goesOn());
    return now;
  }

  private Verdict verdict(Effect.Acceptance asked) {
    return new Verdict(effect.service(), asked, this::run, server, cancellation);
  }

  /**
   * Reloads.
   *
   * @return the process that has reloaded; null when the stamp names none
   */
  private Observation.@Nullable ProcessIdentity reloaded() throws Refusal {
    Effect.Stamp stamp = effect.stamp();
    if (stamp == null || !stamp.newProcess()) {
      reload();
      return stamp == null ? null : running(stamp);
    }
    Observation.ProcessIdentity before = process(stamp);
    reload();
    return successor(stamp, before);
  }

  /** Null when the stamp names no process. */
  private Observation.@Nullable ProcessIdentity running(Effect.Stamp stamp) throws Refusal {
    Observation.ProcessIdentity process = process(stamp);
    if (process == null && stamp.process() != null) {
      throw isGone();
    }
    return process;
  }

  private Refusal isGone() {
    return new Refusal(effect.service() + " is not running any more", correctFiles());
  }

  private void keep(Effect.Acceptance asked) {
    ScriptBatch.Section section =
        run(new AcceptedFiles(asked.files()).keep(asked.hash(), random()));
    if (section.exit() != 0 && section.exit() != AcceptedFiles.CHANGED) {
      throw Failure.of(
          Code.FILE_FAILED,
          "%s took its configuration, but a copy of it can't be kept: %s"
              .formatted(effect.service(), section.said()),
          "the user (ansible_user, or become_user) must be able to write beside %s; or say put_back: false"
              .formatted(String.join(", ", asked.files())));
    }
  }

  /** Puts back what the service accepted last; gives the refusal with what became of its files. */
  private Failure putBack(Effect.Acceptance asked, Refusal refusal) {
    String done;
    try {
      done = asked.putBack() ? putBack(asked) : "its files stay as they are (put_back: false)";
    } catch (Failure stays) {
      cancellation.check();
      done = "its files could not be put back: " + stays.diagnostic().message();
    }
    return Failure.of(Code.CONFIGURATION_REFUSED, refusal.message() + "; " + done, refusal.hint());
  }

  private String putBack(Effect.Acceptance asked) {
    ScriptBatch.Section section =
        run(new AcceptedFiles(asked.files()).putBack(asked.hash(), random()));
    return switch (section.exit()) {
      case 0 -> "the files that it accepted last are back, " + reloadedAgain(asked);
      case AcceptedFiles.CHANGED ->
          "its files were written by somebody else meanwhile, and stay as they are";
      case AcceptedFiles.NONE ->
          "its files stay as they are, since none are kept that it accepted before: it may not"
              + " start again with them";
      case AcceptedFiles.SAME -> "its files are those that are kept as accepted, and stay";
      case AcceptedFiles.LACKING ->
          "none is kept of %s, which stays: it may not start again with it"
              .formatted(String.join(", ", section.text().lines().toList()));
      default -> throw Failure.of(Code.FILE_FAILED, section.said());
    };
  }

  /** Reloads the files that are back. What asks for something that is new doesn't hold of them. */
  private String reloadedAgain(Effect.Acceptance asked) {
    Effect.Stamp stamp = effect.stamp();
    try {
      if (stamp != null && stamp.process() != null && process(stamp) == null) {
        return "but it is not running: start it";
      }
      var _ = accepted(asked.withoutProbes());
      return verdict(asked)
          .lackedByOthers(deadline())
          .map(missing ->
              "and it has reloaded them; what this step asks of the new ones doesn't hold of them: "
                  + missing)
          .orElse("and it runs with them");
    } catch (Refusal again) {
      return "but it refuses them too: " + again.message();
    } catch (Failure unanswered) {
      cancellation.check();
      return "but it isn't known whether it takes them: " + unanswered.diagnostic().message();
    }
  }

  private static String random() {
    return Long.toHexString(RANDOM.nextLong());
  }

  private void reload() throws Refusal {
    switch (effect.how()) {
      case Effect.How.Signal how ->
          new ReloadSignal(effect.service(), how, this::run, deadline(), cancellation).send();
      case Effect.How.Systemd how ->
          SystemdReload.check(
              effect.service(), command(SystemdReload.argv(how.unit()), SystemdReload.ENVIRONMENT));
      case Effect.How.Command how -> check(how.argv(), command(how.argv(), Map.of()));
      case Effect.How.Sql _ -> server.reload();
      case Effect.How.ConsulAgent agent -> {
        try {
          server.reload();
        } catch (Failure refused) {
          Effect.Undo undo = agent.undo();
          throw undo == null || refused.diagnostic().code() != Code.RELOAD_FAILED
              ? refused
              : undone(undo, refused);
        }
      }
    }
  }

  /** The refusal, with what became of the file that is refused. */
  private Failure undone(Effect.Undo undo, Failure refused) {
    Diagnostic why = refused.diagnostic();
    String done;
    try {
      done =
          undo(undo) ? "is as it was before" : "was written by somebody else meanwhile, and stays";
    } catch (Failure stays) {
      done = "could not be put back, and stays: " + stays.diagnostic().message();
    }
    return new Failure(
        new Diagnostic(
            why.code(),
            why.message() + "; " + undo.path() + " " + done,
            why.at(),
            why.node(),
            why.hint()),
        refused);
  }

  /** False when the file isn't the one that was refused. */
  private boolean undo(Effect.Undo undo) {
    Effect.WriteFile before = undo.before();
    ScriptBatch.Section section =
        run(
            "hash=$(sha256sum <%1$s) && [ \"${hash%%%% *}\" = %2$s ] || exit 3\n%3$s"
                .formatted(
                    ShellQuote.word(undo.path()),
                    ShellQuote.word(undo.hash()),
                    before == null ? "rm -f -- " + ShellQuote.word(undo.path()) : ":"));
    if (section.exit() == 3) {
      return false;
    }
    if (section.exit() != 0) {
      throw Failure.of(Code.FILE_FAILED, section.said());
    }
    if (before != null) {
      FileWriter.perform(transport, before, cancellation);
    }
    return true;
  }

  private Duration deadline() {
    return effect.stamp() == null ? UNSTAMPED : effect.stamp().deadline();
  }

  private Observation.CommandResult command(List<Text> argv, Map<String, Text> environment) {
    ScriptBatch.Section section = run(CommandScripts.script(argv, environment));
    return CommandScripts.read(argv, section.exit(), section.output());
  }

  /** A command that could not be started says nothing about the files. */
  private void check(List<Text> argv, Observation.CommandResult result) throws Refusal {
    String said =
        "%s was not reloaded: %s exited with %d%s"
            .formatted(
                effect.service(), argv.getFirst(), result.exit(), CommandScripts.tail(result));
    if (result.notStarted()) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          said,
          "install it on the node, or see to it that the user (ansible_user, or become_user) may use it");
    }
    if (result.exit() != 0) {
      throw new Refusal(said, "check the log of " + effect.service() + " on the node");
    }
  }

  private Observation.@Nullable ProcessIdentity process(Effect.Stamp stamp) {
    Read.ProcessAt at = stamp.process();
    if (at == null) {
      return null;
    }
    ScriptBatch.Section section = run(ServiceProcesses.script(at));
    if (section.exit() != 0) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          "the process of %s can't be found: %s".formatted(effect.service(), section.said()),
          "the user (ansible_user, or become_user) must be able to read it");
    }
    return ServiceProcesses.read(section.text().lines().toList());
  }

  private ScriptBatch.Section run(String script) {
    return ScriptBatch.run(
            transport,
            FileReader.FUNCTIONS + ServiceProcesses.FUNCTIONS,
            List.of(script),
            cancellation)
        .getFirst();
  }

  private Observation.ProcessIdentity successor(
      Effect.Stamp stamp, Observation.@Nullable ProcessIdentity before) throws Refusal {
    PollLoop polling = new PollLoop(stamp.deadline(), cancellation);
    while (true) {
      Observation.ProcessIdentity now = process(stamp);
      if (now != null && younger(now, before)) {
        awaitEnd(before);
        return now;
      }
      if (!polling.goesOn()) {
        throw before == null ? hasNoWorker() : keptItsOldWorker();
      }
    }
  }

  /**
   * Waits until the old worker is gone, or for a while where it still serves connections. A new one
   * that is there may yet be reading the files, and end by them: haproxy since 3.1 forks it first,
   * and tells the old one to go when it is ready.
   */
  private void awaitEnd(Observation.@Nullable ProcessIdentity old) {
    if (old == null) {
      return;
    }
    PollLoop polling = new PollLoop(SETTLING, cancellation);
    boolean serves;
    do {
      serves = runs(old);
    } while (serves && polling.goesOn());
  }

  private boolean runs(Observation.ProcessIdentity process) {
    String line = "process %d %d".formatted(process.pid(), process.startTicks());
    return run("process " + process.pid()).text().lines().anyMatch(line::equals);
  }

  private Refusal hasNoWorker() {
    return new Refusal(effect.service() + " has no worker process", correctFiles());
  }

  private Refusal keptItsOldWorker() {
    return new Refusal(
        effect.service() + " kept its old worker: it rejected the configuration", correctFiles());
  }

  private String correctFiles() {
    return "check the log of %s on the node, then correct its files and run the plan again"
        .formatted(effect.service());
  }

  private static boolean younger(
      Observation.ProcessIdentity now, Observation.@Nullable ProcessIdentity before) {
    return before == null
        || (now.startTicks() >= before.startTicks() && !now.word().equals(before.word()));
  }

  private void write(Effect.Stamp stamp, Observation.@Nullable ProcessIdentity process) {
    String line = process == null ? stamp.hash() : stamp.hash() + " " + process.word();
    FileWriter.performAnew(
        transport,
        new Effect.WriteFile(stamp.path(), Text.plain(line + "\n"), null, null, 0644, List.of()),
        cancellation);
  }
}
