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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a service reload its configuration, verifies that it did, and writes a stamp of the one
 * that it loaded.
 *
 * @param server reloads a service by other means than the node's shell
 */
record ServiceReloader(
    Transport transport, Effect.Reload effect, Runnable server, Cancellation cancellation) {
  private static final Duration UNSTAMPED = Duration.ofSeconds(15);

  void perform() {
    Effect.Stamp stamp = effect.stamp();
    if (stamp == null) {
      reload();
      return;
    }
    Observation.ProcessIdentity before = stamp.newProcess() ? process(stamp) : null;
    reload();
    Observation.ProcessIdentity after =
        stamp.newProcess() ? successor(stamp, before) : process(stamp);
    write(stamp, after);
  }

  private void reload() {
    switch (effect.how()) {
      case Effect.How.Signal how ->
          new ReloadSignal(effect.service(), how, this::run, deadline(), cancellation).send();
      case Effect.How.Systemd how ->
          command(List.of("systemctl", "reload", how.unit()).stream().map(Text::plain).toList());
      case Effect.How.Command how -> command(how.argv());
      case Effect.How.Sql _ -> server.run();
      case Effect.How.ConsulAgent agent -> {
        try {
          server.run();
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

  private void command(List<Text> argv) {
    ScriptBatch.Section section = run(CommandScripts.script(argv, Map.of()));
    Observation.CommandResult result = CommandScripts.read(argv, section.exit(), section.output());
    if (result.exit() != 0) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          "%s was not reloaded: %s exited with %d%s"
              .formatted(
                  effect.service(), argv.getFirst(), result.exit(), CommandScripts.tail(result)),
          "check the log of " + effect.service() + " on the node");
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
      Effect.Stamp stamp, Observation.@Nullable ProcessIdentity before) {
    PollLoop polling = new PollLoop(stamp.deadline(), cancellation);
    while (true) {
      Observation.ProcessIdentity now = process(stamp);
      if (now != null && younger(now, before)) {
        return now;
      }
      if (!polling.goesOn()) {
        throw Failure.of(
            Code.RELOAD_FAILED,
            before == null
                ? effect.service() + " has no worker process"
                : effect.service() + " kept its old worker: it rejected the configuration",
            "check the log of %s on the node; its files are written, so correct them and run the plan again"
                .formatted(effect.service()));
      }
    }
  }

  private static boolean younger(
      Observation.ProcessIdentity now, Observation.@Nullable ProcessIdentity before) {
    return before == null
        || (now.startTicks() >= before.startTicks() && !now.word().equals(before.word()));
  }

  private void write(Effect.Stamp stamp, Observation.@Nullable ProcessIdentity process) {
    if (stamp.process() != null && process == null) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          effect.service() + " is not running any more",
          "check the log of " + effect.service() + " on the node");
    }
    String line = process == null ? stamp.hash() : stamp.hash() + " " + process.word();
    FileWriter.perform(
        transport,
        new Effect.WriteFile(stamp.path(), Text.plain(line + "\n"), null, null, 0644, List.of()),
        cancellation);
  }
}
