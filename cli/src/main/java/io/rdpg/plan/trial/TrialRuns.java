package io.rdpg.plan.trial;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Runs of {@code rdpg-plan} on the nodes of inventories, by processes of their own.
 *
 * <p>Safe for use by many threads.
 */
public final class TrialRuns {
  private final PlanProgram program;
  private final Path workingDirectory;
  private final Path directory;
  private final List<Path> inventories;
  private final List<RunningProgram> runs = new CopyOnWriteArrayList<>();

  /**
   * None yet.
   *
   * @param workingDirectory where plans are run
   * @param directory for what runs print, their state and breakpoints
   * @param inventories a later one wins
   */
  public TrialRuns(
      PlanProgram program, Path workingDirectory, Path directory, List<Path> inventories) {
    this.program = program;
    this.workingDirectory = workingDirectory;
    this.directory = directory;
    this.inventories = List.copyOf(inventories);
  }

  /** Starts {@code rdpg-plan ARGUMENTS -i INVENTORY …}. */
  public RunningProgram start(Map<String, String> environment, List<String> arguments) {
    Map<String, String> all = new HashMap<>(program.environment());
    all.put("RDPG_PLAN_STATE", directory.resolve("state").toString());
    all.putAll(environment);
    RunningProgram run = RunningProgram.start(workingDirectory, directory, all, command(arguments));
    runs.add(run);
    return run;
  }

  /** The words of {@code rdpg-plan ARGUMENTS -i INVENTORY …}. */
  List<String> command(List<String> arguments) {
    List<String> words = new ArrayList<>(arguments);
    inventories.forEach(inventory -> words.addAll(List.of("-i", inventory.toString())));
    return program.with(words);
  }

  /** A new breakpoint: see {@link Breakpoint#after}. */
  public Breakpoint breakpoint(String step) {
    return Breakpoint.after(directory.resolve("breakpoint-" + System.nanoTime()), step);
  }

  /** Where journals are kept, one directory a run. */
  public Path journals() {
    return directory.resolve("state").resolve("runs");
  }

  /** Kills those that still run. */
  public void end() {
    runs.stream().filter(run -> run.process().isAlive()).forEach(RunningProgram::kill);
    runs.clear();
  }
}
