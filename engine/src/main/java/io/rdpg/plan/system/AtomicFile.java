package io.rdpg.plan.system;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * Writes a file by a temporary one beside it that is put in its place by one rename, so that the
 * file is there as a whole or as it was before, whatever happens meanwhile. Closing it removes the
 * temporary file.
 */
public final class AtomicFile implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;

  private AtomicFile(Path file, FileAttribute<?>... attributes) throws IOException {
    this.file = file;
    this.temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    this.channel =
        FileChannel.open(
            temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
  }

  /** Begins a file with the mode that this process gives new ones. */
  public static AtomicFile of(Path file) throws IOException {
    return new AtomicFile(file);
  }

  /** Begins a file that only its owner can read. */
  public static AtomicFile ownerOnly(Path file) throws IOException {
    return new AtomicFile(file, OWNER_ONLY);
  }

  /** Begins a file with the owner, group and mode of the one that it replaces. */
  public static AtomicFile like(Path file) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(file, PosixFileAttributes.class);
    AtomicFile next = ownerOnly(file);
    try {
      PosixFileAttributeView view =
          Files.getFileAttributeView(next.temporary, PosixFileAttributeView.class);
      PosixFileAttributes made = view.readAttributes();
      if (!made.owner().equals(wanted.owner())) {
        view.setOwner(wanted.owner());
      }
      if (!made.group().equals(wanted.group())) {
        view.setGroup(wanted.group());
      }
      view.setPermissions(wanted.permissions());
      return next;
    } catch (IOException | RuntimeException e) {
      next.close();
      throw e;
    }
  }

  /** The temporary file, for those who change its owner or mode. */
  public Path temporary() {
    return temporary;
  }

  public AtomicFile write(String content) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    return this;
  }

  /** Returns when the content has reached the disk. */
  public AtomicFile sync() throws IOException {
    channel.force(true);
    return this;
  }

  /** Puts it in place of what may be there. */
  public void replace() throws IOException {
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Puts it in place where nothing is.
   *
   * @throws java.nio.file.FileAlreadyExistsException when a file is there by now
   */
  public void create() throws IOException {
    Files.createLink(file, temporary); // unlike a rename, never takes another's place
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
