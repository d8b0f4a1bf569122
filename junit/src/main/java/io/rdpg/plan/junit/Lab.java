package io.rdpg.plan.junit;

import io.rdpg.plan.trial.Breakpoint;
import io.rdpg.plan.trial.Machine;
import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.RunningProgram;
import io.rdpg.plan.trial.TestBed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.AssertionFailedError;

/**
 * Real servers for the tests of a class, and plans that run on them: each by {@code rdpg-plan} as a
 * process of its own, in the working directory of the tests. Where a plan is asked for, its path or
 * the name of one in {@code plans/} is given, and options as the command line takes them, such as
 * {@code "-l", "sc1"}.
 *
 * <p>Safe for use by many threads, as far as the tests are that share it.
 */
public final class Lab implements AutoCloseable {
  private static final Duration LONGEST_RUN = Duration.ofMinutes(30);

  private final TestBed nodes;
  private final KeptFiles kept;

  /** The preview of a plan after which nothing was applied, by plan. */
  private final Map<String, Preview> previews = new HashMap<>();

  Lab(TestBed nodes) {
    this.nodes = nodes;
    this.kept = new KeptFiles(nodes);
  }

  // --- plans ---

  /**
   * Previews a plan, which performs nothing.
   *
   * @throws AssertionFailedError when the preview fails
   */
  public Preview preview(String plan, String... options) {
    Preview preview = new Preview(plan, run(List.of("--dry-run"), plan, options));
    synchronized (previews) {
      previews.put(plan, preview);
    }
    return preview;
  }

  /**
   * Applies a plan to its end.
   *
   * @throws AssertionFailedError when it fails
   */
  public Applied apply(String plan, String... options) {
    return applied(plan, run(List.of(), plan, options));
  }

  /**
   * Applies a plan that must fail: it refuses what it finds, for example.
   *
   * @throws AssertionFailedError when it ends well
   */
  public Refused refuses(String plan, String... options) {
    Refused refused = Refused.of(plan, ended(start(Map.of(), List.of(), plan, options)));
    previewIsUsed(plan);
    return refused;
  }

  /**
   * Applies a plan by a run that is killed, as {@code kill -9} does, right after a step: the step
   * is done (or was in sync), and nothing after it. On several nodes, when the first one is there.
   * The locks of the dead run are free afterwards, as they would be when its sessions had expired.
   *
   * @param step its name as the plan writes it; with {@code NODE: } before it, only that node's
   * @throws AssertionFailedError when the run ends before it comes to that step
   */
  public Killed killedAfter(String plan, String step, String... options) {
    var _ = reached(nodes.runs().breakpoint(step), plan, step, options).kill();
    nodes.consul().endSessions();
    previewIsUsed(plan);
    return new Killed(this, plan, options);
  }

  /**
   * Applies a plan, and does something to its nodes right after a step: the step is done (or was in
   * sync), all nodes stand still, and only then the run goes on, to its end.
   *
   * @param step its name as the plan writes it; with {@code NODE: } before it, only that node's
   * @throws AssertionFailedError when the run ends before it comes to that step
   */
  public Disturbed disturbedAfter(
      String plan, String step, Runnable disturbance, String... options) {
    Breakpoint breakpoint = nodes.runs().breakpoint(step);
    RunningProgram run = reached(breakpoint, plan, step, options);
    disturbance.run();
    breakpoint.release();
    ProgramResult result = ended(run);
    previewIsUsed(plan);
    return new Disturbed(this, plan, options, result);
  }

  private RunningProgram reached(
      Breakpoint breakpoint, String plan, String step, String... options) {
    RunningProgram run = start(breakpoint.environment(), List.of(), plan, options);
    if (!breakpoint.awaitReached(run, LONGEST_RUN)) {
      throw new AssertionFailedError(
          plan + " ended before step '" + step + "' was done\n" + ended(run).said());
    }
    return run;
  }

  private Applied applied(String plan, ProgramResult result) {
    return new Applied(plan, result, previewIsUsed(plan));
  }

  /** What was previewed before is the past, of this plan and of all others. */
  private Optional<Preview> previewIsUsed(String plan) {
    synchronized (previews) {
      Optional<Preview> preview = Optional.ofNullable(previews.get(plan));
      previews.clear();
      return preview;
    }
  }

  private ProgramResult run(List<String> first, String plan, String... options) {
    return Errors.requireNone(plan, ended(start(Map.of(), first, plan, options)));
  }

  private RunningProgram start(
      Map<String, String> environment, List<String> first, String plan, String... options) {
    List<String> arguments = new ArrayList<>(List.of("apply", plan, "-o", "json"));
    arguments.addAll(first);
    arguments.addAll(List.of(options));
    return nodes.runs().start(environment, arguments);
  }

  private static ProgramResult ended(RunningProgram run) {
    return run.await(LONGEST_RUN)
        .orElseThrow(() -> {
          ProgramResult killed = run.kill();
          return new AssertionFailedError(
              run.command() + " still ran after " + LONGEST_RUN + "\n" + killed.said());
        });
  }

  // --- servers ---

  /** The names of all nodes, in inventory order. */
  public List<String> nodes() {
    return nodes.nodes();
  }

  /**
   * The address that a node has in this lab: of loopback, or of the containers' network.
   *
   * @throws IllegalArgumentException when there is no such node
   */
  public String address(String node) {
    return nodes.address(node);
  }

  /**
   * What a node's PostgreSQL answers to its superuser: each row as {@code psql -At} shows it,
   * {@code a|b|c}, with nothing for null; no rows for a statement that returns none.
   *
   * @throws AssertionFailedError with the server's words when the statement fails
   */
  public List<String> sql(String node, String database, String statement) {
    try {
      return nodes.sql(node, database, statement);
    } catch (SQLException e) {
      throw new AssertionFailedError(
          node + ", database " + database + ": " + e.getMessage() + "\n" + statement, e);
    }
  }

  /** The value of a key in Consul, read consistently; empty when there is no such key. */
  public Optional<String> kv(String key) {
    return nodes.consul().kv(key);
  }

  /**
   * The directory in which a node's servers keep everything, for files that plans write there: the
   * inventory names it {@code {{ lab.home }}/NODE}.
   *
   * @throws IllegalArgumentException when there is no such node
   * @throws UnsupportedOperationException when it is a container: ask {@link #machine}
   */
  public Path directory(String node) {
    return nodes.directory(node);
  }

  /**
   * A node that is a container, to run commands in it, to take its network away or to kill it.
   *
   * @throws IllegalArgumentException when there is no such node
   * @throws UnsupportedOperationException when it is none: see {@link RdpgLab#image}
   */
  public Machine machine(String node) {
    return nodes.machine(node);
  }

  // --- the extension's ---

  void beginTest() {
    kept.beginTest();
  }

  void keep(Path directory) {
    kept.copyTo(directory);
  }

  /** Ends all servers and removes them: the extension does it after the tests of the class. */
  @Override
  public void close() {
    nodes.close();
  }
}
