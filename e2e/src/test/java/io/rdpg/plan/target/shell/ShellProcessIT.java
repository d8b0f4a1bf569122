package io.rdpg.plan.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.testing.Eventually;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The script that ends all of a shell, run by a user who may and by one who may not. */
@Tag("tool")
class ShellProcessIT {
  /** As a command that becomes root by itself, by sudo. */
  @Test
  void tells_what_may_not_be_killed() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs processes of two users");
    Process shell = new ProcessBuilder("setsid", "sh", "-c", "sleep 600; :").start();
    try {
      Eventually.holds("its child runs", () -> shell.children().findAny().isPresent());
      String kill = new ShellProcess(shell.pid(), shell.pid()).signalling("KILL");

      assertThat(
              run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", kill))
          .isEqualTo(ShellProcess.SOME_GO_ON);
      assertThat(shell.isAlive()).isTrue();

      assertThat(run("sh", "-c", kill)).isZero();
      Eventually.holds("it has ended", () -> !shell.isAlive());
    } finally {
      Stream.concat(shell.descendants(), Stream.of(shell.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(List.of(command))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
