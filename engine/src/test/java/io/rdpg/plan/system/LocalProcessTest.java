package io.rdpg.plan.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import java.io.BufferedReader;
import org.junit.jupiter.api.Test;

class LocalProcessTest {
  private static final String STAT_AFTER_NAME =
      " S 1 4711 4711 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1 18446744073709551615";

  @Test
  void the_pid_and_the_start_are_read() {
    assertThat(LocalProcess.parse("4711 (postgres)" + STAT_AFTER_NAME, "boot"))
        .contains(new LocalProcess(4711, 987654, "boot"));
  }

  @Test
  void a_name_may_hold_blanks_parentheses_and_line_breaks() {
    assertThat(LocalProcess.parse("4711 (a ) S 1)\n b)" + STAT_AFTER_NAME, "boot"))
        .contains(new LocalProcess(4711, 987654, "boot"));
  }

  @Test
  void half_a_line_is_no_process() {
    assertThat(LocalProcess.parse("4711 (postgres) S 1 2", "boot")).isEmpty();
    assertThat(LocalProcess.parse("", "boot")).isEmpty();
  }

  @Test
  void another_process_of_the_same_pid_is_not_taken_for_it() {
    LocalProcess self = LocalProcess.running(ProcessHandle.current().pid()).orElseThrow();
    assertThat(self.isRunning()).isTrue();
    assertThat(new LocalProcess(self.pid(), self.startTicks() - 1, self.boot()).isRunning())
        .isFalse();
    assertThat(new LocalProcess(self.pid(), self.startTicks(), "earlier").isRunning()).isFalse();
    assertThat(LocalProcess.running(1 << 30)).isEmpty();
  }

  @Test
  void one_that_waits_to_be_reaped_does_not_run() throws Exception {
    Process parent =
        new ProcessBuilder("sh", "-c", "exec 3<&0; { read x <&3; } & echo $!; exec sleep 60 3<&-")
            .start();
    try (BufferedReader out = parent.inputReader()) {
      long child = Long.parseLong(out.readLine());
      Eventually.holds("a parent that reaps no children", () -> command(parent).endsWith("sleep"));
      parent.getOutputStream().close(); // ends the child
      Eventually.holds("the child is a zombie", () -> LocalProcess.isZombie(child));
      assertThat(LocalProcess.running(child)).isEmpty();
      assertThat(LocalProcess.running(parent.pid())).isPresent();
      assertThat(LocalProcess.isZombie(parent.pid())).isFalse();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private static String command(Process process) {
    return process.info().command().orElse("");
  }
}
