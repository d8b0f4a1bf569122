package io.rdpg.plan.language.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an inventory says of its lab.
 *
 * @param home the directory of its servers, seen from the inventory's own; null for the usual one
 * @param postgres which PostgreSQL it runs
 * @param fsync whether PostgreSQL flushes to disk
 */
public record LabSettings(@Nullable String home, Postgres postgres, boolean fsync) {
  /** With nothing but what is usual. */
  public static final LabSettings USUAL = new LabSettings(null, Postgres.USUAL, true);

  /**
   * Which PostgreSQL a lab runs.
   *
   * @param version three numbers; null for the one that comes with the program
   * @param bin the directory of an installed {@code postgres} and {@code initdb}, which is run in
   *     place of a version; null for none
   * @param settings of postgresql.conf, which win over those that the lab needs
   */
  public record Postgres(
      @Nullable String version, @Nullable String bin, Map<String, String> settings) {
    /** The one that comes with the program. */
    public static final Postgres USUAL = new Postgres(null, null, Map.of());

    public Postgres {
      settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** This version, which is downloaded where it isn't there yet. */
    public static Postgres version(String version) {
      return new Postgres(version, null, Map.of());
    }

    /** As an inventory says it, on one line. */
    public String yaml() {
      List<String> entries = new ArrayList<>();
      if (version != null) {
        entries.add("version: " + quoted(version));
      }
      if (bin != null) {
        entries.add("bin: " + quoted(bin));
      }
      entries.add(
          settings.entrySet().stream()
              .map(setting -> setting.getKey() + ": " + quoted(setting.getValue()))
              .collect(Collectors.joining(", ", "settings: {", "}")));
      return "{" + String.join(", ", entries) + "}";
    }

    private static String quoted(String text) {
      return "'" + text.replace("'", "''") + "'";
    }
  }
}
