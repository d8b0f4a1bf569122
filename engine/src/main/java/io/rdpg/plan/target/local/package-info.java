/** Reaches this machine, and servers that are reached at their addresses, without SSH. */
@NullMarked
package io.rdpg.plan.target.local;

import org.jspecify.annotations.NullMarked;
