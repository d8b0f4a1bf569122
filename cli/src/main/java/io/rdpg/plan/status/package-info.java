/** Asks all nodes of an inventory how they are, by a plan of lookups, and puts it together. */
@NullMarked
package io.rdpg.plan.status;

import org.jspecify.annotations.NullMarked;
