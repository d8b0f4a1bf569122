package io.rdpg.plan.lab;

import java.nio.file.Path;

/** Where tests keep what they fetched, beside what the lab fetched. */
public final class TestCache {
  private TestCache() {}

  public static Path directory(String name) {
    return LabCache.directory().resolve(name);
  }
}
