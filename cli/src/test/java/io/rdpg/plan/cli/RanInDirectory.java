package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a command line ended that this process ran for a directory, with its seal key there. What it
 * printed is shown as somebody in that directory sees it.
 */
record RanInDirectory(int exit, String out, String err) {
  static RanInDirectory of(Path directory, String... arguments) {
    InProcessCommands commands = new InProcessCommands();
    Map<String, String> environment =
        Map.of(
            "RDPG_PLAN_SEAL_KEY_FILE",
            directory.resolve("seal.key").toString(),
            "XDG_STATE_HOME",
            directory.resolve("state").toString());
    int exit = commands.run(new Installation(directory, directory, environment), arguments);
    String inDirectory = directory + "/";
    return new RanInDirectory(
        exit, commands.out().replace(inDirectory, ""), commands.err().replace(inDirectory, ""));
  }

  /** Itself; the test fails when it ended with another code. */
  RanInDirectory exits(int code) {
    assertThat(exit).as("%s", this).isEqualTo(code);
    return this;
  }
}
