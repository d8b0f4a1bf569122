package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files that say what is to be done: the plan with all that it includes, the inventory, files
 * of variables, templates and SQL files.
 */
public final class InputFiles {
  private static final String PLAN = "plan";
  private static final String INVENTORY = "inventory";
  private static final String VARIABLES = "variables";
  private static final String BESIDE = "folder";
  private static final String DEFAULTS = "defaults";
  private static final String TEMPLATE = "template";

  private InputFiles() {}

  /**
   * All that is read before a preview begins, as it is now.
   *
   * @param extra the arguments of {@code -e}, some of which may be {@code @FILE}
   */
  public static List<SealedPreview.Source> of(
      Plan plan, Inventory inventory, List<String> extra, DocumentSeal sealing) {
    Set<Path> plans = new LinkedHashSet<>();
    Set<Path> defaults = new TreeSet<>();
    Stream.concat(
            Stream.of(plan),
            Step.all(plan.steps())
                .flatMap(step ->
                    step instanceof Step.Include include
                        ? include.plans().values().stream().sorted(Comparator.comparing(Plan::file))
                        : Stream.of()))
        .forEach(part -> {
          plans.add(part.file());
          part.defaults().files().values().forEach(file -> defaults.add(file.file()));
        });
    List<SealedPreview.Source> sources = new ArrayList<>();
    plans.forEach(file -> sources.add(source(PLAN, file, sealing)));
    defaults.forEach(file -> sources.add(source(DEFAULTS, file, sealing)));
    inventory.sources().forEach(source -> sources.add(source(INVENTORY, source, sealing)));
    besides(plan, inventory).forEach(folder -> sources.add(source(BESIDE, folder, sealing)));
    extra.stream()
        .filter(InputFiles::namesFile)
        .map(argument -> Path.of(argument.strip().substring(1)))
        .forEach(file -> sources.add(source(VARIABLES, file, sealing)));
    return sources;
  }

  /**
   * Templates and SQL files as they are now: which they are, is known when a preview has ended.
   *
   * @param files as people name them
   */
  public static List<SealedPreview.Source> rendered(Collection<Path> files, DocumentSeal sealing) {
    return files.stream().sorted().map(file -> source(TEMPLATE, file, sealing)).toList();
  }

  private static boolean namesFile(String extra) {
    return extra.strip().startsWith("@");
  }

  private static SealedPreview.Source source(String kind, Path file, DocumentSeal sealing) {
    try {
      return new SealedPreview.Source(
          kind,
          file.toString(),
          file.toAbsolutePath().normalize().toString(),
          digest(file, sealing));
    } catch (IOException e) {
      throw Failure.of(Code.MISSING_FILE, "could not read " + file + ": " + e);
    }
  }

  /** Where the plan is now. */
  public static Path plan(SealedPreview sealed) {
    return all(sealed, PLAN).getFirst();
  }

  /** Where the inventory's files and folders are now. */
  public static List<Path> inventories(SealedPreview sealed) {
    return all(sealed, INVENTORY);
  }

  /**
   * The arguments of {@code -e}, each {@code @FILE} naming the file where it is now.
   *
   * @param extra as they were given
   */
  public static List<String> extra(SealedPreview sealed, List<String> extra) {
    Iterator<Path> files =
        sealed.sources().stream()
            .filter(source -> source.kind().equals(VARIABLES))
            .map(InputFiles::now)
            .iterator();
    return extra.stream()
        .map(argument -> namesFile(argument) ? "@" + files.next() : argument)
        .toList();
  }

  private static List<Path> all(SealedPreview sealed, String kind) {
    return sealed.sources().stream()
        .filter(source -> source.kind().equals(kind))
        .map(InputFiles::now)
        .toList();
  }

  /** The folders of variables beside the inventory and the plan, also those that are not there. */
  private static Set<Path> besides(Plan plan, Inventory inventory) {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path source : inventory.sources()) {
      Path beside = Files.isDirectory(source) ? source.resolve("x") : source;
      folders.add(beside.resolveSibling("group_vars"));
      folders.add(beside.resolveSibling("host_vars"));
    }
    folders.add(plan.file().resolveSibling("group_vars"));
    folders.add(plan.file().resolveSibling("host_vars"));
    return folders;
  }

  /** Of a file its content, of a folder that of all files in it, of what is not there nothing. */
  private static String digest(Path file, DocumentSeal sealing) throws IOException {
    if (Files.isRegularFile(file)) {
      return sealing.digest(Files.readAllBytes(file));
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    if (Files.isDirectory(file)) {
      try (Stream<Path> files = Files.walk(file)) {
        for (Path one : files.filter(Files::isRegularFile).sorted().toList()) {
          byte[] bytes = Files.readAllBytes(one);
          String head = file.relativize(one) + "\0" + bytes.length + "\0";
          content.writeBytes(head.getBytes(StandardCharsets.UTF_8));
          content.writeBytes(bytes);
        }
      }
    }
    return sealing.digest(content.toByteArray());
  }

  /** Where it was, else where it is named from the working directory. */
  private static Path now(SealedPreview.Source source) {
    Path there = Path.of(source.path());
    return Files.exists(there) ? there : Path.of(source.file());
  }

  /** An error for every file that has changed or is missing. */
  public static List<Diagnostic> changed(SealedFile sealed) {
    List<Diagnostic> changed = new ArrayList<>();
    for (SealedPreview.Source source : sealed.preview().sources()) {
      Path file = now(source);
      try {
        if (!source.kind().equals(BESIDE) && !Files.exists(file)) {
          throw new NoSuchFileException(file.toString());
        }
        if (!digest(file, sealed.sealing()).equals(source.digest())) {
          changed.add(drifted(source, file, "has changed since it was previewed"));
        }
      } catch (IOException e) {
        changed.add(drifted(source, file, "can no longer be found"));
      }
    }
    return changed;
  }

  private static Diagnostic drifted(SealedPreview.Source source, Path file, String what) {
    String kind =
        switch (source.kind()) {
          case VARIABLES -> "file of variables ";
          case BESIDE -> "folder of variables ";
          case TEMPLATE -> ""; // or an SQL file
          default -> source.kind() + " ";
        };
    return Diagnostic.of(Code.DRIFTED, kind + file + " " + what)
        .withHint("nothing was done: make a new preview");
  }
}
