package io.rdpg.plan.world.files;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells a service to take its configuration, sees that it did, and stamps which it took. */
final class Reloading {
  private static final Duration UNSTAMPED = Duration.ofSeconds(15);

  private final Reach reach;
  private final Effect.Reload effect;
  private final Runnable server;
  private final Cancellation cancellation;

  /**
   * @param server tells a service that is told otherwise than through the node's shell
   */
  Reloading(Reach reach, Effect.Reload effect, Runnable server, Cancellation cancellation) {
    this.reach = reach;
    this.effect = effect;
    this.server = server;
    this.cancellation = cancellation;
  }

  void perform() {
    Effect.Stamp stamp = effect.stamp();
    if (stamp == null) {
      tell();
      return;
    }
    Answer.ProcessIdentity before = stamp.newProcess() ? process(stamp) : null;
    tell();
    Answer.ProcessIdentity after = stamp.newProcess() ? successor(stamp, before) : process(stamp);
    write(stamp, after);
  }

  private void tell() {
    switch (effect.how()) {
      case Effect.How.Signal how ->
          new Signalling(effect.service(), how, this::run, deadline(), cancellation).send();
      case Effect.How.Systemd how ->
          command(List.of("systemctl", "reload", how.unit()).stream().map(Text::plain).toList());
      case Effect.How.Command how -> command(how.argv());
      case Effect.How.Sql _, Effect.How.ConsulAgent _ -> server.run();
    }
  }

  private Duration deadline() {
    return effect.stamp() == null ? UNSTAMPED : effect.stamp().deadline();
  }

  private void command(List<Text> argv) {
    Batch.Section section = run(Commands.script(argv, Map.of()));
    Answer.CommandResult result = Commands.read(argv, section.exit(), section.output());
    if (result.exit() != 0) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          "%s was not reloaded: %s exited with %d%s"
              .formatted(effect.service(), argv.getFirst(), result.exit(), Commands.tail(result)),
          "see the log of " + effect.service() + " on the node");
    }
  }

  private Answer.@Nullable ProcessIdentity process(Effect.Stamp stamp) {
    Look.ProcessAt at = stamp.process();
    if (at == null) {
      return null;
    }
    Batch.Section section = run(Processes.script(at));
    if (section.exit() != 0) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          "the process of %s can't be found: %s".formatted(effect.service(), section.said()),
          "let the user that connects (ansible_user) see it");
    }
    return Processes.read(section.text().lines().toList());
  }

  private Batch.Section run(String script) {
    return Batch.run(reach, FileLook.FUNCTIONS + Processes.FUNCTIONS, List.of(script), cancellation)
        .getFirst();
  }

  private Answer.ProcessIdentity successor(
      Effect.Stamp stamp, Answer.@Nullable ProcessIdentity before) {
    Polling polling = new Polling(stamp.deadline(), cancellation);
    while (true) {
      Answer.ProcessIdentity now = process(stamp);
      if (now != null && younger(now, before)) {
        return now;
      }
      if (!polling.goesOn()) {
        throw Failure.of(
            Code.RELOAD_FAILED,
            before == null
                ? effect.service() + " has no worker process"
                : effect.service() + " kept its old worker: it refused the configuration",
            "see the log of %s on the node; its files are written, so correct them and run again"
                .formatted(effect.service()));
      }
    }
  }

  private static boolean younger(
      Answer.ProcessIdentity now, Answer.@Nullable ProcessIdentity before) {
    return before == null
        || (now.startTicks() >= before.startTicks() && !now.word().equals(before.word()));
  }

  private void write(Effect.Stamp stamp, Answer.@Nullable ProcessIdentity process) {
    if (stamp.process() != null && process == null) {
      throw Failure.of(
          Code.RELOAD_FAILED,
          effect.service() + " does not run any more",
          "see the log of " + effect.service() + " on the node");
    }
    String line = process == null ? stamp.hash() : stamp.hash() + " " + process.word();
    FileWriting.perform(
        reach,
        new Effect.WriteFile(stamp.path(), Text.plain(line + "\n"), null, null, 0644, List.of()),
        cancellation);
  }
}
