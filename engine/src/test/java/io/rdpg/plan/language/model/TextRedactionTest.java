package io.rdpg.plan.language.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
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

  /** As PostgreSQL shows a row that it refuses, and a name that is too long. */
  @Test
  void hides_the_begin_of_a_secret_that_was_cut() {
    Random random = new Random(7);
    for (String letters : List.of("abcdefghijklmnop", "a b:/@+=-_'", "äöüßéèñøłđ", "日本語漢字仮名")) {
      for (int length = 1; length < 200; length++) {
        String secret =
            random
                .ints(length, 0, letters.length())
                .mapToObj(i -> letters.substring(i, i + 1))
                .collect(joining());
        Text text = Text.secret(secret);
        String row = "Failing row contains (7, " + cut(secret, 64) + "..., null)";
        String bytes = HexFormat.of().formatHex(secret.getBytes(UTF_8));

        if (secret.getBytes(UTF_8).length > 64) {
          assertThat(text.redact(row))
              .as(secret)
              .isEqualTo("Failing row contains (7, ***..., null)");
          assertThat(text.redact("\"" + cut(secret, 63) + "\" is too long"))
              .isEqualTo("\"***\" is too long");
        }
        if (length >= 4) {
          assertThat(text.redact("(\\x" + bytes + ", 1)")).isEqualTo("(\\x***, 1)");
        }
        if (bytes.length() > 62) {
          assertThat(text.redact("(\\x" + cut(bytes, 62) + "..., 1)")).isEqualTo("(\\x***..., 1)");
        }
      }
    }
  }

  private static String cut(String text, int bytes) {
    int length = text.length();
    while (text.substring(0, length).getBytes(UTF_8).length > bytes) {
      length--;
    }
    return text.substring(0, length);
  }

  @Test
  void leaves_words_that_begin_otherwise() {
    String secret = "host=db.example password=" + "x".repeat(40);

    assertThat(Text.secret(secret).redact("can't reach host=db.ex"))
        .isEqualTo("can't reach ***=db.ex");
    assertThat(Redaction.hide("host=db.exampl and host=db.example pass", secret))
        .isEqualTo("host=db.exampl and ***");
  }

  @Test
  void hides_it_wherever_it_is_in_a_long_output() {
    Text key = Text.secret("MIIEvQIBADANBgkqhkiG9w0B".repeat(100));

    assertThat(key.redact("MIIEvQIBADANBgkqhk, ".repeat(100_000)))
        .isEqualTo("***, ".repeat(100_000));
  }
}
