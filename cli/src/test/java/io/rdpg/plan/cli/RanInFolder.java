package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a command line ended that this process ran for a folder, with its seal key there. What it
 * printed is shown as somebody in that folder sees it.
 */
record RanInFolder(int exit, String out, String err) {
  static RanInFolder of(Path folder, String... arguments) {
    InProcessCommands commands = new InProcessCommands();
    Map<String, String> environment =
        Map.of("RDPG_PLAN_SEAL_KEY_FILE", folder.resolve("seal.key").toString());
    int exit = commands.run(new Installation(folder, folder, environment), arguments);
    String inFolder = folder + "/";
    return new RanInFolder(
        exit, commands.out().replace(inFolder, ""), commands.err().replace(inFolder, ""));
  }

  /** Itself; the test fails when it ended with another code. */
  RanInFolder exits(int code) {
    assertThat(exit).as("%s", this).isEqualTo(code);
    return this;
  }
}
