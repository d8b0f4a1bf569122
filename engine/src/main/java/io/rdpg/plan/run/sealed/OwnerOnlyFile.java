package io.rdpg.plan.run.sealed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner can read. */
final class OwnerOnlyFile {
  private OwnerOnlyFile() {}

  /** A new empty file in the same folder, mode 0600. */
  static Path beside(Path file) throws IOException {
    return Files.createTempFile(
        file.toAbsolutePath().getParent(),
        "." + file.getFileName() + ".",
        ".new",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Puts a file in place, whole or not at all. */
  static void write(Path file, String content) throws IOException {
    Path temporary = beside(file);
    try {
      Files.writeString(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
