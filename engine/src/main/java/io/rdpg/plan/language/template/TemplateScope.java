package io.rdpg.plan.language.template;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variables that a template sees. Asked only for the names that a template really uses, so a
 * scope may compute its values when it is asked.
 */
public interface TemplateScope {
  boolean has(String name);

  /**
   * A variable's value: null, String, {@link io.rdpg.plan.language.model.Text}, Boolean, a number,
   * or a List or Map of these. What this throws, and what its maps and lists throw, comes out of a
   * rendering unchanged.
   */
  @Nullable Object get(String name);

  /** Every name that {@link #has} says yes to, for suggestions. */
  Set<String> names();
}
