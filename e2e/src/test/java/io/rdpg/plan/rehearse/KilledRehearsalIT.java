package io.rdpg.plan.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.RunningProgram;
import io.rdpg.plan.trial.TrialRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal is killed while one of its runs stands still. */
@Tag("cluster")
class KilledRehearsalIT {
  @TempDir private Path directory;

  @Test
  void nothing_of_it_is_left() throws IOException {
    Path example = Path.of("../examples/grant-access").toAbsolutePath().normalize();
    TrialRuns runs =
        new TrialRuns(
            PlanProgram.ofThisProcess(),
            example,
            directory,
            List.of(example.resolve("inventories/test.yml")));
    RunningProgram rehearsal =
        runs.start(Map.of(), List.of("rehearse", "plans/grant-access.yml", "--with", "pause"));
    try {
      Eventually.holds(
          "a run stands still", TestDeadlines.LONG, () -> stopped(rehearsal).isPresent());
      ProcessHandle run = stopped(rehearsal).orElseThrow();
      Path lab = lab(run);
      assertThat(lab).isDirectory();
      var _ = rehearsal.kill();

      Eventually.holds("the run is gone", TestDeadlines.LONG, () -> !run.isAlive());
      Eventually.holds("the lab is gone", TestDeadlines.LONG, () -> !Files.exists(lab));
    } finally {
      var _ = rehearsal.kill();
    }
  }

  private static Optional<ProcessHandle> stopped(RunningProgram rehearsal) {
    return rehearsal.process().descendants().filter(KilledRehearsalIT::isStopped).findFirst();
  }

  /** The state of a process (proc_pid_stat(5)): T while it is stopped by a signal. */
  private static boolean isStopped(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"))
          .contains(") T ");
    } catch (IOException gone) {
      return false;
    }
  }

  /** The directory of the inventory that the run was given. */
  private static Path lab(ProcessHandle run) throws IOException {
    String words = Files.readString(Path.of("/proc", Long.toString(run.pid()), "cmdline"));
    String[] arguments = words.split("\0", -1); // each ends with one
    return Objects.requireNonNull(Path.of(arguments[arguments.length - 2]).getParent());
  }
}
