package io.rdpg.plan.language.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextRedactionTest {
  @Test
  void hides_a_secret_in_someone_elses_words() {
    Text text = Text.marked("alter role x password " + Text.secret("'it''s me!'").marked());

    assertThat(text.redact("bad 'it''s me!'")).isEqualTo("bad ***");
    assertThat(text.redact("bad value: \"it's me!\"")).isEqualTo("bad value: \"***\"");
    assertThat(text.redact("role x")).isEqualTo("role x");
  }

  @Test
  void hides_a_word_of_a_secret() {
    Text text = Text.secret("correct horse");

    assertThat(text.redact("syntax error at or near \"horse\""))
        .isEqualTo("syntax error at or near \"***\"");
  }

  @Test
  void hides_secrets_within_secrets_and_several() {
    Text inner = Text.secret("abc");
    Text text = Text.marked(Text.secret("<").marked() + "-" + inner.marked());

    assertThat(text.redact("< and abc")).isEqualTo("*** and ***");
    assertThat(Text.plain("abc").redact("abc")).isEqualTo("abc");
  }
}
