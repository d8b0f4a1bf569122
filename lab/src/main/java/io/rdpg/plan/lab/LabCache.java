package io.rdpg.plan.lab;

import java.nio.file.Path;

/** What labs fetch and share. It may be deleted whenever no lab runs. */
final class LabCache {
  private LabCache() {}

  /**
   * {@code /var/cache/rdpg-plan} for root, since other users can't enter root's home; {@code
   * $XDG_CACHE_HOME/rdpg-plan} for everybody else.
   */
  static Path directory() {
    Path directory =
        LabUser.isRoot(System.getProperty("user.name"))
            ? Path.of("/var/cache/rdpg-plan")
            : userDirectory("XDG_CACHE_HOME", ".cache").resolve("rdpg-plan");
    LabDirectories.make(directory);
    return directory;
  }

  /** A base directory of the XDG specification, which ignores relative values. */
  static Path userDirectory(String variable, String fallback) {
    String set = System.getenv(variable);
    return set != null && set.startsWith("/")
        ? Path.of(set)
        : Path.of(System.getProperty("user.home"), fallback);
  }
}
