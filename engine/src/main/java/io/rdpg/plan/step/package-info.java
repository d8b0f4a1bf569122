/**
 * The contract of primitives: reads, observations and effects as data, and three pure functions
 * over them.
 */
@NullMarked
package io.rdpg.plan.step;

import org.jspecify.annotations.NullMarked;
