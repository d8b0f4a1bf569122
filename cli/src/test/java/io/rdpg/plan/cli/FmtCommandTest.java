package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FmtCommandTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String UGLY = "plan:   p # why\r\n\r\nsteps:\n- name:  s\n";
  private static final String FINE = "plan: p # why\n\nsteps:\n  - name: s\n";

  private final InProcessCommands commands = new InProcessCommands();

  @TempDir Path directory;

  @BeforeEach
  void plans() throws IOException {
    write("plans/deep/ugly.yml", UGLY);
    write("plans/fine.yml", FINE);
    write("plans/other.txt", UGLY);
  }

  @Test
  void without_words_it_lays_out_what_is_in_plans() throws IOException {
    Path ugly = directory.resolve("plans/deep/ugly.yml");
    Files.setPosixFilePermissions(ugly, PosixFilePermissions.fromString("rw-r-x---"));
    assertThat(run("fmt")).as(commands.err()).isZero();
    assertThat(commands.out()).isEqualTo(ugly + "\n");
    assertThat(ugly).content().isEqualTo(FINE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ugly)))
        .isEqualTo("rw-r-x---");
    assertThat(directory.resolve("plans/other.txt")).content().isEqualTo(UGLY);
    assertThat(TestFiles.names(directory))
        .containsExactly("plans/deep/ugly.yml", "plans/fine.yml", "plans/other.txt");
    commands.forget();
    assertThat(run("fmt")).isZero();
    assertThat(commands.out()).isEmpty();
  }

  @Test
  void a_check_changes_nothing() {
    assertThat(run("fmt", "--check", "--diff")).isEqualTo(10);
    assertThat(directory.resolve("plans/deep/ugly.yml")).content().isEqualTo(UGLY);
    assertThat(commands.out())
        .contains("@@ -1,4 +1,4 @@", "-plan:   p # why^M", "+plan: p # why", "+  - name: s");
    assertThat(run("fmt", "--check", directory.resolve("plans/fine.yml").toString())).isZero();
  }

  @Test
  void a_link_stays_a_link() throws IOException {
    Path link = directory.resolve("plans/link.yml");
    Files.createSymbolicLink(link, Path.of("deep/ugly.yml"));
    assertThat(run("fmt", link.toString())).isZero();
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(directory.resolve("plans/deep/ugly.yml")).content().isEqualTo(FINE);
  }

  @Test
  void what_is_not_understood_is_told_and_all_else_laid_out() throws IOException {
    write("plans/aaa.yml", "plan: [\n");
    write("plans/latin.yml", "");
    Files.write(directory.resolve("plans/latin.yml"), new byte[] {'a', ':', ' ', (byte) 0xE4});
    assertThat(run("fmt", directory.resolve("plans").toString(), "nowhere")).isEqualTo(2);
    assertThat(directory.resolve("plans/aaa.yml")).content().isEqualTo("plan: [\n");
    assertThat(directory.resolve("plans/deep/ugly.yml")).content().isEqualTo(FINE);
    assertThat(commands.err())
        .contains("aaa.yml:2:1", "the file is not UTF-8", "there is no plan nowhere");
  }

  @Test
  void without_plans_it_says_so() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("plans"))) {
      for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(file);
      }
    }
    assertThat(run("fmt")).isEqualTo(2);
    assertThat(commands.err()).contains("there is no directory plans/");
  }

  @Test
  void what_we_ship_passes_the_check() {
    assertThat(run("fmt", "--check", HOME + "/plans", HOME + "/inventories"))
        .as(commands.out())
        .isZero();
  }

  private void write(String file, String text) throws IOException {
    TestFiles.write(directory.resolve(file), text);
  }

  private int run(String... arguments) {
    return commands.run(directory, HOME, arguments);
  }
}
