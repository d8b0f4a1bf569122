package io.rdpg.plan.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/**
 * What keeps the walk one: a new key of steps must be answered by each visitor, at compile time.
 */
class StepVisitorTest {
  @Test
  void no_visitor_inherits_an_answer() {
    assertThat(StepVisitor.class.getDeclaredMethods()).noneMatch(Method::isDefault);
  }

  @Test
  void the_walk_has_no_flags() {
    assertThat(StepWalk.class.getDeclaredMethods())
        .allSatisfy(method -> assertThat(method.getParameterTypes()).doesNotContain(boolean.class));
    assertThat(StepWalk.class.getRecordComponents())
        .allSatisfy(component -> assertThat(component.getType()).isNotEqualTo(boolean.class));
  }
}
