package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;

/**
 * Writes files, runs commands and reloads services of one node. Needs there what {@link
 * FilesReader} needs; failures are reported as there.
 */
public record FilesEffects(Transport transport) {
  /**
   * Puts a file in place.
   *
   * @throws Failure with {@code file_failed} or {@code validation_failed}; the file there is then
   *     unchanged
   */
  public void write(Effect.WriteFile effect, Cancellation cancellation) {
    FileWriter.perform(transport, effect, cancellation);
  }

  /**
   * Runs a command to its end.
   *
   * @throws Failure with {@code command_failed} when it exits with another code than 0
   */
  public void run(Effect.RunCommand effect, Cancellation cancellation) {
    Text stdin = effect.stdin() == null ? Text.EMPTY : effect.stdin();
    byte[] input = stdin.reveal().getBytes(StandardCharsets.UTF_8);
    String script = CommandScripts.script(effect.argv(), effect.environment(), input.length);
    Transport.Reply reply = transport.run(new Transport.Script(script, input), cancellation);
    Observation.CommandResult result =
        CommandScripts.read(
            CommandScripts.given(effect.argv(), effect.environment(), stdin),
            reply.exit(),
            reply.stdout().length > 0 ? reply.stdout() : reply.stderr());
    if (result.exit() != 0) {
      throw Failure.of(
          Code.COMMAND_FAILED,
          "%s exited with %d%s"
              .formatted(effect.argv().getFirst(), result.exit(), CommandScripts.tail(result)),
          hint(result.exit()));
    }
  }

  private static String hint(int exit) {
    return switch (exit) {
      case 126 -> "the user (ansible_user, or become_user) may not run it";
      case 127 -> "install it on the node, or give its absolute path";
      default -> "try the command by hand on the node";
    };
  }

  /**
   * Makes a service reload its configuration; with a stamp, waits for the process that loaded it
   * and writes the stamp.
   *
   * @param server reloads a service by SQL or Consul's API; not used for others
   * @throws Failure with {@code reload_failed}, with {@code configuration_refused} when the service
   *     says no, or what {@code server} throws; no stamp is written then
   */
  public void reload(Effect.Reload effect, ServiceProtocol server, Cancellation cancellation) {
    new ServiceReloader(transport, effect, server, cancellation).perform();
  }
}
