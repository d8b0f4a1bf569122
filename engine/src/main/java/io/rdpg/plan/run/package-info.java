/**
 * Runs a plan on its nodes: the runner, one runner for each node, attempts at steps, the gate, held
 * locks.
 */
@NullMarked
package io.rdpg.plan.run;

import org.jspecify.annotations.NullMarked;
