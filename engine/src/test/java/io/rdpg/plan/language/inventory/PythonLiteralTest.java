package io.rdpg.plan.language.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each value as {@code ansible-inventory --list} shows it. */
class PythonLiteralTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1             | 1
          -5            | -5
          - 1           | -1
          --1           | '--1'
          1_000         | 1000
          0x1F          | 31
          0o17          | 15
          0b101         | 5
          00            | 0
          0644          | '0644'
          1.            | 1.0
          .5            | 0.5
          1e3           | 1000.0
          5m            | '5m'
          1+1           | '1+1'
          99999999999999999999 | 99999999999999999999
          True          | true
          False         | false
          true          | 'true'
          yes           | 'yes'
          on            | 'on'
          None          | null
          none          | 'none'
          abc           | 'abc'
          a b           | 'a b'
          'abc'         | 'abc'
          "a b"         | 'a b'
          'a' 'b'       | 'ab'
          u'x'          | 'x'
          b'x'          | 'x'
          f'x'          | 'f'x''
          'x\\x41\\t'   | 'xA\t'
          r'\\n'        | '\\n'
          '\\q'         | '\\q'
          'open         | ''open'
          1,2           | [1, 2]
          (1,)          | [1]
          (1)           | 1
          ()            | []
          [1, 'a', True]| [1, 'a', true]
          [1,]          | [1]
          [1            | '[1'
          [a]           | '[a]'
          {}            | {}
          {'a': [1, 2]} | {a: [1, 2]}
          {1: 2}        | {1: 2}
          {'a', 'b'}    | ['a', 'b']
          5 # five      | 5
          abc # five    | 'abc # five'
          foo#bar       | 'foo#bar'
          ``            | ''
          """)
  void reads_what_ansible_reads(String written, String expected) {
    assertThat(shown(PythonLiteral.value(written, Span.of("x")))).isEqualTo(expected);
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.Str str -> "'" + str.text() + "'";
      case Value.Num num -> num.number().toString();
      case Value.Bool bool -> String.valueOf(bool.value());
      case Value.Nothing _ -> "null";
      case Value.Seq seq ->
          seq.items().stream()
              .map(PythonLiteralTest::shown)
              .collect(Collectors.joining(", ", "[", "]"));
      case Value.Mapping map ->
          map.entries().entrySet().stream()
              .map(entry -> entry.getKey() + ": " + shown(entry.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
