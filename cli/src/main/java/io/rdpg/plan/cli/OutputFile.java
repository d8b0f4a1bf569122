package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the command line names for what a command shows. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Writes it, whole or not at all.
   *
   * @param option which names the file
   * @throws Failure when it can't be written
   */
  static void write(Path file, String option, String content) {
    if (Files.isDirectory(file)) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE, file + " is a directory", "name a file in it with " + option);
    }
    try (AtomicFile next = AtomicFile.of(file)) {
      next.write(content).replace();
    } catch (IOException e) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          file + " could not be written: " + e,
          "name a file in an existing directory that you can write to");
    }
  }
}
