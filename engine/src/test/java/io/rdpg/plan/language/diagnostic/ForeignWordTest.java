package io.rdpg.plan.language.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ForeignWordTest {
  @Test
  void every_line_of_the_table_has_a_kind_that_is_asked_for_and_a_hint() throws IOException {
    Properties table = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                ForeignWord.class.getResourceAsStream("foreign-words.properties")),
            StandardCharsets.UTF_8)) {
      table.load(in);
    }

    assertThat(table).hasSizeGreaterThan(250);
    assertThat(table.stringPropertyNames())
        .allSatisfy(word -> {
          assertThat(word.substring(0, word.indexOf('.')))
              .isIn(
                  Arrays.stream(ForeignWord.values())
                      .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                      .toList());
          assertThat(table.getProperty(word)).isNotBlank();
        });
  }

  @Test
  void a_word_is_known_by_its_kind_alone() {
    assertThat(ForeignWord.STEP_KEY.hint("loop")).hasValue("write 'for_each'");
    assertThat(ForeignWord.FILTER.hint("loop")).isEmpty();
    assertThat(ForeignWord.ARGUMENT.hint("sql_exec.db")).hasValue("write 'database'");
  }

  @Test
  void the_name_of_a_collection_before_a_word_may_be_left_out() {
    assertThat(ForeignWord.ACTION.qualifiedHint("ansible.builtin.shell"))
        .isEqualTo(ForeignWord.ACTION.hint("shell"))
        .isNotEmpty();
    assertThat(ForeignWord.ACTION.qualifiedHint("ansible.builtin.command"))
        .hasValue("write 'command'");
    assertThat(ForeignWord.ACTION.hint("command")).isEmpty();
  }
}
