package io.rdpg.plan.lab;

import java.nio.file.Path;

/** Where tests keep what they fetched, beside what the lab fetched. */
public final class TestCache {
  private TestCache() {}

  /**
   * PostgreSQL's programs in this version, three numbers: the directory of {@code bin/postgres}.
   */
  public static Path postgres(String version) {
    return PostgresBinaries.locate(version, RequiredPrograms.locate(_ -> {}), _ -> {});
  }

  public static Path directory(String name) {
    return LabCache.directory().resolve(name);
  }
}
