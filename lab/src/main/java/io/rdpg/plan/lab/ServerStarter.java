package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.LocalProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Starts one server and waits for its first answer; stops one process. */
record ServerStarter(LabContext site) {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration REAP_DEADLINE = Duration.ofSeconds(15);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);
  private static final int PAUSE_MS = 10;

  /**
   * Starts a server that isn't running, or waits for one that was started but hasn't answered yet.
   *
   * @throws Failure with the end of its log, when it ends or doesn't answer in time
   */
  void start(LabServer server) {
    Path record = site.home().processRecord(server.node(), server.kind());
    Optional<ServerProcess> last = ServerProcess.recorded(record);
    boolean running = last.isPresent() && last.get().alive();
    if (running) {
      awaitAnswer(server, record, () -> false);
      return;
    }
    last.ifPresent(process -> awaitReaping(server, process));
    server.prepare();
    Process process = spawn(server, record);
    awaitAnswer(server, record, process::isAlive);
  }

  /**
   * Ends a process and all that it started: by its signal, and by force after a deadline. Nothing
   * happens when it doesn't run.
   */
  static void stop(ServerProcess process, ServerKind kind, String title) {
    if (!process.alive()) {
      return;
    }
    List<ProcessHandle> offspring =
        ProcessHandle.of(process.pid()).stream().flatMap(ProcessHandle::descendants).toList();
    signal(process, kind.stopSignal());
    if (!await(STOP_DEADLINE, () -> !process.alive())) {
      signal(process, "KILL");
    }
    offspring.forEach(ProcessHandle::destroy);
    if (!await(KILL_DEADLINE, () -> offspring.stream().noneMatch(ProcessHandle::isAlive))) {
      offspring.forEach(ProcessHandle::destroyForcibly);
    }
    if (!await(KILL_DEADLINE, () -> !process.alive())) {
      throw Failure.of(Code.LAB_FAILED, "could not stop " + title + ", process " + process.pid());
    }
  }

  /** A dead process that its parent hasn't reaped makes PostgreSQL believe that it still runs. */
  private static void awaitReaping(LabServer server, ServerProcess process) {
    if (!await(REAP_DEADLINE, () -> !LocalProcess.isZombie(process.pid()))) {
      throw Failure.of(
          Code.LAB_FAILED,
          "the last process of %s, %d, is dead but its parent doesn't reap it"
              .formatted(server.title(), process.pid()),
          "try again, or remove the lab: rdpg-plan lab down");
    }
  }

  private Process spawn(LabServer server, Path record) {
    List<String> command = new ArrayList<>();
    command.add(site.tools().path(RequiredProgram.SETSID));
    command.add("/bin/sh");
    command.add("-c");
    command.add(ServerProcess.RECORD_AND_BECOME);
    command.add(record.toString());
    command.addAll(
        server.asLabUser() ? UserSwitch.command(site, server.command()) : server.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(site.home().node(server.node()).toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(server).toFile()));
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", site.searchPath(),
                "HOME", site.home().node(server.node()).toString(),
                "LANG", "C.UTF-8"));
    try {
      LabDirectories.make(site.home().runDirectory(server.node()));
      LabDirectories.make(site.home().logs(server.node()));
      Files.deleteIfExists(record);
      return builder.start();
    } catch (IOException e) {
      throw new Failure(Diagnostic.of(Code.LAB_FAILED, "could not start " + server.title()), e);
    }
  }

  private void awaitAnswer(LabServer server, Path record, BooleanSupplier starting) {
    boolean settled =
        await(
            START_DEADLINE,
            () -> {
              Optional<ServerProcess> process = ServerProcess.recorded(record);
              return process.isPresent()
                  ? !process.get().alive() || answers(server, process.get())
                  : !starting.getAsBoolean();
            });
    Optional<ServerProcess> process = ServerProcess.recorded(record);
    if (process.isEmpty() || !process.get().alive()) {
      throw failed(server, "exited at once");
    }
    if (!settled) {
      throw failed(server, "did not answer within " + START_DEADLINE.toSeconds() + " s");
    }
    try {
      ServerProcess.markReady(record);
    } catch (IOException e) {
      throw LabDirectories.failed(record, e);
    }
  }

  private static boolean answers(LabServer server, ServerProcess process) {
    try {
      return server.answers(process.pid());
    } catch (IOException _) {
      return false;
    }
  }

  private Failure failed(LabServer server, String how) {
    Path log = log(server);
    String end;
    try {
      end = ShortCommand.lastLines(Files.readString(log));
    } catch (IOException _) {
      end = "(no log)";
    }
    return Failure.of(
        Code.LAB_FAILED, server.title() + " " + how + "; its log ends: " + end, "read " + log);
  }

  private Path log(LabServer server) {
    return site.home().log(server.node(), server.kind());
  }

  private static void signal(ServerProcess process, String name) {
    if (process.alive()) {
      ProcessBuilder kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -$0 $1", name, Long.toString(process.pid()));
      try {
        kill.redirectErrorStream(true).start().waitFor();
      } catch (IOException e) {
        throw Failure.of(Code.LAB_FAILED, "could not signal process " + process.pid());
      } catch (InterruptedException _) {
        throw interrupted();
      }
    }
  }

  /** Whether this came true before the deadline. */
  static boolean await(Duration deadline, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException _) {
        throw interrupted();
      }
    }
    return true;
  }

  static Failure interrupted() {
    Thread.currentThread().interrupt();
    return Failure.of(Code.INTERRUPTED, "interrupted while servers started or stopped");
  }
}
