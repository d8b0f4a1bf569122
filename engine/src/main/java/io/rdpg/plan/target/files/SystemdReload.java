package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells a service that has refused a {@code systemctl reload} from a reload that never got to it.
 * systemctl exits with 1 when the unit's job has failed, and with other codes when systemd takes no
 * such job: its unit has no ExecReload, isn't loaded, or may not be reloaded by this user. That it
 * can't ask systemd at all is 1 as well, and told apart by its words ({@code systemctl(1)}).
 */
final class SystemdReload {
  /** So that its words are English. */
  static final Map<String, Text> ENVIRONMENT = Map.of("LC_ALL", Text.plain("C"));

  private static final int JOB_FAILED = 1;

  private SystemdReload() {}

  static List<Text> argv(String unit) {
    return Stream.of("systemctl", "reload", unit).map(Text::plain).toList();
  }

  /**
   * Checks how it has ended.
   *
   * @throws Refusal when the service has refused
   * @throws Failure with {@code reload_failed} when it wasn't told
   */
  static void check(String service, Observation.CommandResult result) throws Refusal {
    if (result.exit() == 0) {
      return;
    }
    String said =
        "%s was not reloaded: systemctl exited with %d%s"
            .formatted(service, result.exit(), CommandScripts.tail(result));
    boolean told =
        result.exit() == JOB_FAILED
            && !result.stderr().lines().anyMatch(SystemdReload::couldNotAsk);
    if (told) {
      throw new Refusal(said, "check the log of " + service + " on the node");
    }
    throw Failure.of(
        Code.RELOAD_FAILED,
        said,
        "its unit must be loaded and have ExecReload (systemctl cat), and the user (ansible_user, or"
            + " become_user) may reload it");
  }

  private static boolean couldNotAsk(String line) {
    return line.startsWith("Failed to ") || line.startsWith("System has not been booted");
  }
}
