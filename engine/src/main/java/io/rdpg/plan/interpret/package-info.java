/**
 * What a plan's words mean on a node: variables in scope, expressions decided, arguments rendered.
 */
@NullMarked
package io.rdpg.plan.interpret;

import org.jspecify.annotations.NullMarked;
