package io.rdpg.plan.language.lookup;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds plans, templates and inventories in folders that lie over each other like layers: the
 * project, the machine's folder, the installation. Each has {@code plans/}, {@code templates/},
 * {@code defaults/} and {@code inventories/}, and a file in an upper layer hides the one at the
 * same path in a lower one, also where a plan or template of a lower layer names it. Safe for use
 * by many threads.
 */
public final class FileLayers {
  /** What lies over each other; other folders of a project are its own affair. */
  private static final List<String> OVERLAID = List.of("plans", "templates", "defaults");

  private final List<Path> folders;
  private final @Nullable Path unmarked;
  private final Set<FileChoice> choices = ConcurrentHashMap.newKeySet();

  /**
   * @param folders from the uppermost down
   * @param unmarked a folder that looks like a layer to people and is none; null for no such folder
   */
  public FileLayers(List<Path> folders, @Nullable Path unmarked) {
    this.folders =
        folders.stream().map(folder -> folder.toAbsolutePath().normalize()).distinct().toList();
    this.unmarked = unmarked;
  }

  /** Without any folder: files are found only beside those that name them. */
  public static FileLayers none() {
    return new FileLayers(List.of(), null);
  }

  /**
   * The first regular file of a name: beside others, then in a folder of each layer.
   *
   * @param name a relative or an absolute path
   * @param beside the files beside which it is searched, in this order
   * @param folder such as {@code templates}
   * @throws Failure when the unmarked folder has one that people would expect to be taken
   */
  public Optional<Path> find(String name, List<Path> beside, String folder) {
    Collection<Path> candidates = candidates(name, beside, folder);
    Optional<Path> taken = first(candidates, Files::isRegularFile);
    if (taken.isEmpty() || layerOf(taken.get()).isPresent()) {
      Stream<Path> expected =
          candidates.stream()
              .flatMap(file -> layerOf(file).map(layer -> relative(layer, file)).stream());
      refuseUnmarked(expected, Files::isRegularFile);
    }
    return taken;
  }

  /** The same for a name that nobody may see: refuses nothing and remembers no choice. */
  public Optional<Path> findSecret(String name, List<Path> beside, String folder) {
    return candidates(name, beside, folder).stream().filter(Files::isRegularFile).findFirst();
  }

  private Collection<Path> candidates(String name, List<Path> beside, String folder) {
    Map<Path, Path> candidates = new LinkedHashMap<>();
    Stream.concat(
            beside.stream().flatMap(file -> overlaid(file.resolveSibling(name).normalize())),
            folders.stream().map(layer -> layer.resolve(folder).resolve(name).normalize()))
        .forEach(file -> candidates.putIfAbsent(file.toAbsolutePath(), file));
    return candidates.values();
  }

  /**
   * The first of some paths, layer by layer.
   *
   * @param paths seen from a layer
   * @param fits what it must be
   * @throws Failure when the unmarked folder has one
   */
  public Optional<Path> find(List<String> paths, Predicate<Path> fits) {
    refuseUnmarked(paths.stream().map(Path::of), fits);
    return first(in(paths).toList(), fits);
  }

  /** Remembers that a file was named by its path, although the layers have others of its name. */
  public void prefer(Path taken, List<String> paths, Predicate<Path> fits) {
    Map<Path, Path> files = new LinkedHashMap<>();
    Stream.of(Stream.of(taken), overlaid(taken), in(paths))
        .flatMap(all -> all)
        .forEach(file -> files.putIfAbsent(file.toAbsolutePath().normalize(), file));
    first(files.values(), fits);
  }

  private Stream<Path> in(List<String> paths) {
    return folders.stream().flatMap(layer -> paths.stream().map(layer::resolve));
  }

  private Optional<Path> first(Collection<Path> candidates, Predicate<Path> fits) {
    List<Path> found = candidates.stream().filter(fits).toList();
    if (found.size() > 1) {
      choices.add(new FileChoice(found.getFirst(), found.subList(1, found.size())));
    }
    return found.stream().findFirst();
  }

  /** The folder of this name of each layer, whether it is there or not. */
  public List<Path> folders(String name) {
    return folders.stream().map(layer -> layer.resolve(name)).toList();
  }

  /** The names that several files had so far, in the order of the files' paths. */
  public List<FileChoice> choices() {
    return choices.stream().sorted(Comparator.comparing(FileChoice::taken)).toList();
  }

  /** The same path in every layer, if it is in one; else only itself. */
  private Stream<Path> overlaid(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    Optional<Path> within = layerOf(file).map(layer -> relative(layer, file));
    return within.isEmpty()
        ? Stream.of(file)
        : folders.stream()
            .map(layer -> layer.resolve(within.get()))
            .map(candidate -> candidate.equals(whole) ? file : candidate);
  }

  /** The layer in which a file takes part in the overlay. */
  private Optional<Path> layerOf(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    return folders.stream()
        .filter(layer -> OVERLAID.stream().anyMatch(name -> whole.startsWith(layer.resolve(name))))
        .findFirst();
  }

  private static Path relative(Path layer, Path file) {
    return layer.relativize(file.toAbsolutePath().normalize());
  }

  private void refuseUnmarked(Stream<Path> paths, Predicate<Path> fits) {
    if (unmarked == null) {
      return;
    }
    paths
        .map(unmarked::resolve)
        .filter(fits)
        .findFirst()
        .ifPresent(file -> {
          throw Failure.of(
              Code.MISSING_FILE,
              shown(file) + " is in no project: names are not looked up there",
              "an empty file "
                  + unmarked.resolve("rdpg-plan.yml")
                  + " makes its folder a project; without it, start from another folder or give"
                  + " paths");
        });
  }

  /** As short as a person in this process's folder would write it. */
  public static Path shown(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    Path here = Path.of("").toAbsolutePath();
    return whole.startsWith(here) ? here.relativize(whole) : whole;
  }
}
