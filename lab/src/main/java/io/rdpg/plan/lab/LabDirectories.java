package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.system.AtomicFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Makes, fills and deletes directories, whatever the umask. */
final class LabDirectories {
  private LabDirectories() {}

  /** A directory that every user may enter, and its parents alike; what exists stays as it is. */
  static void make(Path directory) {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      make(parent);
    }
    try {
      Files.createDirectory(directory);
      mode(directory, "rwxr-xr-x");
    } catch (java.nio.file.FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw failed(directory, e);
      }
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** A directory of the lab's user that no other user may write to. */
  static void makeFor(LabUser user, Path directory, String mode) {
    make(directory);
    try {
      own(user, directory);
      mode(directory, mode);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** A directory only for the user that runs this program. */
  static void makePrivate(Path directory) {
    make(directory);
    try {
      mode(directory, "rwx------");
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** Writes a file whole or not at all, with this mode and owner before its content shows. */
  static void write(Path file, String content, String mode, @Nullable LabUser owner) {
    try (AtomicFile next = AtomicFile.ownerOnly(file)) {
      if (owner != null) {
        own(owner, next.temporary());
      }
      mode(next.temporary(), mode);
      next.write(content).replace();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Deletes a directory with all that is in it, links as links; nothing happens when it is gone.
   */
  static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              if (e != null) {
                throw e;
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  static Failure failed(Path path, IOException e) {
    return new Failure(
        Diagnostic.of(
                Code.LAB_FAILED,
                "could not create, write or delete "
                    + path
                    + " ("
                    + e.getClass().getSimpleName()
                    + ")")
            .withHint("check that the disk has space and the directory belongs to this user"),
        e);
  }

  private static void own(LabUser user, Path path) throws IOException {
    if (!user.isOther()) {
      return;
    }
    var users = path.getFileSystem().getUserPrincipalLookupService();
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    view.setOwner(users.lookupPrincipalByName(user.name()));
    view.setGroup(users.lookupPrincipalByGroupName(Integer.toString(user.gid())));
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
