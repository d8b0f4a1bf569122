package io.rdpg.plan.target.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.testing.TestFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@link AcceptedFiles}, killed before each of their commands. */
@Tag("tool")
class AcceptedFilesIT {
  private static final List<String> NAMES = List.of("a", "b's", "c");
  private static final int KILLED = 128 + 9;

  @TempDir Path directory;

  /** Whatever is put back is all of one set, whenever its keeper was killed. */
  @Test
  void a_keeper_that_is_killed_leaves_one_set_or_the_other() throws Exception {
    for (int commands = 0; ; commands++) {
      forget();
      write("one");
      assertThat(run(files().keep(hash("one"), "r1"))).isZero();
      write("two");
      int exit = run(killedAfter(commands) + files().keep(hash("two"), "r2"));
      assertThat(exit).isIn(0, KILLED);
      write("bad");
      assertThat(run(files().putBack(hash("bad"), "r3"))).isZero();
      assertThat(contents()).as("killed after %d", commands).isIn(Set.of("one"), Set.of("two"));
      if (exit == 0) {
        assertThat(contents()).containsExactly("two");
        return;
      }
      assertThat(run(files().keep(hash(contents().iterator().next()), "r4"))).isZero();
      assertThat(names().filter(name -> name.endsWith(".new"))).isEmpty();
    }
  }

  @Test
  void a_return_that_is_killed_is_finished_by_the_next() throws Exception {
    for (int commands = 0; ; commands++) {
      forget();
      write("one");
      assertThat(run(files().keep(hash("one"), "r1"))).isZero();
      write("bad");
      int exit = run(killedAfter(commands) + files().putBack(hash("bad"), "r2"));
      if (exit == 0) {
        return;
      }
      assertThat(exit).isEqualTo(KILLED);
      String now =
          NAMES.stream()
              .map(name -> TestFiles.read(directory.resolve(name)))
              .reduce("", String::concat);
      assertThat(run(files().putBack(ContentHash.of(Text.plain(now)), "r3")))
          .isIn(0, AcceptedFiles.SAME);
      assertThat(contents()).containsExactly("one");
    }
  }

  @Test
  void what_somebody_else_has_written_stays() throws Exception {
    write("one");
    assertThat(run(files().keep(hash("one"), "r"))).isZero();
    write("theirs");
    assertThat(run(files().putBack(hash("bad"), "r"))).isEqualTo(AcceptedFiles.CHANGED);
    assertThat(contents()).containsExactly("theirs");
    assertThat(run(files().keep(hash("one"), "r"))).isEqualTo(AcceptedFiles.CHANGED);
    write("one");
    assertThat(run(files().putBack(hash("one"), "r"))).isEqualTo(AcceptedFiles.SAME);
  }

  @Test
  void a_file_that_was_not_there_goes_again() throws Exception {
    write("one");
    assertThat(run(files().putBack(hash("one"), "r"))).isEqualTo(AcceptedFiles.NONE);
    Files.createSymbolicLink(directory.resolve(".c.accepted"), Path.of("/dev/null"));
    assertThat(run(files().putBack(hash("one"), "r"))).isZero();
    assertThat(names()).containsExactlyInAnyOrder("a", "b's", ".c.accepted");
    forget();
  }

  @Test
  void a_file_of_which_no_copy_is_kept_is_named() throws Exception {
    write("one");
    assertThat(run(files().keep(hash("one"), "r"))).isZero();
    Files.delete(directory.resolve(".b's.accepted"));
    assertThat(said(files().putBack(hash("one"), "r"), AcceptedFiles.LACKING))
        .isEqualTo(directory.resolve("b's") + "\n");
  }

  @Test
  void a_file_that_is_as_its_copy_stays_the_same_file() throws Exception {
    write("one");
    assertThat(run(files().keep(hash("one"), "r"))).isZero();
    Object before = Files.getAttribute(directory.resolve("a"), "unix:ino");
    TestFiles.write(directory.resolve("c"), "bad");
    assertThat(run(files().putBack(ContentHash.of(Text.plain("oneonebad")), "r"))).isZero();
    assertThat(contents()).containsExactly("one");
    assertThat(Files.getAttribute(directory.resolve("a"), "unix:ino")).isEqualTo(before);
  }

  private AcceptedFiles files() {
    return new AcceptedFiles(
        NAMES.stream().map(name -> directory.resolve(name).toString()).toList());
  }

  private void write(String content) {
    NAMES.forEach(name -> TestFiles.write(directory.resolve(name), content));
  }

  private static String hash(String content) {
    return ContentHash.of(Text.plain(content.repeat(NAMES.size())));
  }

  private Set<String> contents() {
    return Set.copyOf(
        NAMES.stream().map(name -> TestFiles.read(directory.resolve(name))).distinct().toList());
  }

  private Stream<String> names() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  private void forget() throws Exception {
    for (String name : names().toList()) {
      Files.delete(directory.resolve(name));
    }
  }

  /** Kills the shell before the command behind so many that change a file. */
  private static String killedAfter(int commands) {
    StringBuilder script = new StringBuilder("left=" + commands + "\n");
    for (String command : List.of("cp", "mv", "rm")) {
      script.append(
          "%1$s() { [ $left -gt 0 ] || kill -9 $$; left=$((left - 1)); command %1$s \"$@\"; }\n"
              .formatted(command));
    }
    return script.toString();
  }

  private static int run(String script) throws Exception {
    Process shell = start(script);
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = shell.waitFor();
    assertThat(said).isEmpty();
    return exit;
  }

  private static String said(String script, int exit) throws Exception {
    Process shell = start(script);
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(said).isEqualTo(exit);
    return said;
  }

  private static Process start(String script) throws Exception {
    Process shell = new ProcessBuilder("sh").redirectErrorStream(true).start();
    shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();
    return shell;
  }
}
