package io.rdpg.plan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusiveConditionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a == b | a != b",
        "a.b == (c ~ \" \" ~ d) | a.b != (c ~ \" \" ~ d)",
        "x | not x",
        "not x | x",
        "x.found | not (x.found)",
        "(x) | not x",
        "role == \"service\" | role == \"manager\"",
        "role == \"service\" | role == 'manager'",
        "n == 1 | n == 2",
        "n < 3 | n >= 3",
        "a == b and c | a != b and d",
        "a and b | not b",
        "x is empty | x is not empty",
        "a == \" or \" | a != \" or \"",
      })
  void never_hold_together(String one, String other) {
    assertThat(ExclusiveConditions.exclude(one, other)).isTrue();
    assertThat(ExclusiveConditions.exclude(other, one)).isTrue();
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
        "not a | not b",
        "not a or b | a",
        "a == b ? c : d | a != b",
        "x | not x.y",
        "a == \"b != c\" | a",
        "not a and b | not a",
      })
  void may_hold_together(String one, String other) {
    assertThat(ExclusiveConditions.exclude(one, other)).isFalse();
    assertThat(ExclusiveConditions.exclude(other, one)).isFalse();
  }
}
