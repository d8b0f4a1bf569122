package io.rdpg.plan.world.files;

import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees the files, configuration, ports and HTTP servers of one node, and what its commands say.
 * What it sends to the node's shell is made of looks alone, and nothing is put into a script's
 * input. Needs {@code sh}, coreutils 8.24 or newer, and {@code /proc} there. Failures that are told
 * come without the node's name unless the node itself was lost.
 */
public final class FilesSight {
  private final Reach reach;

  public FilesSight(Reach reach) {
    this.reach = reach;
  }

  /** Whether {@link #look} answers this kind of look. */
  public static boolean answers(Look<?> look) {
    return switch (look) {
      case Look.FileAt _, Look.Probe _, Look.Configuration _, Look.Port _, Look.Http _ -> true;
      case Look.Query _, Look.Key _, Look.Registered _, Look.Service _ -> false;
    };
  }

  /**
   * Answers looks, all those at files, configurations and commands in one round trip.
   *
   * @param looks of kinds that it {@link #answers}
   * @throws Failure when something is there and can't be read, the node can't be used, or the
   *     looking was cancelled
   */
  public Map<Look<?>, Answer> look(Collection<? extends Look<?>> looks, Cancellation cancellation) {
    Map<Look<?>, Answer> answers = new LinkedHashMap<>();
    List<Look<?>> asked = new ArrayList<>();
    List<String> scripts = new ArrayList<>();
    for (Look<?> look : looks) {
      switch (look) {
        case Look.FileAt file -> {
          asked.add(file);
          scripts.add(FileLook.script(file));
        }
        case Look.Configuration configuration -> {
          asked.add(configuration);
          scripts.add(ConfigurationLook.script(configuration));
        }
        case Look.Probe probe -> {
          asked.add(probe);
          scripts.add(Commands.script(probe.argv(), probe.environment()));
        }
        case Look.Port port -> {
          cancellation.check();
          answers.put(port, Endpoints.port(reach, port));
        }
        case Look.Http http -> {
          cancellation.check();
          answers.put(http, Endpoints.http(reach, http, cancellation));
        }
        case Look.Query _, Look.Key _, Look.Registered _, Look.Service _ ->
            throw new IllegalArgumentException("no look at files: " + look.describe());
      }
    }
    if (!asked.isEmpty()) {
      List<Batch.Section> sections =
          Batch.run(reach, FileLook.FUNCTIONS + Processes.FUNCTIONS, scripts, cancellation);
      for (int i = 0; i < asked.size(); i++) {
        answers.put(asked.get(i), read(asked.get(i), sections.get(i)));
      }
    }
    return answers;
  }

  private static Answer read(Look<?> look, Batch.Section section) {
    return switch (look) {
      case Look.FileAt file -> FileLook.read(file, section);
      case Look.Configuration configuration -> ConfigurationLook.read(configuration, section);
      case Look.Probe probe ->
          Commands.read(
              Commands.given(probe.argv(), probe.environment(), Text.EMPTY),
              section.exit(),
              section.output());
      case Look.Port _, Look.Http _, Look.Query _, Look.Key _, Look.Registered _, Look.Service _ ->
          throw new IllegalArgumentException("not asked of the shell: " + look.describe());
    };
  }
}
