package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import io.rdpg.plan.system.HostName;
import io.rdpg.plan.system.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.kiwiproject.consul.util.Jackson;

/**
 * Who holds a lock, as the lock's value says it.
 *
 * @param run the run's id
 * @param node the node that the run took the lock for
 * @param session the Consul session
 * @param since when it asked for the lock, in UTC
 * @param host the name of the machine that the run works on
 * @param boot that machine's boot id, another after each boot; empty when it has none
 * @param pids which process ids these are: machines and containers count their own; empty likewise
 * @param pid the run's process
 * @param start its start in clock ticks since boot ({@code proc_pid_stat(5)}, field 22)
 */
record LockHolder(
    String run,
    String node,
    String session,
    String since,
    String host,
    String boot,
    String pids,
    long pid,
    long start) {
  /** This process. */
  static LockHolder ofThisProcess(String run, String node, String session) {
    long pid = ProcessHandle.current().pid();
    Optional<LocalProcess> process = LocalProcess.running(pid);
    return new LockHolder(
        run,
        node,
        session,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        HostName.get(),
        LocalProcess.bootId(),
        pidNamespace(),
        pid,
        process.map(LocalProcess::startTicks).orElse(0L));
  }

  /** The holder that a lock's value names; empty when it is not a value of ours. */
  static Optional<LockHolder> parse(String value) {
    try {
      return Optional.ofNullable(
          Jackson.MAPPER
              .readerFor(LockHolder.class)
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
              .readValue(value));
    } catch (JsonProcessingException notOurs) {
      return Optional.empty();
    }
  }

  String json() {
    try {
      return Jackson.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  String words() {
    return "rdpg-plan run "
        + run
        + " for "
        + node
        + " (process "
        + pid
        + " on "
        + host
        + ", since "
        + since
        + ")";
  }

  /**
   * Whether it can be seen from here that the process is gone: it ran on this machine since its
   * last boot, its ids are those that we see, and no process has its id and start.
   */
  boolean deadHere() {
    boolean seesAllProcesses = LocalProcess.running(1).isPresent();
    return seesAllProcesses
        && start != 0
        && !boot.isEmpty()
        && boot.equals(LocalProcess.bootId())
        && !pids.isEmpty()
        && pids.equals(pidNamespace())
        && !new LocalProcess(pid, start, boot).isRunning();
  }

  private static String pidNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException notLinux) {
      return "";
    }
  }
}
