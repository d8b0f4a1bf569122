/** Answers looks and performs effects on real nodes. */
@NullMarked
package io.rdpg.plan.world;

import org.jspecify.annotations.NullMarked;
