package io.rdpg.plan.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.reference.Shell;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Completion in the real shells, in a directory with plans and inventories of its own. */
@Tag("tool")
class CompletionIT {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;

  /** Where the shell finds the program. */
  private Path programs = HOME;

  @BeforeEach
  void plans() throws IOException {
    for (String file :
        List.of(
            "rdpg-plan.yml",
            "plans/mine.yml",
            "plans/my-other.yml",
            "inventories/staging.yml",
            "elsewhere/deep.yml",
            "elsewhere/notes.txt")) {
      Files.createDirectories(directory.resolve(file).getParent());
      Files.writeString(directory.resolve(file), "");
    }
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void commands(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", ""))
        .contains("apply", "validate", "explain", "completion", "man")
        .doesNotContain("bootstrap");
    assertThat(offered(shell, "rdpg-plan", "app")).containsExactly("apply");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void options(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "--d"))
        .containsExactly("--debug", "--detailed-exitcode", "--diff", "--dry-run");
    assertThat(offered(shell, "rdpg-plan", "schema", "--d")).containsExactly("--debug");
    assertThat(offered(shell, "rdpg-plan", "--ver")).containsExactly("--version");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void plans_by_name_here_and_where_the_program_is(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "m"))
        .contains("mine", "my-other", "members")
        .doesNotContain("bootstrap", "staging");
    assertThat(offered(shell, "rdpg-plan", "validate", "mine", "boot")).contains("bootstrap");
    assertThat(offered(shell, "rdpg-plan", "apply", "--dry-run", "mi")).containsExactly("mine");
  }

  /** As packages are laid out, with a link to the program on the path. */
  @ParameterizedTest
  @EnumSource(Shell.class)
  void plans_where_a_package_is(Shell shell) throws IOException {
    Path tree = directory.resolve("package");
    for (String file : List.of("package/plans/shipped.yml", "package/bin/rdpg-plan")) {
      Files.createDirectories(directory.resolve(file).getParent());
      Files.writeString(directory.resolve(file), "");
    }
    Files.setPosixFilePermissions(
        tree.resolve("bin/rdpg-plan"), PosixFilePermissions.fromString("rwxr-xr-x"));
    programs = Files.createDirectory(directory.resolve("path"));
    Files.createSymbolicLink(programs.resolve("rdpg-plan"), tree.resolve("bin/rdpg-plan"));
    assertThat(offered(shell, "rdpg-plan", "apply", "s")).containsExactly("shipped");
    assertThat(offered(shell, "rdpg-plan", "apply", "m")).contains("mine");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void plans_by_path(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "elsewhere/d"))
        .singleElement()
        .asString()
        .endsWith("deep.yml");
    assertThat(offered(shell, "rdpg-plan", "apply", "else"))
        .allSatisfy(word -> assertThat(word).startsWith("elsewhere"));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void inventories(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "mine", "-i", ""))
        .contains("staging", "lab", "production.example")
        .doesNotContain("mine", "bootstrap");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void words_that_an_option_or_an_argument_can_be(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "mine", "-o", ""))
        .containsExactly("json", "text");
    assertThat(offered(shell, "rdpg-plan", "lab", ""))
        .containsExactly("down", "status", "stop", "up");
    assertThat(offered(shell, "rdpg-plan", "completion", ""))
        .containsExactly("bash", "fish", "zsh");
    assertThat(offered(shell, "rdpg-plan", "explain", ""))
        .containsAll(Primitives.signatures().keySet())
        .contains("for_each", "targets", "step", "events");
    assertThat(offered(shell, "rdpg-plan", "man", "p")).containsExactly("plan");
    assertThat(offered(shell, "rdpg-plan", "new", "")).containsExactly("plan", "primitive");
    assertThat(offered(shell, "rdpg-plan", "new", "plan", "")).doesNotContain("plan", "primitive");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void nothing_where_there_is_nothing_to_know(Shell shell) {
    assertThat(offered(shell, "rdpg-plan", "apply", "-e", "x")).isEmpty();
  }

  /** What the shell offers for the last word, sorted. */
  private NavigableSet<String> offered(Shell shell, String... words) {
    String script = write(shell.name().toLowerCase(Locale.ROOT), script(shell));
    String line = String.join(" ", words);
    List<String> command =
        switch (shell) {
          case BASH -> {
            List<String> all =
                new ArrayList<>(
                    List.of(program("bash"), "--norc", resource("candidates.bash"), script));
            all.addAll(List.of(words));
            yield all;
          }
          case ZSH -> List.of(program("zsh"), "-f", resource("candidates.zsh"), script, line);
          case FISH ->
              List.of(
                  program("fish"),
                  "--no-config",
                  "-c",
                  "source $argv[1]; complete -C $argv[2]",
                  script,
                  line);
        };
    NavigableSet<String> offered = new TreeSet<>();
    run(command).lines().map(word -> word.replaceFirst("\t.*", "")).forEach(offered::add);
    return offered;
  }

  private static String script(Shell shell) {
    InProcessCommands commands = new InProcessCommands();
    String name = shell.name().toLowerCase(Locale.ROOT);
    assertThat(commands.run(HOME, HOME, "completion", name)).isZero();
    return commands.out();
  }

  private String run(List<String> command) {
    Map<String, String> environment =
        Map.of(
            "PATH",
            programs + ":" + System.getenv("PATH"),
            "HOME",
            directory.toString(),
            "TERM",
            "xterm",
            "LC_ALL",
            "C.UTF-8");
    return Running.run(directory, environment, command).said();
  }

  private static String program(String name) {
    return DebianProgram.find(name, name).toString();
  }

  private String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(CompletionIT.class.getResourceAsStream("/completion/" + name))) {
      return write(name, new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that no shell offers, since its name begins with a dot. */
  private String write(String name, String content) {
    try {
      return Files.writeString(directory.resolve("." + name), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
