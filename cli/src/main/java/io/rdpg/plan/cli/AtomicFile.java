package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there as a whole or as it was before, whatever happens meanwhile. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes it in place of what may be there.
   *
   * @throws Failure when it can't be written; what was there is still there
   */
  static void write(Path file, String text) {
    Path beside =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      if (Files.isDirectory(file)) {
        throw Failure.of(
            Code.BAD_COMMAND_LINE, file + " is a folder", "name a file in it with --out");
      }
      try {
        Files.writeString(beside, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          file + " could not be written: " + e,
          "name a file in an existing folder that you can write to");
    }
  }
}
