package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import org.junit.jupiter.api.Test;

class KnownSecretsTest {
  private final KnownSecrets secrets = new KnownSecrets();

  private void given(String secret) {
    secrets.remember(new Value.Str(Text.secret(secret).marked(), Span.of("plan.yml")));
  }

  @Test
  void hides_what_it_was_given_whole_and_line_by_line() {
    given("first line\n  second line\nthird");

    assertThat(secrets.redact("at 'second line' of third")).isEqualTo("at '***' of third");
    assertThat(secrets.redact("nothing")).isEqualTo("nothing");
  }

  @Test
  void hides_the_begin_of_a_long_one_that_was_cut() {
    String key = "abcdefghij".repeat(7);
    given(key);

    assertThat(secrets.redact("bad line: " + key.substring(0, 60) + "..."))
        .isEqualTo("bad line: ***...");
    assertThat(secrets.redact(key + ", abcdefghij")).isEqualTo("***, abcdefghij");
  }
}
