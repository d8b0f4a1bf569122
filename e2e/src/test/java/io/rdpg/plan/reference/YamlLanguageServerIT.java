package io.rdpg.plan.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.reference.LanguageServer.Offer;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person sees who writes a plan in an editor with yaml-language-server. */
@Tag("tool")
@Tag("long")
class YamlLanguageServerIT {
  private static final Path PLANS = Path.of("../plans");
  private static final String HEAD =
      """
      # yaml-language-server: $schema=./plan.schema.json
      plan: example
      steps:
      """;

  @SuppressWarnings("NullAway.Init") // start() sets it
  private static LanguageServer server;

  private static int documents;

  @BeforeAll
  static void start() throws IOException {
    server = LanguageServer.start();
  }

  @AfterAll
  static void end() {
    server.close();
    assertThat(server.trouble()).isEmpty();
  }

  static Stream<Path> plans() throws IOException {
    try (Stream<Path> files = Files.walk(PLANS)) {
      List<Path> plans = files.filter(file -> file.toString().endsWith(".yml")).toList();
      assertThat(plans).hasSizeGreaterThan(10);
      return plans.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void nothing_is_underlined_in_a_shipped_plan(Path plan) throws IOException {
    String text = Files.readString(plan);
    assertThat(text).startsWith("# yaml-language-server: $schema=");
    server.open(plan, text);
    assertThat(server.problems(plan, text)).isEmpty();
  }

  /** The modeline leads to the schema: else a plan full of errors had none either. */
  @ParameterizedTest
  @MethodSource("plans")
  void every_shipped_plan_has_the_schema(Path plan) throws IOException {
    String text = Files.readString(plan) + "\nstpes: []\n";
    Path copy = plan.resolveSibling("with-an-error-" + plan.getFileName());
    server.open(copy, text);
    assertThat(server.problems(copy, text))
        .extracting(problem -> problem.underlined() + ": " + problem.message())
        .containsExactly("stpes: Property stpes is not allowed.");
  }

  /** The plans that pages for people print. */
  @Test
  void nothing_is_underlined_in_the_plans_of_the_docs() throws IOException {
    Pattern whole = Pattern.compile("(?ms)^```yaml\\n(?:# yaml-lang[^\\n]*\\n)?(plan:.*?)^```$");
    int plans = 0;
    for (Path page :
        files(Path.of(".."), 1, ".md", files(Path.of("../docs"), 9, ".md", List.of()))) {
      for (MatchResult plan : whole.matcher(Files.readString(page)).results().toList()) {
        plans++;
        String text = HEAD.lines().findFirst().orElseThrow() + "\n" + plan.group(1);
        Path file = PLANS.resolve("of-the-docs-" + plans + ".yml");
        server.open(file, text);
        assertThat(server.problems(file, text)).as("%s: %s", page, text).isEmpty();
      }
    }
    assertThat(plans).isGreaterThan(3);
  }

  /**
   * Words that aren't known all are, and most values that can't be. What a schema can't see: what
   * is in templates and expressions, other files, nodes, names that are given twice, proofs.
   */
  @Test
  void the_mistakes_that_a_schema_can_see_are_underlined() throws IOException {
    Pattern code = Pattern.compile("(?m) \\((\\w+)\\)$");
    Set<String> words =
        Set.of("unknown_primitive", "unknown_key", "unknown_argument", "duplicate_key");
    Set<String> values = Set.of("bad_value", "missing_argument", "syntax");
    List<String> unseen = new ArrayList<>();
    int judged = 0;
    for (Path said : files(Path.of("../cli/src/test/resources/bad-plans"), 1, ".txt", List.of())) {
      Path plan = Path.of(said.toString().replaceFirst("txt$", "yml"));
      String told = Files.readString(said);
      Set<String> codes =
          code.matcher(told).results().map(one -> one.group(1)).collect(Collectors.toSet());
      boolean word = !Collections.disjoint(codes, words);
      if (!word && Collections.disjoint(codes, values)) {
        continue;
      }
      judged++;
      // As an editor shows it, whatever it is encoded in.
      String written = new String(Files.readAllBytes(plan), UTF_8);
      String text = HEAD.lines().findFirst().orElseThrow() + "\n" + written;
      Path file = PLANS.resolve("bad-" + plan.getFileName());
      server.open(file, text);
      if (server.problems(file, text).isEmpty()) {
        assertThat(word).as("%s: %s", plan, told).isFalse();
        unseen.add(String.valueOf(plan.getFileName()));
      }
    }
    assertThat(judged).isGreaterThan(90);
    assertThat(unseen).hasSizeLessThan(judged / 4).doesNotContain("bad-var-name.yml");
  }

  private static List<Path> files(Path directory, int depth, String end, List<Path> more)
      throws IOException {
    try (Stream<Path> files = Files.walk(directory, depth)) {
      return Stream.concat(files.filter(file -> file.toString().endsWith(end)), more.stream())
          .toList();
    }
  }

  @Test
  void a_primitive_that_there_is_not() {
    assertThat(told("- name: a", "  sql_exce: {database: d}"))
        .containsExactly("4 sql_exce: Property sql_exce is not allowed.");
  }

  @Test
  void an_argument_that_there_is_not_and_one_that_is_missing() {
    assertThat(told("- name: a", "  sql_exec:", "    databse: d", "    sql: x", "    always: true"))
        .containsExactly(
            "4 sql_exec: Missing property \"database\".",
            "5 databse: Property databse is not allowed.");
  }

  @Test
  void a_step_without_a_name_or_a_deed() {
    assertThat(told("- assert: {that: x, message: m}"))
        .containsExactly("3 a: Missing property \"name\".");
    assertThat(told("- name: a"))
        .containsExactly("3 n: this step does nothing: give it a primitive, include or steps");
    assertThat(told("- a"))
        .containsExactly("3 a: a step is a map: '- name: …', and below it what the step does");
  }

  @Test
  void a_step_with_two_deeds() {
    assertThat(told("- name: a", "  lookup: {file: /x}", "  include: x.yml"))
        .containsExactly("5 include: a step does one thing: split it into two steps");
  }

  @Test
  void both_or_none_of_a_choice() {
    assertThat(
            told(
                "- name: a",
                "  sql_exec:",
                "    database: d",
                "    sql: x",
                "    file: x.sql",
                "    always: true"))
        .containsExactly("7 file: sql_exec takes only one of 'sql', 'file'");
    assertThat(told("- name: a", "  sql_exec:", "    database: d", "    sql: x"))
        .containsExactly("4 sql_exec: sql_exec needs one of 'unless', 'unless_file', 'always'");
  }

  @Test
  void an_argument_that_needs_another() {
    assertThat(told("- name: a", "  wait_for:", "    sql: SELECT 1"))
        .containsExactly("4 wait_for: wait_for needs 'database' where 'sql' is given");
    assertThat(told("- name: a", "  as: peer", "  lookup: {file: /x}"))
        .containsExactly("3 n: 'as' names the items of a 'for_each'");
  }

  @Test
  void values_of_a_wrong_kind() {
    assertThat(
            told(
                "- name: a",
                "  when: \"{{ x }}\"",
                "  retries: many",
                "  every: soon",
                "  register: 1st",
                "  wait_for:",
                "    port: h:1",
                "    timeout: 5 parsecs",
                "    passing: maybe"))
        .containsExactly(
            "4 \"{{ x }}\": 'when' must be true, false or a bare expression, without {{ }}",
            "5 many: 'retries' must be a whole number",
            "6 soon: 'every' must be a duration such as 500ms, 15s or 5m",
            "7 1st: 'register' is a name: letters, digits and _, no digit first",
            "8 wait_for: wait_for needs 'service' where 'passing' is given",
            "10 5 parsecs: 'timeout' must be a duration such as 500ms, 15s or 5m",
            "11 maybe: 'passing' must be true or false");
  }

  @Test
  void a_value_that_is_none_of_the_choices() {
    assertThat(
            told(
                "- name: a",
                "  register_watch: {name: w, handler: [x], config_dir: /x, type: servcie}"))
        .singleElement()
        .asString()
        .startsWith("4 servcie: Value is not accepted. Valid values: \"service\", \"services\"");
    assertThat(
            told(
                "- name: a",
                "  register_watch: {name: w, handler: [x], config_dir: /x, type: '{{ type }}'}"))
        .isEmpty();
  }

  @Test
  void what_says_nothing_of_a_step_that_holds_others() {
    assertThat(told("- name: a", "  include: x.yml", "  timeout: 5s"))
        .containsExactly(
            "5 timeout: 'timeout' has no effect on a step that contains others: give it to the steps"
                + " inside");
  }

  @Test
  void faults_in_nested_steps() {
    assertThat(
            told(
                "- name: a",
                "  steps:",
                "    - name: b",
                "      consul_lock:",
                "        key: k",
                "        steps:",
                "          - name: c",
                "            asert: {}"))
        .containsExactly("10 asert: Property asert is not allowed.");
  }

  @Test
  void keys_and_primitives_are_offered_in_a_step() {
    List<Offer> offers = offered("- name: a", "  @");
    assertThat(offers).extracting(Offer::label).containsAll(Primitives.signatures().keySet());
    assertThat(offers)
        .extracting(Offer::label)
        .containsAll(Key.names(Keys.DEEDS))
        .containsAll(Key.names(Keys.STEP.subList(1, Keys.STEP.size())));
    assertThat(offer(offers, "touches").documentation()).contains("previews");
  }

  @Test
  void arguments_are_offered_in_a_primitive() {
    List<Offer> offers = offered("- name: a", "  sql_exec:", "    database: d", "    @");
    assertThat(offers)
        .extracting(Offer::label)
        .contains("sql", "file", "unless", "retry_on", "transaction")
        .doesNotContain("database", "when", "render_template");
    assertThat(offer(offers, "transaction").text()).isEqualTo("transaction: ${1:true}");
    assertThat(offer(offers, "unless").documentation()).contains("only reads");
  }

  @Test
  void a_plans_keys_are_offered() {
    assertThat(offered("- name: a", "  assert: {that: 'true', message: m}", "<@"))
        .extracting(Offer::label)
        .contains("targets", "vars", "serial", "about");
  }

  @Test
  void choices_are_offered() {
    assertThat(offered("- name: a", "  register_watch:", "    type: @"))
        .extracting(Offer::label)
        .contains("keyprefix", "service", "event");
  }

  static Stream<Signature> signatures() {
    return Primitives.signatures().values().stream();
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void a_primitive_that_is_chosen_is_written_with_all_that_it_needs(Signature signature) {
    String written = offer(offered("- name: a", "  @"), signature.name()).text();
    assertThat(written).startsWith(signature.name() + ":").contains("${1:");
    assertThat(told("- name: a", filled(written).indent(2))).isEmpty();
  }

  @Test
  void a_primitive_is_told_of_under_the_mouse() {
    String shown = hover("- name: a", "  sql_e@xec:", "    database: d");
    assertThat(shown)
        .contains("Runs SQL unless", "In sync when `unless` holds", "```yaml", "one of `sql`")
        .doesNotContain("||");
  }

  @Test
  void an_argument_is_told_of_under_the_mouse() {
    assertThat(hover("- name: a", "  wait_for:", "    time@out: 5m"))
        .contains("The deadline", "`500ms`", "is in seconds", "Default: `5m`");
    assertThat(hover("- name: a", "  render_template:", "    mo@de: 0644"))
        .contains("octal permission bits");
  }

  @Test
  void a_key_is_told_of_under_the_mouse() {
    assertThat(hover("- name: a", "  for_e@ach: cluster.peers"))
        .contains("the step runs once for each item", "without `{{ }}`");
  }

  /** What an editor leaves behind when every place was passed over with the tab key. */
  static String filled(String snippet) {
    return snippet
        .replaceAll("\\$\\{\\d+:((?:\\\\.|[^}\\\\])*)}", "$1")
        .replaceAll("\\\\(.)", "$1");
  }

  private static List<String> told(String... lines) {
    Document document = Document.of(lines);
    server.open(document.file, document.text);
    return server.problems(document.file, document.text).stream()
        .map(problem -> problem.line() + " " + problem.underlined() + ": " + problem.message())
        .toList();
  }

  private static List<Offer> offered(String... lines) {
    Document document = Document.of(lines);
    server.open(document.file, document.text);
    return server.completion(document.file, document.line, document.column);
  }

  private static Offer offer(List<Offer> offers, String label) {
    return offers.stream().filter(offer -> offer.label().equals(label)).findFirst().orElseThrow();
  }

  private static String hover(String... lines) {
    Document document = Document.of(lines);
    server.open(document.file, document.text);
    return server.hover(document.file, document.line, document.column);
  }

  /**
   * A plan that is only in the editor.
   *
   * @param line where the cursor is, which the text says with an @
   */
  private record Document(Path file, String text, int line, int column) {

    /** Steps, or, after a {@code <}, keys of the plan. */
    static Document of(String... lines) {
      StringBuilder text = new StringBuilder(HEAD);
      for (String line : lines) {
        text.append(line.startsWith("<") ? line.substring(1) + "\n" : line.indent(2));
      }
      int cursor = text.indexOf("@");
      int line = 0;
      int column = 0;
      if (cursor >= 0) {
        text.deleteCharAt(cursor);
        String before = text.substring(0, cursor);
        line = (int) before.chars().filter(c -> c == '\n').count();
        column = before.length() - before.lastIndexOf('\n') - 1;
      }
      return new Document(
          PLANS.resolve("only-in-the-editor-" + ++documents + ".yml"),
          text.toString(),
          line,
          column);
    }
  }
}
