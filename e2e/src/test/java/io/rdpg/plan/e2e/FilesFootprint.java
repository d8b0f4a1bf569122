package io.rdpg.plan.e2e;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every file and directory of the lab with its content, owner, mode, inode and times (a directory's
 * move with each file that is made in it, also with one that is gone again).
 */
final class FilesFootprint extends SimpleFileVisitor<Path> {
  /** Written by the servers themselves all the time: server logs, and Consul's Raft data. */
  private static final Set<String> THEIRS = Set.of("logs", "consul/data");

  /** PostgreSQL's own but for its configuration. */
  private static final String POSTGRES_DATA = "postgres/data";

  /**
   * Where servers make files of their own: pgbouncer its log, when it first has something to say.
   */
  private static final Set<String> OF_A_SERVER = Set.of(POSTGRES_DATA, "pgbouncer");

  private final Path home;
  private final Map<String, String> marks = new TreeMap<>();

  private FilesFootprint(Path home) {
    this.home = home;
  }

  static Map<String, String> of(Path home) {
    try {
      FilesFootprint footprint = new FilesFootprint(home);
      Files.walkFileTree(home, footprint);
      return footprint.marks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
      throws IOException {
    String inNode = inNode(directory);
    if (THEIRS.contains(inNode) || inNode.startsWith(POSTGRES_DATA + "/")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (!OF_A_SERVER.contains(inNode)) {
      mark(directory, "a directory");
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    String inNode = inNode(file);
    boolean theirs =
        inNode.endsWith("/pgbouncer.log")
            || (inNode.startsWith(POSTGRES_DATA) && !inNode.endsWith(".conf"));
    if (!theirs) {
      mark(file, attributes.isRegularFile() ? hash(file) : "another kind");
    }
    return FileVisitResult.CONTINUE;
  }

  /** The path within its node's directory. */
  private String inNode(Path path) {
    Path inside = home.relativize(path);
    return inside.getNameCount() < 2 ? "" : inside.subpath(1, inside.getNameCount()).toString();
  }

  private void mark(Path path, String content) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
    marks.put(
        "file " + home.relativize(path),
        "%s, %s:%s %s, inode %s, modified %s, changed %s"
            .formatted(
                content,
                attributes.owner(),
                attributes.group(),
                PosixFilePermissions.toString(attributes.permissions()),
                attributes.fileKey(),
                attributes.lastModifiedTime(),
                Files.getAttribute(path, "unix:ctime")));
  }

  private static String hash(Path file) throws IOException {
    return ContentHash.of(Text.plain(Files.readString(file, StandardCharsets.ISO_8859_1)));
  }
}
