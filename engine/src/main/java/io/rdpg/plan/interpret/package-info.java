/** Evaluates a plan for a node: variables in scope, conditions, rendered arguments. */
@NullMarked
package io.rdpg.plan.interpret;

import org.jspecify.annotations.NullMarked;
