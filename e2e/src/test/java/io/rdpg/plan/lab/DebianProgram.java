package io.rdpg.plan.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a test needs of the system; installed as the lab installs its own programs. */
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

  /**
   * Makes sure that a file is there.
   *
   * @param debianPackage brings it, where it is missing
   */
  public static synchronized void findFile(Path file, String debianPackage) {
    if (!Files.exists(file)) {
      ShortCommand.script("install.sh", debianPackage).run();
    }
  }
}
