package io.rdpg.plan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitCommitTest {
  @TempDir Path directory;

  private String git(String... arguments) throws Program.Failed {
    List<String> words =
        new ArrayList<>(
            List.of(
                "git", "-C", directory.toString(), "-c", "user.name=a", "-c", "user.email=a@b"));
    words.addAll(List.of(arguments));
    return new String(
            Program.output(words, Duration.ofSeconds(60), 1 << 20), StandardCharsets.UTF_8)
        .strip();
  }

  @Test
  void a_commit_is_dirty_when_files_of_the_folder_differ() throws Exception {
    assertThat(GitCommit.of(directory, "state")).isEmpty();
    String _ = git("init", "-q");
    assertThat(GitCommit.of(directory, "state")).isEmpty();
    Path folder = Files.createDirectory(directory.resolve("site"));
    Path plan = write(folder.resolve("plan.yml"), "a");
    String _ = git("add", "-A");
    String _ = git("commit", "-q", "-m", "a", "--no-gpg-sign");
    String commit = git("rev-parse", "HEAD");
    assertThat(GitCommit.of(folder, "state")).contains(commit);
    Path _ = write(Files.createDirectory(folder.resolve("state")).resolve("journal"), "x");
    Path _ = write(directory.resolve("elsewhere"), "x");
    assertThat(GitCommit.of(folder, "state")).contains(commit);
    Path added = write(folder.resolve("new.yml"), "x");
    assertThat(GitCommit.of(folder, "state")).contains(commit + "+dirty");
    Files.delete(added);
    Path _ = write(plan, "b");
    assertThat(GitCommit.of(folder, "state")).contains(commit + "+dirty");
  }

  private static Path write(Path file, String content) throws IOException {
    return Files.writeString(file, content);
  }
}
