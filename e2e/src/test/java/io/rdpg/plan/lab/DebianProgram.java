package io.rdpg.plan.lab;

import java.nio.file.Path;

/** A program of the system that a test runs; installed as the lab installs its own. */
public final class DebianProgram {
  private DebianProgram() {}

  /**
   * Where the program is.
   *
   * @param debianPackage brings it, where it is missing
   */
  public static synchronized Path find(String program, String debianPackage) {
    return RequiredPrograms.find(program)
        .orElseGet(() -> {
          ShortCommand.script("install.sh", debianPackage).run();
          return RequiredPrograms.find(program)
              .orElseThrow(() -> new AssertionError(debianPackage + " brings no " + program));
        });
  }
}
