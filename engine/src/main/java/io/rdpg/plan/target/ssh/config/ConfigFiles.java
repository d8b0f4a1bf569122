package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that are read for every host, in their order, each read once. Those that don't exist
 * are empty, and so are directories, as OpenSSH has it.
 *
 * @param first where reading starts
 */
record ConfigFiles(List<Start> first, Map<Path, List<ConfigLine>> read) {

  /**
   * A file to start with.
   *
   * @param base what relative paths of its {@code Include} lines are below
   */
  record Start(Path file, Path base) {}

  ConfigFiles(List<Start> first) {
    this(first, new ConcurrentHashMap<>());
  }

  /** The user's and then the system's. */
  static ConfigFiles usual(Surroundings here) {
    return new ConfigFiles(
        List.of(
            new Start(here.userDirectory().resolve("config"), here.userDirectory()),
            new Start(here.system().resolve("ssh_config"), here.system())));
  }

  /**
   * That of {@code -F}, which must exist; {@code none} for none at all.
   *
   * @param at where it is named
   */
  static ConfigFiles named(String file, Span at, Surroundings here) {
    if (file.equals("none")) {
      return new ConfigFiles(List.of());
    }
    try {
      Path path = here.path(file);
      if (Files.isReadable(path)) {
        return new ConfigFiles(List.of(new Start(path, here.userDirectory())));
      }
      throw missing(at, path + " is missing or can't be read");
    } catch (InvalidPathException e) {
      throw missing(at, file + " can't be found: " + e.getReason());
    }
  }

  private static Failure missing(Span at, String what) {
    return Diagnostic.at(at, Code.MISSING_FILE, "the ssh configuration " + what)
        .withHint("it is named by -F in the arguments for ssh; -F none is for none")
        .failure();
  }

  List<ConfigLine> lines(Path file) {
    return read.computeIfAbsent(file, ConfigFiles::load);
  }

  private static List<ConfigLine> load(Path file) {
    if (Files.isDirectory(file)) {
      return List.of(); // a pattern of Include may match some
    }
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw Failure.of(
          Code.MISSING_FILE,
          "the ssh configuration " + file + " can't be read",
          "check the permissions of the file and of its directory");
    }
    List<ConfigLine> lines = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      ConfigLine read = ConfigLine.read(new Span(file.toString(), ++number, 1, line), line);
      if (read != null) {
        lines.add(read);
      }
    }
    return lines;
  }

  /** The files that an absolute pattern names, sorted (glob(7), without hidden ones). */
  static List<Path> matching(Path pattern) {
    List<Path> found = List.of(Path.of("/"));
    for (Path part : pattern) {
      String name = part.toString();
      List<Path> next = new ArrayList<>();
      for (Path directory : found) {
        if (name.matches(".*[*?\\[].*")) {
          next.addAll(entries(directory, name));
        } else if (Files.exists(directory.resolve(part))) {
          next.add(directory.resolve(part));
        }
      }
      found = next;
    }
    return found;
  }

  private static List<Path> entries(Path directory, String pattern) {
    String glob = pattern.replace("{", "\\{").replace("}", "\\}");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
      List<Path> all = new ArrayList<>();
      entries.forEach(entry -> {
        if (pattern.startsWith(".") || !entry.getFileName().toString().startsWith(".")) {
          all.add(entry);
        }
      });
      return all.stream().sorted().toList();
    } catch (NotDirectoryException | NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw Failure.of(
          Code.MISSING_FILE, "the directory " + directory + " can't be read: " + e.getMessage());
    }
  }
}
