package io.rdpg.plan.step;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgsTest {
  private static final Span AT = new Span("plan.yml", 3, 5, "");

  @ParameterizedTest
  @CsvSource({"0644, 420", "644, 420", "4755, 2541", "0000, 0"})
  void a_mode_means_what_a_unix_person_means(String written, int mode) {
    assertThat(args(str(written)).mode("a")).contains(mode);
    assertThat(args(new Value.Num(written, 1L, AT)).mode("a")).contains(mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0999", "rw-r--r--", "64", ""})
  void what_is_no_mode_is_told(String written) {
    assertWrong(() -> args(str(written)).mode("a"), "octal permission bits");
  }

  @Test
  void a_value_counts_as_what_it_says() {
    assertThat(args(str(" 1m30s ")).duration("a")).contains(Duration.ofSeconds(90));
    assertThat(args(new Value.Num("5", 5L, AT)).duration("a")).contains(Duration.ofSeconds(5));
    assertThat(args(str("true")).flag("a")).isTrue();
    assertThat(args(new Value.Bool("yes", true, AT)).flag("a")).isTrue();
    assertThat(args(new Value.Bool("yes", true, AT)).text("a")).contains(Text.plain("yes"));
    assertThat(args(str(" 42 ")).integer("a")).contains(42L);
    assertThat(args(str("5432")).requiredPort("a")).isEqualTo(5432);
    assertThat(args(str("one")).texts("a")).containsExactly(Text.plain("one"));
    assertThat(args(new Value.Seq(List.of(str("x"), str("y")), AT)).nameList("a"))
        .containsExactly("x", "y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "rdpg/c1/leader", "rdpg/", "a b/..c/.d/e.", ".../x"})
  void a_key_may_be_any_words(String written) {
    assertThat(args(str(written)).requiredKey("a")).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/k", "a//b", "a//", ".", "..", "./a", "a/../b", "a/.", "a/./"})
  void what_consul_may_take_for_another_key_is_told(String written) {
    assertWrong(() -> args(str(written)).requiredKey("a"), "must be a key such as rdpg/c1/leader");
  }

  @Test
  void nothing_is_as_good_as_left_out() {
    Args args = args(new Value.Nothing(AT));
    assertThat(args.has("a")).isFalse();
    assertThat(args.text("a")).isEmpty();
    assertThat(args.texts("a")).isEmpty();
    assertThat(args.flag("a")).isFalse();
    assertWrong(() -> args.requiredText("a"), "'a' is missing");
    assertWrong(() -> args.requiredName("other"), "'other' is missing");
  }

  @Test
  void wrong_types_are_told() {
    assertWrong(() -> args(str("maybe")).bool("a"), "must be true or false, not 'maybe'");
    assertWrong(() -> args(str("1.5")).integer("a"), "must be a whole number, not '1.5'");
    assertWrong(() -> args(str("soon")).duration("a"), "such as 500ms, 15s or 5m, not 'soon'");
    assertWrong(() -> args(str("0")).requiredPort("a"), "from 1 to 65535, not 0");
    assertWrong(() -> args(new Value.Seq(List.of(), AT)).text("a"), "not a list");
    assertWrong(() -> args(str("x")).nested("a"), "must be a map, not 'x'");
  }

  @Test
  void a_secret_is_refused_where_it_would_be_shown_and_never_quoted() {
    Args args = args(new Value.Str(Text.secret("hidden").marked(), AT));
    assertWrong(() -> args.name("a"), "must not contain a secret");
    assertWrong(() -> args.nameList("a"), "must not contain a secret");
    assertWrong(() -> args.commandLine("a"), "must not contain a secret");
    assertWrong(() -> args.integer("a"), "must be a whole number, not '***'");
    assertThat(args.requiredText("a")).hasToString("***");
    assertThat(args.toString()).doesNotContain("hidden");
  }

  @Test
  void an_unknown_key_gets_the_nearest_known_one() {
    assertThatThrownBy(() -> args(str("x")).allow("b", "other"))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure).hasMessage("unknown key 'a'");
              assertThat(failure.diagnostic().hint()).isEqualTo("did you mean 'b'?");
            });
    args(str("x")).allow("a");
  }

  private static void assertWrong(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    Diagnostic failure = diagnosticOf(call);
    assertThat(failure.message()).contains(message);
    assertThat(failure.code()).isEqualTo(Code.BAD_ARGUMENT_VALUE);
    assertThat(failure.at()).isEqualTo(AT);
  }

  private static Args args(Value value) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    entries.put("a", new Value.Entry(AT, value));
    return new Args(new Value.Mapping(entries, AT));
  }

  private static Value str(String text) {
    return new Value.Str(text, AT);
  }
}
