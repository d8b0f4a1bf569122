package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.lookup.FileLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this process was started, and what it was started from.
 *
 * @param cwd the directory that it was started in, in which paths of its command line begin
 * @param site the directory of this machine's own plans, templates and inventories; null without
 *     one
 * @param home the directory that it is installed in
 * @param environment the environment's variables
 */
record Installation(Path cwd, @Nullable Path site, Path home, Map<String, String> environment) {
  Installation(Path cwd, Path home, Map<String, String> environment) {
    this(cwd, null, home, environment);
  }

  /**
   * As the launcher says by the system properties {@code rdpg.home}, else the working directory,
   * and {@code rdpg.site}.
   */
  static Installation here() {
    Path cwd = Path.of("").toAbsolutePath();
    String site = System.getProperty("rdpg.site");
    return new Installation(
        cwd,
        site == null ? null : Path.of(site),
        Path.of(System.getProperty("rdpg.home", cwd.toString())),
        System.getenv());
  }

  /** A file that the command line names, seen from the working directory. */
  Path file(Path given) {
    return FileLayers.shown(cwd.resolve(given));
  }

  /**
   * This user's folder for what programs leave behind: {@code $XDG_STATE_HOME/rdpg-plan}, by
   * default {@code ~/.local/state/rdpg-plan} (XDG Base Directory Specification).
   */
  Path userState() {
    String given = environment.getOrDefault("XDG_STATE_HOME", "");
    Path states =
        given.startsWith("/")
            ? Path.of(given)
            : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                .resolve(".local/state");
    return states.resolve("rdpg-plan");
  }

  /** The page of a rule of locks and waits; empty when there is no such rule. */
  Optional<String> rule(String word) {
    Path page = home.resolve("docs/rules").resolve(word + ".md");
    if (Code.RULES.stream().noneMatch(rule -> rule.word().equals(word))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(page));
    } catch (IOException e) {
      throw Failure.of(
          Code.MISSING_FILE, "the page " + page + " can't be read", "reinstall rdpg-plan");
    }
  }
}
