package io.rdpg.plan.lab;

import java.nio.file.Path;

/** What machines with users of their own bring beside the system's programs (users.sh). */
public final class MachinePackages {
  private MachinePackages() {}

  /** Where it is unpacked, fetched here: where such a machine is may be a network of its own. */
  public static Path fetch() {
    Path packages = TestCache.directory("machine-with-users");
    ShortCommand.script("users.sh", packages.toString()).run();
    return packages;
  }
}
