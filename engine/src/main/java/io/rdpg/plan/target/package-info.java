/** The interfaces to nodes and servers: reads, effects, locks. */
@NullMarked
package io.rdpg.plan.target;

import org.jspecify.annotations.NullMarked;
