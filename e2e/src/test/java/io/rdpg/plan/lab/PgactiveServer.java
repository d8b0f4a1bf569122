package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.LabSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A PostgreSQL that has pgactive: the installed one of {@code -Dpgactive.home}, the directory of
 * its {@code bin/postgres}; or the lab's own with a stand-in, an extension in SQL.
 */
public final class PgactiveServer {
  private static final String HOME = System.getProperty("pgactive.home", "");
  private static final String SLOT_PLUGINS = "output_plugin_libraries";
  private static final String VERSION = "18.6.0";

  private PgactiveServer() {}

  public static boolean isStandIn() {
    return HOME.isEmpty();
  }

  /** What a test proves by it. */
  public static String told() {
    return isStandIn()
        ? "pgactive: a STAND-IN was tested, not pgactive itself. -Dpgactive.home=DIRECTORY, of"
            + " bin/postgres with the extension, tests the real one"
        : "pgactive: the real one of "
            + HOME
            + " is tested; faults that only the stand-in has aren't";
  }

  /** What a lab's inventory has to say so that its servers can replicate by pgactive. */
  public static LabSettings.Postgres settings() {
    Path postgres = isStandIn() ? TestCache.postgres(VERSION) : Path.of(HOME);
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "shared_preload_libraries", "pg_stat_statements, pgactive",
                "pgactive.max_nodes", "4",
                "pgactive.skip_ddl_replication", "on"));
    // A server that doesn't know it doesn't start with it.
    if (ShortCommand.of(postgres.resolve("bin/postgres").toString(), "--describe-config")
        .output()
        .contains(SLOT_PLUGINS)) {
      settings.put(SLOT_PLUGINS, "pgoutput, pgactive");
    }
    if (!isStandIn()) {
      return new LabSettings.Postgres(null, postgres.resolve("bin").toString(), settings);
    }
    Path standIn = standIn(postgres);
    settings.put("extension_control_path", standIn + ":$system");
    settings.put("dynamic_library_path", standIn + ":$libdir");
    return new LabSettings.Postgres(VERSION, null, settings);
  }

  /** Beside what the lab fetched, where its servers can read. */
  private static Path standIn(Path postgres) {
    Path directory = TestCache.directory("pgactive-stand-in");
    try {
      Path extension = Files.createDirectories(directory.resolve("extension"));
      for (String file : List.of("pgactive.control", "pgactive--2.1.9.sql")) {
        try (InputStream text =
            Objects.requireNonNull(
                PgactiveServer.class.getResourceAsStream("pgactive/" + file), file)) {
          Files.copy(text, extension.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      // It has nothing to load: any library that does nothing when it is.
      Files.copy(
          postgres.resolve("lib/postgresql/latin_and_mic.so"),
          directory.resolve("pgactive.so"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }
}
