package io.rdpg.plan.language.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextRedactionTest {
  @Test
  void hidesASecretInSomeoneElsesWords() {
    Text text = Text.marked("alter role x password " + Text.secret("'it''s me!'").marked());

    assertThat(text.redact("bad 'it''s me!'")).isEqualTo("bad ***");
    assertThat(text.redact("bad value: \"it's me!\"")).isEqualTo("bad value: \"***\"");
    assertThat(text.redact("role x")).isEqualTo("role x");
  }

  @Test
  void hidesAWordOfASecret() {
    Text text = Text.secret("correct horse");

    assertThat(text.redact("syntax error at or near \"horse\""))
        .isEqualTo("syntax error at or near \"***\"");
  }

  @Test
  void hidesSecretsWithinSecretsAndSeveral() {
    Text inner = Text.secret("abc");
    Text text = Text.marked(Text.secret("<").marked() + "-" + inner.marked());

    assertThat(text.redact("< and abc")).isEqualTo("*** and ***");
    assertThat(Text.plain("abc").redact("abc")).isEqualTo("abc");
  }
}
