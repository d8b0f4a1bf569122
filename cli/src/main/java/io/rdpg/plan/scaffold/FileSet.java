package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files that are made and changed together: all of them or none. */
public final class FileSet {

  /**
   * @param before what the file holds now; null for one that must not be there yet
   */
  private record Change(Path file, @Nullable String before, String after, boolean executable) {}

  private final List<Change> changes = new ArrayList<>();

  FileSet() {}

  FileSet make(Path file, String content) {
    changes.add(new Change(file, null, content, false));
    return this;
  }

  FileSet makeExecutable(Path file, String content) {
    changes.add(new Change(file, null, content, true));
    return this;
  }

  FileSet change(Path file, String before, String after) {
    changes.add(new Change(file, before, after, false));
    return this;
  }

  /** Those that are made, then those that are changed. */
  public List<Path> files() {
    return changes.stream().map(Change::file).toList();
  }

  /**
   * Writes them.
   *
   * @throws Failure with {@code bad_command_line} when one is there already, with {@code
   *     file_failed} when one can't be written; then all is as it was
   */
  public void write() {
    for (Change change : changes) {
      if (change.before() == null && Files.exists(change.file())) {
        throw exists(change.file());
      }
    }
    List<Change> done = new ArrayList<>();
    try {
      for (Change change : changes) {
        write(change);
        done.add(change);
      }
    } catch (FileAlreadyExistsException e) {
      undo(done);
      throw exists(Path.of(e.getFile()));
    } catch (IOException e) {
      undo(done);
      throw new Failure(
          Diagnostic.of(Code.FILE_FAILED, "nothing was created, could not write a file: " + e)
              .withHint("check that you can write there"),
          e);
    }
  }

  private static Failure exists(Path file) {
    return Failure.of(
        Code.BAD_COMMAND_LINE, file + " already exists", "choose another name, or remove it first");
  }

  private static void write(Change change) throws IOException {
    Path file = change.file();
    if (change.before() != null) {
      replace(file, change.after());
      return;
    }
    Files.createDirectories(file.resolve("..").normalize());
    try (AtomicFile next = AtomicFile.of(file)) {
      if (change.executable()) {
        Files.setPosixFilePermissions(
            next.temporary(), PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      next.write(change.after()).create();
    }
  }

  private static void replace(Path file, String content) throws IOException {
    try (AtomicFile next = AtomicFile.like(file)) {
      next.write(content).replace();
    }
  }

  private static void undo(List<Change> done) {
    for (Change change : done.reversed()) {
      try {
        if (change.before() == null) {
          Files.delete(change.file());
        } else {
          replace(change.file(), change.before());
        }
      } catch (IOException e) {
        throw new Failure(
            Diagnostic.of(Code.FILE_FAILED, change.file() + " is incomplete: " + e), e);
      }
    }
  }
}
