package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.reference.CommandPage;
import io.rdpg.plan.reference.ExplainPages;
import io.rdpg.plan.reference.ManPages;
import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the tool says of itself, read as a person reads it. */
class HelpTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private final InProcessCommands commands = new InProcessCommands();

  @TempDir Path directory;

  /**
   * Command lines after which {@code --help} is asked for: the program's own and each command's.
   */
  static Stream<List<String>> commands() {
    return Stream.concat(
        Stream.of(List.<String>of()), line().getSubcommands().keySet().stream().map(List::of));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_fits_a_terminal_and_has_examples(List<String> command) {
    String help = help(command);
    assertThat(help.lines()).allMatch(text -> text.length() <= 80);
    assertThat(help)
        .startsWith(
            "Usage: rdpg-plan" + String.join("", command.stream().map(c -> " " + c).toList()))
        .containsPattern("\nExamples\n  .*rdpg-plan ")
        .doesNotContain("${", "%n", "@|", "null");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_option_is_told_of(List<String> command) {
    CommandLine line = line(command);
    String help = help(command);
    line.getCommandSpec()
        .options()
        .forEach(option -> assertThat(help).contains(option.longestName()));
    assertThat(line.getCommandSpec().options())
        .allMatch(option -> option.description().length > 0, "has a description");
  }

  /** As LinksTest does it with the docs: what a person copies must be understood. */
  @ParameterizedTest
  @MethodSource("commands")
  void examples_are_command_lines(List<String> command) {
    List<CommandPage.Example> examples = page(command).examples();
    assertThat(examples).isNotEmpty();
    for (CommandPage.Example example : examples) {
      String words =
          example.line().replaceAll("^source <\\((.*)\\)$", "$1").replaceAll(" [|>].*", "");
      assertThat(words).startsWith("rdpg-plan ");
      List<String> arguments = List.of(words.replace("'", "").split(" "));
      assertThatCode(
              () -> line().parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new)))
          .as(words)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void apply_tells_its_exit_codes_and_groups_its_options() {
    String help = help(List.of("apply"));
    for (ExitCode exit : ExitCode.values()) {
      assertThat(help).containsPattern("(?m)^  " + exit.number() + " +[a-z]");
    }
    assertThat(help).containsSubsequence("Where and with what", "Preview", "--dry-run", "Output");
  }

  @Test
  void explain_without_a_word_lists_all_words() {
    assertThat(run("explain")).isZero();
    assertThat(commands.out())
        .contains(Primitives.signatures().keySet())
        .contains(Key.names(Keys.PLAN))
        .contains(Key.names(Keys.STEP))
        .contains(Key.names(Keys.DEEDS));
  }

  static List<String> words() {
    return new ExplainPages(Primitives.signatures())
        .words().stream()
            .filter(word -> !word.equals("events"))
            .filter(word -> Code.RULES.stream().noneMatch(rule -> rule.word().equals(word)))
            .toList();
  }

  @ParameterizedTest
  @MethodSource("words")
  void every_word_is_explained_and_fits_a_terminal(String word) {
    assertThat(run("explain", word)).isZero();
    List<String> lines = commands.out().lines().toList();
    boolean example = false;
    for (String text : lines) {
      example |= text.equals("Example");
      assertThat(example || text.length() <= 80).as(text).isTrue();
    }
    assertThat(lines).hasSizeGreaterThan(5);
  }

  @Test
  void explain_tells_units_defaults_and_where_templates_go() {
    run("explain", "wait_for");
    assertThat(commands.out())
        .contains("duration, default 5m", "a bare number is", "an expression without `{{ }}`");
    commands.forget();
    run("explain", "render_template");
    assertThat(commands.out()).contains("octal permission bits", "template file, required");
  }

  @Test
  void explain_knows_arguments() {
    assertThat(run("explain", "unless_file")).isZero();
    assertThat(commands.out()).startsWith("unless_file, an argument of sql_exec\n");
  }

  @Test
  void explain_names_the_nearest_word() {
    assertThat(run("explain", "foreach")).isEqualTo(2);
    assertThat(commands.err()).contains("unknown word foreach", "did you mean 'for_each'?");
  }

  static Stream<Signature> signatures() {
    return Primitives.signatures().values().stream();
  }

  /**
   * Read, checked and looked up as an author's plan is: names, files, variables and filters too.
   */
  @ParameterizedTest
  @MethodSource("signatures")
  void the_example_of_a_primitive_is_a_valid_plan(Signature signature) throws IOException {
    assertValid("plan: example\nsteps:\n" + signature.example().indent(2));
  }

  /** What an editor writes when a primitive is chosen, every place passed over with the tab key. */
  @ParameterizedTest
  @MethodSource("signatures")
  void the_skeleton_of_a_primitive_is_a_valid_plan(Signature signature) throws IOException {
    JsonNode skeleton =
        PlanSchema.of(Primitives.signatures().values())
            .at("/definitions/step/allOf/0/properties/" + signature.name())
            .at("/defaultSnippets/0/body");
    assertThat(skeleton.isObject()).isTrue();
    assertValid(
        "plan: example\nsteps:\n  - name: a step\n    "
            + signature.name()
            + ":\n"
            + yaml(skeleton).indent(6));
  }

  private static String yaml(JsonNode body) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> entry : body.properties()) {
      text.append(entry.getKey()).append(':');
      JsonNode value = entry.getValue();
      if (value.isTextual()) {
        text.append(' ').append(filled(value.asText())).append('\n');
      } else if (value.isObject()) {
        text.append('\n').append(yaml(value).indent(2));
      } else {
        value.forEach(item -> text.append("\n  - ").append(yaml(item).indent(4).strip()));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String filled(String snippet) {
    return snippet
        .replaceAll("\\$\\{\\d+:((?:\\\\.|[^}\\\\])*)}", "$1")
        .replaceAll("\\\\(.)", "$1");
  }

  static Stream<Key> planKeys() {
    return Keys.PLAN.stream();
  }

  @ParameterizedTest
  @MethodSource("planKeys")
  void the_example_of_a_plans_key_is_valid(Key key) throws IOException {
    String plan = key.name().equals("plan") ? "" : "plan: example\n";
    String steps = key.name().equals("steps") ? "" : "steps: []\n";
    assertValid(plan + key.example().stripTrailing() + "\n" + steps);
  }

  static Stream<Key> stepKeys() {
    return Stream.concat(Keys.STEP.stream(), Keys.DEEDS.stream());
  }

  @ParameterizedTest
  @MethodSource("stepKeys")
  void the_example_of_a_steps_key_is_valid(Key key) throws IOException {
    List<String> lines = new ArrayList<>();
    if (!key.name().equals("name")) {
      lines.add("name: example");
    }
    if (key.name().equals("as")) {
      lines.add("for_each: cluster.peers");
    }
    if (key.name().equals("become_user")) {
      lines.add("become: true");
    }
    if (key.name().equals("on_failure")) {
      lines.add("steps: []");
    } else if (!Key.names(Keys.DEEDS).contains(key.name())) {
      lines.add("command: {run: [\"true\"], always: true}");
    }
    lines.addAll(key.example().stripTrailing().lines().toList());
    String driver = "replication/native/server.yml";
    TestFiles.write(directory.resolve(driver), "plan: server\nsteps: []\n");
    assertValid(
        "plan: example\nvars: {schema: rdpg}\nsteps:\n  - " + String.join("\n    ", lines) + "\n");
  }

  private void assertValid(String text) throws IOException {
    Path plan = Files.writeString(directory.resolve("example.yml"), text);
    assertThat(run("validate", plan.toString())).as(text + commands.err()).isZero();
  }

  @Test
  void the_manual_is_what_the_code_says() throws IOException {
    Map<String, String> pages = ManPages.of(page(List.of()), Primitives.signatures().values());
    Path docs = HOME.resolve("docs/man");
    for (Map.Entry<String, String> page : pages.entrySet()) {
      assertThat(docs.resolve(page.getKey()))
          .as("out of date: ./rdpg-plan man --into docs/man")
          .hasContent(page.getValue());
    }
    try (Stream<Path> files = Files.walk(docs)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> docs.relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(pages.keySet());
    }
  }

  @Test
  void the_manual_has_a_page_for_each_command_and_for_plans() {
    for (List<String> command : commands().toList()) {
      commands.forget();
      List<String> words = new ArrayList<>(List.of("man"));
      words.addAll(command);
      assertThat(run(words.toArray(String[]::new))).isZero();
      assertThat(commands.out()).contains(".TH \"RDPG\\-PLAN", ".SH \"EXAMPLES\"");
    }
    commands.forget();
    assertThat(run("man", "plan")).isZero();
    assertThat(commands.out()).contains("\\fBfor_each\\fR", ".SS \"render_template\"");
    assertThat(run("man", "aply")).isEqualTo(2);
    assertThat(commands.err()).contains("no manual page for aply", "did you mean 'apply'?");
  }

  /**
   * Written anew by: {@code ./rdpg-plan --debug --help
   * >cli/src/main/resources/io/rdpg/plan/cli/help.txt}.
   */
  @Test
  void the_short_answers_are_those_of_the_commands() {
    assertThat(ShortAnswers.to("--help"))
        .isEqualTo(ShortAnswers.to("-h"))
        .isEqualTo(help(List.of()));
    assertThat(run("--version")).isZero();
    assertThat(ShortAnswers.to("--version"))
        .isEqualTo(ShortAnswers.to("-V"))
        .isEqualTo(commands.out());
    assertThat(ShortAnswers.to()).isNull();
    assertThat(ShortAnswers.to("apply")).isNull();
    assertThat(ShortAnswers.to("apply", "--help")).isNull();
  }

  @Test
  void the_manual_can_be_written_into_a_directory() {
    assertThat(run("man", "--into", directory.resolve("man").toString())).isZero();
    assertThat(directory.resolve("man/man1/rdpg-plan-apply.1")).isNotEmptyFile();
    assertThat(directory.resolve("man/man5/rdpg-plan-plan.5")).isNotEmptyFile();
  }

  private String help(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.add("--help");
    assertThat(run(words.toArray(String[]::new))).isZero();
    String help = commands.out();
    commands.forget();
    return help;
  }

  private static CommandPage page(List<String> command) {
    return CommandPage.of(line(command).getCommandSpec());
  }

  private static CommandLine line(List<String> command) {
    CommandLine line = line();
    for (String word : command) {
      line = Objects.requireNonNull(line.getSubcommands().get(word), word);
    }
    return line;
  }

  private static CommandLine line() {
    return new RootCommand(
            new InProcessCommands().streams(), new Installation(HOME, HOME, Map.of()))
        .line();
  }

  private int run(String... arguments) {
    return commands.run(HOME, HOME, arguments);
  }
}
