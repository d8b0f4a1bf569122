package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewCommandTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String PRIMITIVES = "engine/src/main/java/io/rdpg/plan/step/builtin";
  private static final String TESTS = "engine/src/test/java/io/rdpg/plan/step/builtin";

  private final InProcessCommands commands = new InProcessCommands();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"a", "grant-access", "with_words_2", "x9-y"})
  void a_new_plan_is_valid_and_in_its_form(String name) {
    assertThat(run("new", "plan", name)).as(commands.err()).isZero();
    Path plan = directory.resolve("plans").resolve(name + ".yml");
    assertThat(plan.resolveSibling(name + ".test.sh")).isExecutable();
    assertThat(run("validate", plan.toString())).as(commands.err()).isZero();
    assertThat(run("fmt", "--check", "--diff", plan.toString())).as(commands.out()).isZero();
  }

  @Test
  void where_junit_tests_plans_it_writes_such_a_test() throws IOException {
    TestFiles.write(
        directory.resolve("pom.xml"),
        "<artifactId>rdpg-plan-junit</artifactId><scope>test</scope>");
    assertThat(run("new", "plan", "grant-access_2", "--dir", "deep/er"))
        .as(commands.err())
        .isZero();
    assertThat(TestFiles.names(directory))
        .containsExactly(
            "deep/er/grant-access_2.yml", "pom.xml", "src/test/java/plans/GrantAccess2IT.java");
    assertThat(directory.resolve("src/test/java/plans/GrantAccess2IT.java"))
        .content()
        .contains("class GrantAccess2IT {", "PLAN = \"deep/er/grant-access_2.yml\";");
    assertThat(commands.out()).endsWith("Test it on a lab: mvn verify -Dit.test=GrantAccess2IT\n");
  }

  @Test
  void it_names_the_schema_where_there_is_one() throws IOException {
    TestFiles.write(directory.resolve("plans/plan.schema.json"), "{}");
    assertThat(run("new", "plan", "one")).isZero();
    assertThat(run("new", "plan", "two", "--dir", "plans/deep/er")).isZero();
    assertThat(directory.resolve("plans/one.yml"))
        .content()
        .startsWith("# yaml-language-server: $schema=plan.schema.json\nplan: one\n");
    assertThat(directory.resolve("plans/deep/er/two.yml"))
        .content()
        .startsWith("# yaml-language-server: $schema=../../plan.schema.json\nplan: two\n");
  }

  @Test
  void the_schema_of_the_installation_is_named_whole() throws IOException {
    assertThat(run("new", "plan", "one")).isZero();
    assertThat(directory.resolve("plans/one.yml"))
        .content()
        .startsWith(
            "# yaml-language-server: $schema=" + HOME.resolve("plans/plan.schema.json") + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "", "A", "a b", "-a", "a-", "a.yml", "ä", "a\nb"})
  void bad_names_of_plans_write_nothing(String name) throws IOException {
    assertThat(run("new", "plan", "--", name)).isEqualTo(2);
    assertThat(commands.err()).contains("bad_command_line");
    assertThat(TestFiles.names(directory)).isEmpty();
  }

  @Test
  void nothing_is_overwritten_and_nothing_half_made() throws IOException {
    TestFiles.write(directory.resolve("plans/one.test.sh"), "mine");
    assertThat(run("new", "plan", "one")).isEqualTo(2);
    assertThat(commands.err()).contains("plans/one.test.sh already exists");
    assertThat(TestFiles.names(directory)).containsExactly("plans/one.test.sh");
    assertThat(directory.resolve("plans/one.test.sh")).hasContent("mine");
  }

  @Test
  void a_new_primitive_is_in_the_list_and_has_a_fixture() throws IOException {
    checkout();
    assertThat(run("new", "primitive", "my_thing")).as(commands.err()).isZero();
    assertThat(commands.out()).contains("MyThing.java", "MyThingTest.java", "explain --markdown");
    assertThat(added(PRIMITIVES + "/Primitives.java"))
        .containsExactly("          new Assert(),", "          new MyThing());");
    assertThat(added(TESTS + "/Fixtures.java"))
        .containsExactly("          acts(\"my_thing\", \"{key: k, value: v}\", node -> {}),");
    assertThat(run("new", "primitive", "my_thing")).isEqualTo(2);
    assertThat(commands.err()).contains("MyThing.java already exists");
    assertThat(run("new", "primitive", "another")).isZero();
    assertThat(added(PRIMITIVES + "/Primitives.java")).contains("          new Another());");
  }

  static Stream<String> keysOfSteps() throws IOException {
    String page = Files.readString(HOME.resolve("docs/plan-language.md"));
    String table = page.substring(page.indexOf("## A step's keys"), page.indexOf("## Templates"));
    List<String> keys =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
            .matcher(table)
            .results()
            .map((MatchResult row) -> row.group(1))
            .toList();
    assertThat(keys).hasSizeGreaterThan(10);
    return keys.stream();
  }

  @ParameterizedTest
  @MethodSource("keysOfSteps")
  void keys_of_steps_are_no_primitives(String name) throws IOException {
    refusedPrimitive(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/b",
        "",
        "MyThing",
        "my-thing",
        "_a",
        "a__b",
        "a_",
        "9a",
        "consul_kv",
        "consul_lock",
        "string",
        "object",
        "fixtures",
        "primitives",
        "file_diff",
        "read",
        "kind",
        "a_name_that_is_much_longer_than_it_should_be"
      })
  void bad_names_of_primitives_write_nothing(String name) throws IOException {
    refusedPrimitive(name);
  }

  private void refusedPrimitive(String name) throws IOException {
    checkout();
    List<String> before = TestFiles.names(directory);
    assertThat(run("new", "primitive", "--", name)).as(name).isEqualTo(2);
    assertThat(commands.err()).contains("bad_command_line");
    assertThat(TestFiles.names(directory)).isEqualTo(before);
    assertThat(added(PRIMITIVES + "/Primitives.java")).isEmpty();
  }

  @Test
  void a_list_that_is_not_found_changes_nothing() throws IOException {
    checkout();
    Path fixtures = directory.resolve(TESTS).resolve("Fixtures.java");
    Files.writeString(fixtures, "class Fixtures {}\n");
    List<String> before = TestFiles.names(directory);
    assertThat(run("new", "primitive", "my_thing")).isEqualTo(2);
    assertThat(TestFiles.names(directory)).isEqualTo(before);
    assertThat(added(PRIMITIVES + "/Primitives.java")).isEmpty();
  }

  @Test
  void a_primitive_has_its_place() throws IOException {
    checkout();
    assertThat(run("new", "primitive", "my_thing", "--dir", "plans")).isEqualTo(2);
    assertThat(commands.err()).contains("--dir is for plans only");
    assertThat(added(PRIMITIVES + "/Primitives.java")).isEmpty();
  }

  @Test
  void outside_of_a_checkout_it_says_how() throws IOException {
    assertThat(run("new", "primitive", "my_thing")).isEqualTo(2);
    assertThat(commands.err()).contains("META-INF/services/io.rdpg.plan.step.Primitive");
    assertThat(TestFiles.names(directory)).isEmpty();
  }

  /** Just what of a checkout a new primitive has to do with. */
  private void checkout() throws IOException {
    for (String part : List.of(PRIMITIVES, TESTS)) {
      Path to = Files.createDirectories(directory.resolve(part));
      try (Stream<Path> files = Files.list(HOME.resolve(part))) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName().toString()));
        }
      }
    }
  }

  /** The lines that a file of the checkout has and ours has not. */
  private List<String> added(String file) throws IOException {
    List<String> ours = Files.readAllLines(HOME.resolve(file));
    return Files.readAllLines(directory.resolve(file)).stream()
        .filter(line -> !ours.contains(line))
        .toList();
  }

  private int run(String... arguments) {
    return commands.run(directory, HOME, arguments);
  }
}
