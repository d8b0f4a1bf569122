package io.rdpg.plan.language.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.YamlDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class YamlFormatterTest {
  private static final Path HOME = Path.of("..");
  private static final Pattern EXPECTED = Pattern.compile("(?s)(.*?)\n=====>\n(.*)");

  /** Text before and after, from layout/*.txt. */
  static Stream<Path> pairs() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/layout"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void has_one_form(Path file) throws IOException {
    Matcher pair = EXPECTED.matcher(Files.readString(file));
    assertThat(pair.matches()).isTrue();
    assertThat(laidOut(pair.group(1) + "\n")).isEqualTo(pair.group(2));
    assertThat(laidOut(pair.group(2))).isEqualTo(pair.group(2));
  }

  static Stream<Path> shipped() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String directory : List.of("plans", "inventories", "scripts")) {
      try (Stream<Path> below = Files.walk(HOME.resolve(directory))) {
        files.addAll(below.filter(file -> file.toString().endsWith(".yml")).toList());
      }
    }
    assertThat(files).hasSizeGreaterThan(10);
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void what_we_ship_is_in_its_form(Path file) throws IOException {
    assertThat(laidOut(Files.readString(file))).isEqualTo(Files.readString(file));
  }

  @Test
  void line_ends_become_line_feeds_and_the_last_line_has_one() {
    assertThat(laidOut("a: b\r\n\r\n# c\rd: e")).isEqualTo("a: b\n\n# c\nd: e\n");
    assertThat(laidOut("\uFEFFa: b\n  ")).isEqualTo("a: b\n");
    assertThat(laidOut("")).isEmpty();
    assertThat(laidOut("   # only\n\n\n")).isEqualTo("# only\n\n\n");
  }

  @Test
  void a_block_that_ends_without_a_line_end_keeps_its_value() {
    assertThat(laidOut("a: |\n    b")).isEqualTo("a: |\n  b");
    assertThat(laidOut("a: |")).isEqualTo("a: |\n");
  }

  @Test
  void blanks_between_words_are_one_form_whatever_names_hold() {
    assertThat(laidOut("a: &x [ 1 ,2 ]\nb: [ *x , &y  , !!str , ]\nc :   {\"d\":1,e: }\n"))
        .isEqualTo("a: &x [1, 2]\nb: [*x, &y , !!str ,]\nc: {\"d\": 1, e: }\n");
  }

  @Test
  void what_is_not_yaml_is_told() {
    assertThat(diagnostic("a: [1\n")).contains("syntax");
    assertThat(diagnostic("a: 1\na: 2\n")).contains("duplicate_key");
    assertThat(diagnostic("a: {{ b }}\n")).contains("quote a value that begins with {{");
    assertThat(diagnostic("a: b # c\u2028d: e\n")).contains("U+2028");
  }

  @Test
  void random_texts_keep_what_they_say() {
    int tries = Integer.getInteger("rdpg.tries", 2_000);
    for (long seed = 0; seed < tries; seed++) {
      RandomYaml yaml = new RandomYaml(seed, seed);
      String text = yaml.text();
      String laidOut = laidOut(text);
      assertThat(means(laidOut))
          .as("what it means, seed %s:\n%s", seed, text)
          .isEqualTo(yaml.means);
      assertThat(found(yaml.comments, laidOut)).as("seed %s", seed).isEqualTo(yaml.comments);
      assertThat(blank(laidOut)).as("blank lines, seed %s", seed).isEqualTo(blank(text));
      assertThat(laidOut(laidOut)).as("again, seed %s", seed).isEqualTo(laidOut);
      assertThat(laidOut(new RandomYaml(seed, seed + 1).text()))
          .as("with other blanks, seed %s", seed)
          .isEqualTo(laidOut);
    }
  }

  /** Those of the comments that lines end with, byte for byte and in this order. */
  private static List<String> found(List<String> comments, String text) {
    List<String> found = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (found.size() < comments.size() && line.endsWith(comments.get(found.size()))) {
        found.add(comments.get(found.size()));
      }
    }
    return found;
  }

  private static List<Integer> blank(String text) {
    List<String> lines = text.lines().toList();
    return IntStream.range(0, lines.size()).filter(i -> lines.get(i).isBlank()).boxed().toList();
  }

  private static Object means(String text) {
    Diagnostics diagnostics = new Diagnostics();
    Value value = YamlDocument.read("random", text, diagnostics).orElseThrow();
    diagnostics.rejectIfAny();
    return plain(value);
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Str str -> str.text();
      case Value.Num num -> "number " + num.source();
      case Value.Bool bool -> "truth " + bool.source();
      case Value.Nothing _ -> "nothing";
      case Value.Seq seq -> seq.items().stream().map(YamlFormatterTest::plain).toList();
      case Value.Mapping map -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.entries().forEach((key, entry) -> plain.put(key, plain(entry.value())));
        yield plain;
      }
    };
  }

  private static String laidOut(String text) {
    Diagnostics diagnostics = new Diagnostics();
    return YamlFormatter.of("test", text, diagnostics)
        .orElseThrow(() -> new AssertionError(diagnostics.all() + "\n" + text));
  }

  private static String diagnostic(String text) {
    Diagnostics diagnostics = new Diagnostics();
    assertThat(YamlFormatter.of("test", text, diagnostics)).isEmpty();
    return diagnostics.all().toString().toLowerCase(java.util.Locale.ROOT).replace("u+", "U+");
  }
}
