/** Finds out which steps of a plan are not safe to interrupt, by interrupting them on a lab. */
@NullMarked
package io.rdpg.plan.rehearse;

import org.jspecify.annotations.NullMarked;
