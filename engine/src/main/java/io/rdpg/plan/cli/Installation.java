package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Suggestions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where plans, templates and inventories are looked up: in the user's folder, then where rdpg-plan
 * is installed.
 *
 * @param cwd the folder that it was started in
 * @param home the folder that it is installed in
 * @param environment the environment's variables
 */
record Installation(Path cwd, Path home, Map<String, String> environment) {

  /** As the launcher says by the system property {@code rdpg.home}; else the present folder. */
  static Installation here() {
    Path cwd = Path.of("").toAbsolutePath();
    return new Installation(
        cwd, Path.of(System.getProperty("rdpg.home", cwd.toString())), System.getenv());
  }

  /** Our own folder for journals and labs, made when first needed. */
  Path state() {
    return cwd.resolve(".rdpg-plan");
  }

  /** The folders in which templates are looked up, after the plan's own. */
  List<Path> templates() {
    return roots().stream().map(root -> root.resolve("templates")).distinct().toList();
  }

  /**
   * The file of a plan.
   *
   * @param plan a path, or a name that is looked up in {@code plans/}
   * @throws Failure with {@code missing_file} when there is none
   */
  Path plan(String plan) {
    List<Path> candidates = new ArrayList<>();
    candidates.add(cwd.resolve(plan));
    for (Path root : roots()) {
      candidates.add(root.resolve("plans").resolve(plan + ".yml"));
      candidates.add(root.resolve("plans").resolve(plan));
    }
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(this::shown)
        .orElseThrow(() -> noPlan(plan));
  }

  /**
   * The file of the inventory.
   *
   * @param given what the command line says; empty for {@code RDPG_PLAN_INVENTORY}, else {@code
   *     inventories/lab.yml}
   * @throws Failure with {@code missing_file} when there is none
   */
  Path inventory(Optional<String> given) {
    String wanted =
        given
            .or(() -> Optional.ofNullable(environment.get("RDPG_PLAN_INVENTORY")))
            .filter(name -> !name.isEmpty())
            .orElse("inventories/lab.yml");
    List<Path> candidates = new ArrayList<>();
    for (Path root : roots()) {
      candidates.add(root.resolve(wanted));
      candidates.add(root.resolve("inventories").resolve(wanted + ".yml"));
    }
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(this::shown)
        .orElseThrow(() ->
            Failure.of(
                Code.MISSING_FILE,
                "there is no inventory " + wanted,
                "give one with -i, or set RDPG_PLAN_INVENTORY"));
  }

  private Failure noPlan(String plan) {
    Set<String> known = new LinkedHashSet<>();
    for (Path root : roots()) {
      Path plans = root.resolve("plans");
      if (!Files.isDirectory(plans)) {
        continue;
      }
      try (Stream<Path> files = Files.list(plans)) {
        files
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.endsWith(".yml"))
            .map(name -> name.substring(0, name.length() - ".yml".length()))
            .forEach(known::add);
      } catch (IOException e) {
        throw new UncheckedIOException("can't list " + plans, e);
      }
    }
    Diagnostic fault = Diagnostic.of(Code.MISSING_FILE, "there is no plan " + plan);
    return new Failure(
        known.isEmpty()
            ? fault.withHint("give a path, or a name of a plan in plans/")
            : fault.withHint(Suggestions.hint(plan, known)));
  }

  /** As short as a person in the present folder would write it. */
  private Path shown(Path file) {
    Path whole = file.normalize();
    return whole.startsWith(cwd) ? cwd.relativize(whole) : whole;
  }

  private List<Path> roots() {
    return Stream.of(cwd, home).distinct().toList();
  }
}
