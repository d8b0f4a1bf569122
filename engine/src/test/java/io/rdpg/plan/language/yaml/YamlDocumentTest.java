package io.rdpg.plan.language.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentTest {
  @ParameterizedTest
  @CsvSource({
    "0644, 420",
    "0o644, string",
    "12, 12",
    "-5, -5",
    "1_000, 1000",
    "0x10, 16",
    "0b101, 5",
    "2.5, 2.5",
    "1.5e+3, 1500.0",
    ".5, 0.5",
    "12e4, string", // a commit's id
    "1e10, string",
    "1.5e3, string",
    "+.5, string",
    ".inf, string",
    ".nan, string",
    "1.0e+999, string",
    "99999999999999999999, 99999999999999999999",
    "22:22, string",
    "12:30:45, string",
    "2024-01-02, string",
    "'\"5\"', string",
    "yes, true",
    "off, false",
    "True, true",
    "'\"on\"', string",
    "~, nothing",
    "null, nothing",
    "x y, string",
  })
  void scalars_are_what_yaml_1_1_says_but_for_times(String source, String expected) {
    Value value = read("v: " + source).get("v");
    String shown =
        switch (value) {
          case null -> "absent";
          case Value.Str _ -> "string";
          case Value.Num num -> num.number().toString();
          case Value.Bool bool -> String.valueOf(bool.value());
          case Value.Nothing _ -> "nothing";
          case Value.Seq _ -> "list";
          case Value.Mapping _ -> "map";
        };
    assertThat(shown).isEqualTo(expected);
  }

  @Test
  void keys_stay_as_they_are_written() {
    assertThat(read("on: a\n0644: b\nyes: c\n~: d").entries().keySet())
        .containsExactly("on", "0644", "yes", "~");
  }

  @Test
  void numbers_keep_their_source() {
    assertThat(read("mode: 0644").get("mode"))
        .isInstanceOfSatisfying(Value.Num.class, num -> assertThat(num.source()).isEqualTo("0644"));
  }

  @Test
  void values_know_where_they_stand() {
    Value.Mapping map = read("a:\n  - x\n  - bc: \"q\"\n");
    Value.Seq list = (Value.Seq) Objects.requireNonNull(map.get("a"));
    Value.Mapping item = (Value.Mapping) list.items().get(1);
    Value.Entry entry = Objects.requireNonNull(item.entries().get("bc"));
    assertThat(entry.keyAt()).isEqualTo(new Span("t", 3, 5, "  - bc: \"q\""));
    assertThat(entry.value().at()).isEqualTo(new Span("t", 3, 9, "  - bc: \"q\""));
  }

  @Test
  void aliases_and_merge_keys_give_what_they_name() {
    Value.Mapping map =
        read("base: &b {x: 1, y: 2}\nmore: &m {z: 3, y: 9}\na:\n  <<: [*b, *m]\n  x: 5\nb: *b\n");
    Value.Mapping a = (Value.Mapping) Objects.requireNonNull(map.get("a"));
    assertThat(a.entries().keySet()).containsExactly("x", "y", "z");
    assertThat(source(a, "x")).isEqualTo("5");
    assertThat(source(a, "y")).isEqualTo("2");
    assertThat(map.get("b")).isEqualTo(map.get("base"));
  }

  @Test
  void a_second_merge_key_is_refused_as_any_key_is() {
    Diagnostics diagnostics = new Diagnostics();
    YamlDocument.read("t", "b: &b {x: 1}\na:\n  <<: *b\n  <<: *b\n", diagnostics);
    assertThat(diagnostics.all())
        .singleElement()
        .satisfies(twice -> {
          assertThat(twice.message()).isEqualTo("'<<' is given twice");
          assertThat(twice.hint()).startsWith("it is already at line 3;");
        });
  }

  @Test
  void block_scalars_keep_their_lines() {
    assertThat(read("a: |\n  x\n  y\nb: >-\n  x\n  y\n").get("a"))
        .isInstanceOfSatisfying(
            Value.Str.class,
            str -> {
              assertThat(str.text()).isEqualTo("x\ny\n");
              assertThat(str.at().column()).isEqualTo(4);
            });
  }

  private static String source(Value.Mapping map, String key) {
    return LiteralOrTemplate.scalar(Objects.requireNonNull(map.get(key))).orElseThrow();
  }

  private static Value.Mapping read(String text) {
    Diagnostics diagnostics = new Diagnostics();
    Value value = YamlDocument.read("t", text, diagnostics).orElseThrow();
    assertThat(diagnostics.all()).isEmpty();
    return (Value.Mapping) value;
  }

  @Test
  void a_missing_file_is_told() {
    Diagnostics diagnostics = new Diagnostics();
    YamlDocument.read(Path.of("no/such.yml"), diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.MISSING_FILE);
  }

  @Test
  void an_escape_that_the_end_cuts_off_is_told() {
    Diagnostics diagnostics = new Diagnostics();
    YamlDocument.read("x.yml", "\"\\u", diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.SYNTAX);
  }
}
