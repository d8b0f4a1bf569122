package io.rdpg.plan.language.template;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  private static final Span AT = new Span("plan.yml", 3, 11, "    when: x");

  private final Templates templates = new Templates(FileLayers.none());

  // --- whether it holds ---

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          yes                                       => holds
          no                                        => fails
          yes and not no                            => holds
          no or yes and no                          => fails
          yes ? no : yes                            => fails
          open and no                               => fails
          no and open                               => fails
          open or yes                               => holds
          not (open or yes)                         => fails
          (open and no) or (open.found and no)      => fails
          open ? no : no                            => fails
          open ? yes : yes                          => holds
          yes ? no : open                           => fails
          no and missing                            => fails
          open and missing and no                   => fails
          open                                      => because of open
          open == 1                                 => because of open
          open and yes                              => because of open
          yes and open                              => because of open
          open or no                                => because of open
          not open                                  => because of open
          not no or open                            => holds
          not open == 1                             => because of open
          not missing is defined                    => holds
          not missing | default(no)                 => holds
          yes and not open and no                   => fails
          open ? yes : no                           => because of open
          yes ? open : no                           => because of open
          open | default(no)                        => because of open
          open and other                            => because of open
          other or open                             => because of other
          (open and no) or other                    => because of other
          (open or yes) and other                   => because of other
          open and missing                          => because of open
          open or missing.field                     => because of open
          (open and no) or missing                  => because of open
          """)
  void holds_when_the_parts_that_are_known_decide_it(String written, String expected) {
    String told =
        switch (condition(written).decide(new Partly())) {
          case Truth.Holds _ -> "holds";
          case Truth.Fails _ -> "fails";
          case Truth.Unknown(UnknownValue why) -> "because of " + String.join(", ", why.because());
        };
    assertThat(told).isEqualTo(expected);
  }

  /** A scope that knows some variables, and of some that nobody knows them yet. */
  private static final class Partly implements TemplateScope {
    private static final Map<String, Object> KNOWN = Map.of("yes", true, "no", false);
    private static final Set<String> OPEN = Set.of("open", "other");

    @Override
    public boolean has(String name) {
      return names().contains(name);
    }

    @Override
    public @Nullable Object get(String name) {
      if (OPEN.contains(name)) {
        throw new UnknownValue(List.of(name));
      }
      return KNOWN.get(name);
    }

    @Override
    public Set<String> names() {
      return Set.of("yes", "no", "open", "other");
    }
  }

  @Test
  void one_that_is_absent_always_holds_and_one_that_is_written_as_true_or_false_as_written() {
    assertThat(templates.condition(null).decide(new Partly())).isEqualTo(Truth.of(true));
    for (boolean value : List.of(true, false)) {
      Condition bool = templates.condition(new Value.Bool("YES", value, AT));
      assertThat(bool.decide(new Partly())).isEqualTo(Truth.of(value));
      assertThat(bool.text()).isEqualTo("YES");
      assertThat(bool).isEqualTo(condition(value ? "true" : "false"));
      assertThat(bool.excludes(bool.opposite())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "null",
        "1",
        "[yes]",
        "name and yes",
        "yes and name",
        "no or name",
        "not name"
      })
  void one_that_is_neither_true_nor_false_fails(String written) {
    Map<String, ?> scope = Map.of("name", "n", "yes", true, "no", false);
    Diagnostic diagnostic = failure(() -> condition(written).decide(new MapScope(scope)));
    assertThat(diagnostic.code()).isEqualTo(Code.BAD_VALUE);
  }

  @Test
  void one_that_cannot_be_understood_fails_where_it_is_decided_and_may_say_anything() {
    Condition list = templates.condition(new Value.Seq(List.of(), AT));
    assertThat(failure(() -> list.decide(new Partly())).toString())
        .contains("'when' must be a condition, not a list");
    assertThat(list.text()).isEqualTo("it says so");
    for (String written : List.of("a ==", "{{ a }}", "a }}{{ b", "")) {
      Condition broken = condition(written);
      assertThat(failure(() -> broken.decide(new Partly())).code()).isEqualTo(Code.BAD_TEMPLATE);
      assertThat(broken.mentions("a")).isTrue();
      assertThat(broken.excludes(condition("a"))).isFalse();
      assertThat(broken.excludes(broken.opposite())).isTrue();
    }
    assertThat(failure(() -> condition("name").decide(new Partly())).code())
        .isEqualTo(Code.RUNTIME_VARIABLE);
  }

  @Test
  void the_opposite_is_decided_as_the_opposite() {
    assertThat(condition("yes").opposite().decide(new Partly())).isEqualTo(Truth.of(false));
    assertThat(condition("no").opposite().decide(new Partly())).isEqualTo(Truth.of(true));
    assertThat(condition("open").opposite().decide(new Partly())).isInstanceOf(Truth.Unknown.class);
  }

  // --- which others it excludes ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a == b | a != b",
        "a == b | b != a",
        "a.b == (c ~ \" \" ~ d) | a.b != (c ~ \" \" ~ d)",
        "x | not x",
        "not x | x",
        "x.found | not (x.found)",
        "(x) | not x",
        "role == \"service\" | role == \"manager\"",
        "role == \"service\" | role == 'manager'",
        "role == \"service\" | 'manager' == role",
        "role equals \"service\" | role == 'manager'",
        "x.role == \"service\" | x['role'] == 'manager'",
        "role == null | role == 'manager'",
        "n == 1 | n == 2",
        "n < 3 | n >= 3",
        "n > 3 | n <= 3",
        "n > 3 | 3 >= n",
        "a == b and c | a != b and d",
        "a and b | not b",
        "a and (b or c) | not b and not c",
        "a or b | not a and not b",
        "not (a and b) | a and b",
        "a == 1 or a == 2 | a == 3 or a == 4",
        "a ? b : c | not b and not c",
        "x is empty | x is not empty",
        "x is empty | not (x is empty)",
        "a == \" or \" | a != \" or \"",
      })
  void never_holds_where_an_other_one_does(String one, String other) {
    assertThat(condition(one).excludes(condition(other))).isTrue();
    assertThat(condition(other).excludes(condition(one))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a | b",
        "a == b | a == b",
        "a == b | a == c",
        "a == b or c | a != b or c",
        "a == b | a != b or c",
        "role == \"service\" | role == 'service'",
        "n == 1 | n == '1'",
        "n == 1 | n == 1.0",
        "not a | not b",
        "not a or b | a",
        "a == b ? c : d | a != b",
        "x | not x.y",
        "a == \"b != c\" | a",
        "not a and b | not a",
        "n < 3 | n <= 3",
        "a != 'x' | a != 'y'",
        "a == 'x' or b | a == 'y'",
        "x is empty | x is not null",
      })
  void may_hold_where_an_other_one_does(String one, String other) {
    assertThat(condition(one).excludes(condition(other))).isFalse();
    assertThat(condition(other).excludes(condition(one))).isFalse();
  }

  // --- which others say the same ---

  @ParameterizedTest
  @CsvSource(
      delimiterString = " = ",
      quoteCharacter = '`',
      value = {
        "x = (  x )",
        "x = not (not x)",
        "a == b = b   ==  a",
        "a == 'x' = \"x\" == a",
        "not (a == b) = a != b",
        "not a == b = a != b",
        "not a is empty = a is not empty",
        "not a and b = (not a) and b",
        "a == b ~ c | upper = a == (b ~ (c | upper))",
        "not(a   ==  b) = a != b",
        "(a != b) = a != b",
        "a < b = b > a",
        "not (a < b) = a >= b",
        "not (b > a) = a >= b",
        "a <= b = b >= a",
        "x is not empty = not (x is empty)",
        "a and b = b and (a)",
        "a and (b and c) = (c and a) and b",
        "not (a and b) = not b or not a",
        "a or a = a",
        "x.y = x['y']",
        "a contains 'b' = (a) contains \"b\"",
        "(a | split(' ') | first) == b = b == (a|split(\" \")|first)",
      })
  void says_the_same_as_another_one(String one, String other) {
    assertThat(condition(one)).isEqualTo(condition(other));
    assertThat(condition(one)).hasSameHashCodeAs(condition(other));
    assertThat(condition(one).normalForm()).isEqualTo(condition(other).normalForm());
    assertThat(condition(one).opposite()).isEqualTo(condition(other).opposite());
    assertThat(condition(one).opposite().opposite()).isEqualTo(condition(other));
    assertThat(condition(one).opposite()).isNotEqualTo(condition(other));
    assertThat(condition(one).excludes(condition(other).opposite())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " = ",
      quoteCharacter = '`',
      value = {
        "a and b = a or b",
        "not (a and b) = not a and b",
        "a - b == 1 = b - a == 1",
        "a - 1 == b = a + 1 == b",
        "-a == b = a == b",
        "x.y == 1 = x['y z'] == 1",
        "x[0] = x[1]",
        "x[y] = x.y",
        "f(1) = f(2)",
        "f() = f",
        "(x | first) == y = (x | last) == y",
        "(x | split(',')) == y = (x | split(';')) == y",
        "(x | date(format='a')) == y = (x | date(timeZone='a')) == y",
        "[a, b] contains c = [a] contains c",
        "{'a': b} == c = {'b': a} == c",
        "(a ? b : c) == d = (a ? c : b) == d",
        "a == 'b' = a == b",
        "a == '\"' = a == '\\\"'",
        "a is empty = a is null",
        "a contains b = b contains a",
      })
  void says_something_else_than_another_one(String one, String other) {
    assertThat(condition(one)).isNotEqualTo(condition(other));
  }

  @Test
  void says_something_else_where_its_variables_mean_something_else() {
    Condition here = condition("item.role == 'a'").where(Map.of("item", "item in turn 1"));
    Condition there = condition("item.role == 'b'").where(Map.of("item", "item in turn 2"));
    assertThat(condition("item.role == 'a'").excludes(condition("item.role == 'b'"))).isTrue();
    assertThat(here.excludes(there)).isFalse();
    assertThat(here).isNotEqualTo(condition("item.role == 'a'"));
    assertThat(here.excludes(here.opposite())).isTrue();
    assertThat(here.opposite())
        .isEqualTo(condition("item.role != 'a'").where(Map.of("item", "item in turn 1")));
    assertThat(condition("a").where(Map.of("item", "x"))).isEqualTo(condition("a"));
  }

  // --- what it speaks of ---

  @Test
  void speaks_of_the_variables_that_it_takes() {
    Condition condition = condition("a.b == 'c' and (d | join(e)) is empty or x[f] == \"#{g}\"");
    assertThat(List.of("a", "d", "e", "x", "f", "g")).allMatch(condition::mentions);
    assertThat(List.of("b", "c", "join", "empty")).noneMatch(condition::mentions);
    assertThat(condition.opposite().mentions("a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          leader.value == node.name                          => true
          node.address == (leader.value | split(' ') | first) => true
          leader.value == (node.address ~ ' ' ~ row.id)      => true
          leader.value == node.name and x                    => true
          not (leader.value != node.name)                    => true
          leader.value != node.name                          => false
          leader.value == node.name or x                     => false
          leader.value == other_node.name                    => false
          leader.value == peer.node.name                     => false
          leader.value == node.names                         => false
          leader.value == x                                  => false
          node.name                                          => false
          """)
  void is_of_one_node_when_it_compares_something_with_what_only_one_has(
      String written, boolean expected) {
    assertThat(condition(written).isOfOneNode()).isEqualTo(expected);
  }

  @Test
  void its_words_are_as_written_on_one_line() {
    assertThat(condition("  a ==\n   'b'\t or c\n").text()).isEqualTo("a == 'b' or c");
  }

  private Condition condition(String written) {
    return templates.condition(new Value.Str(written, AT));
  }

  private static Diagnostic failure(Runnable work) {
    return diagnosticOf(work::run);
  }
}
