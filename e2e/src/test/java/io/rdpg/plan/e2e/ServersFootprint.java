package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A node's server processes, and how often their logs say that they were told to reload (Consul's
 * says so of a signal, but not of a request: see {@link OverheardHttp}).
 */
final class ServersFootprint {
  private ServersFootprint() {}

  static Map<String, String> of(LabUnderTest lab, String node) {
    Map<String, String> marks = new TreeMap<>();
    try (Stream<Path> records = Files.list(lab.file(node, "run"))) {
      for (Path record : records.toList()) {
        String server = record.getFileName().toString();
        String pid = TestFiles.read(record).replaceFirst("(?s) .*", "");
        marks.put("process " + server, process(pid));
        if (server.equals("haproxy")) {
          // Of the others, children come and go with connections.
          marks.put("workers of haproxy", workers(pid).toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String log :
        List.of(
            "logs/consul.log",
            "logs/postgres.log",
            "logs/pgbouncer.log",
            "pgbouncer/pgbouncer.log")) {
      Path file = lab.file(node, log);
      marks.put("reloads in " + log, Files.exists(file) ? Long.toString(reloads(file)) : "0");
    }
    return marks;
  }

  private static List<String> workers(String master) {
    return ProcessHandle.of(Long.parseLong(master)).stream()
        .flatMap(ProcessHandle::children)
        .map(worker -> process(Long.toString(worker.pid())))
        .sorted()
        .toList();
  }

  /** Field 22 of {@code /proc/PID/stat} is when it started (proc(5)). */
  private static String process(String pid) {
    String stat = TestFiles.read(Path.of("/proc", pid, "stat"));
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return "pid %s, started at tick %s".formatted(pid, afterName[19]);
  }

  private static long reloads(Path log) {
    return TestFiles.read(log)
        .lines()
        .filter(line -> line.contains(" SIGHUP, re") || line.contains("Caught: signal=hangup"))
        .count();
  }
}
