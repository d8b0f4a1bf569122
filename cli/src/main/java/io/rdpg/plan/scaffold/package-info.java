/** Writes working beginnings of plans and primitives. */
@NullMarked
package io.rdpg.plan.scaffold;

import org.jspecify.annotations.NullMarked;
