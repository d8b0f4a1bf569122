package io.rdpg.plan.language.format;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A text file that can be replaced atomically.
 *
 * @param name as the user names it
 * @param file the regular file itself, where the name is a link's
 */
public record TextFile(String name, Path file, String text) {

  /**
   * Reads a file.
   *
   * @throws Failure when it can't be read as text
   */
  public static TextFile read(Path file) {
    byte[] bytes = SourceFile.bytes(file, SourceFile.MOST_YAML);
    try {
      return new TextFile(file.toString(), file.toRealPath(), SourceFile.text(file, bytes));
    } catch (IOException e) {
      throw Failure.of(
          Code.MISSING_FILE,
          "the file " + file + " can't be read",
          "check that it is not a broken link");
    }
  }

  /**
   * Puts a text in place of the file's, whole or not at all, with the same owner and mode.
   *
   * @throws Failure with {@code file_failed} when that can't be, or the file was changed meanwhile
   */
  public void replace(String with) {
    try (AtomicFile next = AtomicFile.like(file)) {
      next.write(with).sync();
      if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), Files.readAllBytes(file))) {
        throw Failure.of(
            Code.FILE_FAILED, name + " was changed while it was formatted", "try again");
      }
      next.replace();
    } catch (IOException e) {
      throw new Failure(
          Diagnostic.of(Code.FILE_FAILED, name + " could not be written: " + e)
              .withHint("check that you can write in its directory, and give files to its owner"),
          e);
    }
  }
}
