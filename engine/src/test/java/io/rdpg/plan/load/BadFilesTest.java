package io.rdpg.plan.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.primitives.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One file for each kind of fault. Each begins with what is to be told of it, one line a fault:
 * {@code # expect: [file] CODE line:column [part of the hint]}.
 */
class BadFilesTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Pattern EXPECTED =
      Pattern.compile("# expect: (?:(\\S+\\.yml) )?([A-Z_]+) (\\d+:\\d+) ?(.*)");

  static Stream<Path> plans() throws IOException {
    return files("bad-plans");
  }

  static Stream<Path> inventories() throws IOException {
    return files("bad-inventories");
  }

  @ParameterizedTest
  @MethodSource("plans")
  void every_fault_of_a_plan_is_told_at_its_place(Path file) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    new PlanReader(Primitives.signatures(), BadFilesTest::noVariables).read(file, diagnostics);
    assertTold(file, diagnostics.all());
  }

  @ParameterizedTest
  @MethodSource("inventories")
  void every_fault_of_an_inventory_is_told_at_its_place(Path file) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    InventoryReader.read(file, diagnostics);
    assertTold(file, diagnostics.all());
  }

  @Test
  void a_missing_file_is_told() {
    Diagnostics diagnostics = new Diagnostics();
    YamlSource.read(Path.of("no/such.yml"), diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.MISSING_FILE);
  }

  private static java.util.Set<String> noVariables(Object path, Object vars, Span at) {
    throw Failure.of(Code.UNDEFINED_VARIABLE, "the variable 'nothing' is not defined");
  }

  private static void assertTold(Path file, List<Diagnostic> told) throws IOException {
    List<Matcher> expected =
        Files.readString(file).lines().map(EXPECTED::matcher).filter(Matcher::matches).toList();
    assertThat(expected).as("a file without an expectation").isNotEmpty();
    assertThat(told.stream().map(fault -> shown(file, fault)))
        .as("%s", told)
        .containsExactlyElementsOf(
            expected.stream()
                .map(line ->
                    (line.group(1) == null ? "" : line.group(1) + " ")
                        + line.group(2)
                        + " "
                        + line.group(3))
                .toList());
    for (int i = 0; i < told.size(); i++) {
      if (!expected.get(i).group(4).isEmpty()) {
        assertThat(told.get(i).hint()).contains(expected.get(i).group(4));
      }
    }
  }

  private static String shown(Path file, Diagnostic fault) {
    Span at = Objects.requireNonNull(fault.at(), fault::toString);
    String other =
        at.file().equals(file.toString())
            ? ""
            : Objects.requireNonNull(file.getParent()).relativize(Path.of(at.file())) + " ";
    return other + fault.code() + " " + at.line() + ":" + at.column();
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }
}
