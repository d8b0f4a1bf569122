package io.rdpg.plan.run.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who started a run, where, and from which files.
 *
 * @param user the operating system's user
 * @param sudoUser who became that user by sudo; null without it
 * @param host this machine's name
 * @param version of rdpg-plan
 * @param project the project's folder; null without one
 * @param commit what is checked out in the project, by git, with {@code +dirty} when its files
 *     differ from that; null when git doesn't know
 * @param chosen the files that were taken where several have the same name
 */
public record RunOrigin(
    String user,
    @Nullable String sudoUser,
    String host,
    String version,
    @Nullable String project,
    @Nullable String commit,
    List<Chosen> chosen) {
  public RunOrigin {
    chosen = List.copyOf(chosen);
  }

  /**
   * A file that was taken.
   *
   * @param others the files that would have been without it
   */
  public record Chosen(String file, List<String> others) {
    public Chosen {
      others = List.copyOf(others);
    }

    /** For people. */
    @Override
    public String toString() {
      return "using " + file + ", not " + String.join(" or ", others);
    }
  }
}
