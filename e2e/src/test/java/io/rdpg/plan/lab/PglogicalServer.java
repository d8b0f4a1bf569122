package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.LabSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A PostgreSQL that has pglogical: an installed one, or the distribution's packages unpacked beside
 * what else tests have fetched.
 */
public final class PglogicalServer {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final String SLOT_PLUGINS = "output_plugin_libraries";

  private PglogicalServer() {}

  /** What a lab's inventory has to say so that its servers can replicate by pglogical. */
  public static synchronized LabSettings.Postgres settings() {
    Path bin = bin();
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "shared_preload_libraries", "pg_stat_statements, pglogical",
                "pglogical.conflict_resolution", "last_update_wins"));
    // A server that doesn't know it doesn't start with it.
    if (ShortCommand.of(bin.resolve("postgres").toString(), "--describe-config")
        .output()
        .contains(SLOT_PLUGINS)) {
      settings.put(SLOT_PLUGINS, "pgoutput, pglogical_output");
    }
    return new LabSettings.Postgres(null, bin.toString(), settings);
  }

  private static Path bin() {
    List<Path> installed = installed();
    if (!installed.isEmpty()) {
      return installed.getLast();
    }
    Path fetched = TestCache.directory("postgres-pglogical");
    if (!Files.isDirectory(fetched)) {
      ShortCommand.script("postgres.sh", fetched.toString()).run();
    }
    return fetched.resolve("bin");
  }

  private static List<Path> installed() {
    if (!Files.isDirectory(INSTALLED)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .filter(version -> Files.isRegularFile(version.resolve("lib/pglogical.so")))
          .map(version -> version.resolve("bin"))
          .sorted()
          .toList();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
