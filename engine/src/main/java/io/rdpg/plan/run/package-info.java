/** Takes a plan to its nodes: runner, strands, attempts, the gate, locks held on the way. */
@NullMarked
package io.rdpg.plan.run;

import org.jspecify.annotations.NullMarked;
