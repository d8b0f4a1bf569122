package io.rdpg.plan.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a run could have touched, down to what shows that something was written again with the
 * same content: files' inodes and times, rows' transactions, keys' indexes, loads and workers.
 */
final class Footprint {
  /** Of PostgreSQL's data only what we write; Consul's data is asked from Consul. */
  private static final Set<String> OTHERS = Set.of("logs", "run");

  private final LabUnderTest lab;
  private final Map<String, String> marks = new TreeMap<>();

  private Footprint(LabUnderTest lab) {
    this.lab = lab;
  }

  static Map<String, String> of(LabUnderTest lab) {
    Footprint footprint = new Footprint(lab);
    for (String node : lab.nodes()) {
      footprint.files(node);
      footprint.postgres(node);
      footprint.consul(node);
      footprint.reloads(node);
    }
    lab.consul("/v1/kv/?recurse&consistent")
        .forEach(
            entry -> footprint.marks.put("key " + entry.path("Key").asText(), entry.toString()));
    return footprint.marks;
  }

  private void files(String node) {
    Path root = lab.home().resolve(node);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path inside = root.relativize(file);
        boolean theirs =
            OTHERS.contains(inside.getName(0).toString())
                || (inside.startsWith("postgres/data") && !inside.endsWith("pg_hba.conf"))
                || inside.startsWith("consul/data")
                || inside.endsWith("pgbouncer.log");
        if (!theirs) {
          marks.put(
              "file " + node + "/" + inside,
              Files.getAttribute(file, "unix:ino")
                  + " "
                  + Files.getAttribute(file, "unix:ctime")
                  + " "
                  + Files.getAttribute(file, "unix:mode"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void postgres(String node) {
    List<String> databases = lab.sql(node, "postgres", "SELECT datname FROM pg_database");
    for (String database : List.of("postgres", "rdpg", "health")) {
      if (databases.contains(database)) {
        // Statistics and what workers note of their progress come from the servers themselves,
        // notifications from Consul.
        String tables =
            """
            SELECT c.oid::regclass FROM pg_class c
            WHERE relkind = 'r' AND c.oid::regclass::text NOT IN
              ('pg_statistic', 'pg_largeobject', 'pg_replication_origin',
               'rdpg.consul_watch_notifications')
              AND relnamespace::regnamespace::text NOT IN ('information_schema')
            """;
        String each =
            lab.sql(node, database, tables).stream()
                .map(table ->
                    "SELECT '%s', count(*), max(xmin::text::bigint) FROM %s"
                        .formatted(table, table))
                .collect(Collectors.joining(" UNION ALL "));
        lab.sql(node, database, each)
            .forEach(row -> {
              int bar = row.indexOf('|');
              marks.put(
                  "rows %s %s %s".formatted(node, database, row.substring(0, bar)),
                  row.substring(bar));
            });
      }
    }
    marks.put("load " + node, lab.sql(node, "postgres", "SELECT pg_conf_load_time()").getFirst());
    marks.put(
        "server " + node,
        lab.sql(node, "postgres", "SELECT pg_postmaster_start_time()").getFirst());
    marks.put(
        "slots " + node,
        lab.sql(node, "postgres", "SELECT slot_name FROM pg_replication_slots ORDER BY 1")
            .toString());
  }

  private void consul(String node) {
    lab.consul(node, "/v1/agent/services")
        .properties()
        .forEach(service -> {
          String name = service.getValue().path("Service").asText();
          lab.consul("/v1/catalog/service/" + name)
              .forEach(instance ->
                  marks.put(
                      "service %s %s".formatted(name, instance.path("Node").asText()),
                      instance.toString()));
        });
  }

  /** How often servers say that they were told to read their configuration. */
  private void reloads(String node) {
    for (String server : List.of("consul", "pgbouncer", "postgres")) {
      Path log = lab.file(node, "logs/" + server + ".log");
      if (Files.exists(log)) {
        marks.put("reloads " + node + " " + server, Long.toString(reloadsIn(log)));
      }
    }
    Path own = lab.file(node, "pgbouncer/pgbouncer.log");
    if (Files.exists(own)) {
      marks.put("reloads " + node + " pgbouncer's own log", Long.toString(reloadsIn(own)));
    }
    Path haproxy = lab.file(node, "haproxy/haproxy.pid");
    if (Files.exists(haproxy)) {
      long master = Long.parseLong(LabUnderTest.read(haproxy).strip());
      marks.put(
          "workers " + node,
          ProcessHandle.of(master)
              .orElseThrow()
              .children()
              .map(ProcessHandle::pid)
              .sorted()
              .toList()
              .toString());
    }
  }

  private static long reloadsIn(Path log) {
    return LabUnderTest.read(log)
        .lines()
        .filter(line ->
            line.contains("SIGHUP") || line.contains("eloading") || line.contains("eloaded"))
        .count();
  }
}
