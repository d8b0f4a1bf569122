package io.rdpg.plan.run.sealed;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that say what is to be done: the plan with all that it includes, the inventory, files
 * of variables, templates and SQL files.
 */
public final class InputFiles {
  private static final String PLAN = "plan";
  private static final String INVENTORY = "inventory";
  private static final String VARIABLES = "variables";
  private static final String TEMPLATE = "template";

  private InputFiles() {}

  /**
   * All that is read before a preview begins, as it is now.
   *
   * @param extra the arguments of {@code -e}, some of which may be {@code @FILE}
   */
  public static List<SealedPreview.Source> of(
      Plan plan, Path inventory, List<String> extra, DocumentSeal sealing) {
    Set<Path> plans = new LinkedHashSet<>();
    plans.add(plan.file());
    Step.all(plan.steps())
        .forEach(step -> {
          if (step instanceof Step.Include include) {
            include.plans().values().stream().map(Plan::file).sorted().forEach(plans::add);
          }
        });
    List<SealedPreview.Source> sources = new ArrayList<>();
    plans.forEach(file -> sources.add(source(PLAN, file, sealing)));
    sources.add(source(INVENTORY, inventory, sealing));
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
          sealing.digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw Failure.of(Code.MISSING_FILE, "could not read " + file + ": " + e);
    }
  }

  /** Where the plan is now. */
  public static Path plan(SealedPreview sealed) {
    return first(sealed, PLAN);
  }

  /** Where the inventory is now. */
  public static Path inventory(SealedPreview sealed) {
    return first(sealed, INVENTORY);
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

  private static Path first(SealedPreview sealed, String kind) {
    return sealed.sources().stream()
        .filter(source -> source.kind().equals(kind))
        .map(InputFiles::now)
        .findFirst()
        .orElseThrow();
  }

  /** Where it was, else where it is named from the working directory. */
  private static Path now(SealedPreview.Source source) {
    Path there = Path.of(source.path());
    return Files.isRegularFile(there) ? there : Path.of(source.file());
  }

  /** An error for every file that has changed or is missing. */
  public static List<Diagnostic> changed(SealedFile sealed) {
    List<Diagnostic> changed = new ArrayList<>();
    for (SealedPreview.Source source : sealed.preview().sources()) {
      Path file = now(source);
      try {
        if (!sealed.sealing().digest(Files.readAllBytes(file)).equals(source.digest())) {
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
          case TEMPLATE -> ""; // or an SQL file
          default -> source.kind() + " ";
        };
    return Diagnostic.of(Code.DRIFTED, kind + file + " " + what)
        .withHint("nothing was done: make a new preview");
  }
}
