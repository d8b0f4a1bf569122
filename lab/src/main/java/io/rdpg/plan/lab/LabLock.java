package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps two processes, and two threads, from starting or stopping servers at the same time. */
final class LabLock implements AutoCloseable {
  /** A file lock excludes other processes only. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  /**
   * The content of a lock file whose lab was removed, for processes that still wait for that file.
   */
  private static final String GONE = "gone";

  private final LabHome home;
  private final FileChannel channel;

  private LabLock(LabHome home, FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /**
   * Takes the lock, and creates the home if necessary.
   *
   * @throws Failure when the home contains other files: a lab's home is deleted in the end
   */
  static LabLock take(LabHome home, Consumer<String> progress) {
    THREADS.lock();
    try {
      while (true) {
        FileChannel channel = open(home);
        if (channel != null && lock(channel, progress)) {
          return new LabLock(home, channel);
        }
      }
    } catch (IOException e) {
      THREADS.unlock();
      throw LabDirectories.failed(home.lock(), e);
    } catch (RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  /**
   * Deletes the home with all that is in it, the lock file last. Everything is put aside before
   * anything is deleted, so that half of it is never taken for a lab.
   */
  void deleteHome() {
    try {
      LabDirectories.delete(home.removed());
      List<Path> others;
      try (Stream<Path> all = Files.list(home.root())) {
        others = all.filter(path -> !path.equals(home.lock())).toList();
      }
      LabDirectories.make(home.removed());
      for (Path other : others) {
        Files.move(other, home.removed().resolve(String.valueOf(other.getFileName())));
      }
      LabDirectories.delete(home.removed());
      channel.write(ByteBuffer.wrap(GONE.getBytes(StandardCharsets.US_ASCII)));
      Files.deleteIfExists(home.lock());
      Files.deleteIfExists(home.root());
    } catch (DirectoryNotEmptyException _) {
      // Another process is creating the lab again already.
    } catch (IOException e) {
      throw LabDirectories.failed(home.root(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LabDirectories.failed(home.lock(), e);
    } finally {
      THREADS.unlock();
    }
  }

  private static @Nullable FileChannel open(LabHome home) throws IOException {
    LabDirectories.make(home.root());
    refuseOtherThings(home);
    try {
      return FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  /** Whether the lock is held now and its file is still the lab's. */
  private static boolean lock(FileChannel channel, Consumer<String> progress) throws IOException {
    FileLock held = channel.tryLock();
    if (held == null) {
      progress.accept("waiting for another process that is starting or stopping this lab");
      channel.lock();
    }
    if (channel.size() == 0) {
      return true;
    }
    channel.close();
    return false;
  }

  private static void refuseOtherThings(LabHome home) throws IOException {
    if (Files.exists(home.lock())) {
      return;
    }
    try (Stream<Path> content = Files.list(home.root())) {
      if (content.anyMatch(path -> !path.equals(home.lock()))) {
        throw Failure.of(
            Code.LAB_FAILED,
            home.root() + " is not the directory of a lab, and it is not empty",
            "give the lab a home of its own, a directory that doesn't exist yet");
      }
    }
  }
}
