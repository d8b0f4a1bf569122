package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual in the hands of the programs that read it. */
@Tag("tool")
class ManPagesIT {
  private static final Path MANUAL = Path.of("../docs/man").toAbsolutePath().normalize();

  @TempDir Path directory;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(MANUAL)) {
      List<Path> pages = files.filter(Files::isRegularFile).toList();
      assertThat(pages).hasSizeGreaterThan(8);
      return pages.stream();
    }
  }

  /** A page has no date: that is one more thing that could fall behind. */
  @ParameterizedTest
  @MethodSource("pages")
  void mandoc_has_nothing_else_to_say(Path page) {
    String said = run(program("mandoc", "mandoc"), "-Tlint", page.toString());
    assertThat(said.lines().filter(line -> !line.endsWith("missing date, using \"\": TH")))
        .isEmpty();
    assertThat(said).as("else it did not read the page").contains("missing date");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void groff_has_nothing_to_say(Path page) {
    assertThat(run(program("groff", "groff"), "-ww", "-man", "-Tutf8", "-k", "-z", page.toString()))
        .isEmpty();
  }

  @Test
  void a_page_with_a_fault_would_be_told_of() throws IOException {
    Path page = directory.resolve("bad.1");
    Files.writeString(page, ".TH BAD 1\n.SH NAME\nbad - page\n.SHH oops\n");
    assertThat(run(program("mandoc", "mandoc"), "-Tlint", page.toString())).contains("SHH");
    assertThat(run(program("groff", "groff"), "-ww", "-man", "-Tutf8", "-k", "-z", page.toString()))
        .contains("SHH");
  }

  @Test
  void man_shows_a_command() {
    assertThat(man("rdpg-plan-apply"))
        .contains(
            "RDPG-PLAN-APPLY(1)",
            "-i, --inventory=INVENTORY",
            "rdpg-plan apply bootstrap --dry-run --diff",
            "rdpg-plan(1)")
        .containsSubsequence("NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS", "130", "EXAMPLES");
  }

  @Test
  void man_shows_the_plan_language() {
    assertThat(man("rdpg-plan-plan"))
        .contains(
            "KEYS OF A STEP",
            "for_each",
            "render_template",
            "{{ cluster.id }}",
            "datname = 'rdpg'");
  }

  private String man(String page) {
    return run(program("man", "man-db"), "-M", MANUAL.toString(), page).replaceAll(".\b", "");
  }

  private static String program(String name, String debianPackage) {
    return DebianProgram.find(name, debianPackage).toString();
  }

  /** All that a program says. */
  private String run(String... command) {
    Map<String, String> environment =
        Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "80", "MANPAGER", "cat");
    return Running.run(directory, environment, List.of(command)).said();
  }
}
