package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.Span;
import java.util.function.Supplier;

/**
 * A variable that a template takes from its scope.
 *
 * @param name the variable's root name: {@code node} for {@code node.address}
 * @param at where the template uses it, found when asked for
 * @param optional the template copes with its absence: {@code default(...)}, {@code is defined}
 */
public record Reference(String name, Supplier<Span> at, boolean optional) {}
