/** Takes a plan to its nodes: resolver, strands, step runner, gate, lock scopes, events. */
@NullMarked
package io.rdpg.plan.run;

import org.jspecify.annotations.NullMarked;
