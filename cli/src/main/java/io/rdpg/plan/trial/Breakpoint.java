package io.rdpg.plan.trial;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Stops a run right after a step, for whoever tries out what becomes of it then. The run is another
 * process: it finds the directory by the environment variable {@link #VARIABLE}, reads {@code step}
 * there, and when that step is done for the first time it makes {@code reached} and goes on only
 * when there is {@code go}. All its nodes stand still meanwhile; its leases are renewed.
 *
 * @param directory of this one breakpoint
 */
public record Breakpoint(Path directory) {
  /** The environment variable that names the directory. */
  public static final String VARIABLE = "RDPG_PLAN_BREAKPOINT";

  /**
   * Sets one.
   *
   * @param directory is made, and must not be there
   * @param step its name as the plan writes it, its label or its id; {@code NODE: } before it means
   *     only that node's
   */
  public static Breakpoint after(Path directory, String step) {
    try {
      Files.createDirectory(directory);
      Files.writeString(directory.resolve("step"), step);
      return new Breakpoint(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the run's process has in its environment. */
  public Map<String, String> environment() {
    return Map.of(VARIABLE, directory.toString());
  }

  /**
   * Waits until the run stands there.
   *
   * @return false when it didn't come to that step: it ended before, or still runs at the deadline
   */
  public boolean awaitReached(RunningProgram run, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!Files.exists(reached())) {
      if (!run.process().isAlive() || System.nanoTime() - end > 0) {
        return Files.exists(reached());
      }
      pause();
    }
    return true;
  }

  /** Lets the run go on. */
  public void release() {
    try {
      Files.createFile(go());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path reached() {
    return directory.resolve("reached");
  }

  private Path go() {
    return directory.resolve("go");
  }

  /** What stops this process's run, where its environment names a breakpoint. */
  public static Optional<Event.Sink> ofProcess(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(VARIABLE))
        .map(directory -> new Breakpoint(Path.of(directory)).sink());
  }

  private Event.Sink sink() {
    try {
      String step = Files.readString(directory.resolve("step"));
      return event -> {
        if (event instanceof Event.StepFinished finished
            && isDone(finished.status())
            && StepPattern.matches(step, finished.at())
            && !Files.exists(reached())) {
          standStill();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isDone(Status status) {
    return switch (status) {
      case OK, CHANGED -> true;
      case SKIPPED, FAILED, WOULD_CHANGE, TENTATIVE -> false;
    };
  }

  /** Until it may go on; when nobody is there any more who could say so, it ends. */
  private void standStill() {
    try {
      Files.createFile(reached());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long starter = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
    while (!Files.exists(go())) {
      if (ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L) != starter) {
        Runtime.getRuntime().halt(ProgramResult.KILLED);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
