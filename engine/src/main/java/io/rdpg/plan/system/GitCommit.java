package io.rdpg.plan.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks git what is checked out in a folder; runs none of the repository's programs. */
public final class GitCommit {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int MOST = 1 << 20;

  private GitCommit() {}

  /**
   * The commit, with {@code +dirty} behind it when the folder's files differ from it.
   *
   * @param unregarded a folder in it whose files don't count
   * @return empty without git, outside of a repository, and in one that git doesn't trust
   */
  public static Optional<String> of(Path folder, String unregarded) {
    try {
      String commit = git(folder, "rev-parse", "--verify", "HEAD").strip();
      String changes =
          git(folder, "status", "--porcelain", "--", ".", ":(exclude)" + unregarded).strip();
      return Optional.of(changes.isEmpty() ? commit : commit + "+dirty");
    } catch (Program.Failed unknown) {
      return Optional.empty();
    }
  }

  private static String git(Path folder, String... arguments) throws Program.Failed {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("git", "--no-optional-locks", "-c", "core.fsmonitor=false"));
    words.addAll(List.of("-C", folder.toString()));
    words.addAll(List.of(arguments));
    return new String(Program.output(words, DEADLINE, MOST), StandardCharsets.UTF_8);
  }
}
