/**
 * Proves before a run that a plan locks and waits in a way that can't end in a deadlock or in two
 * nodes doing what one must: on every path, for every node.
 */
@NullMarked
package io.rdpg.plan.analysis.proof;

import org.jspecify.annotations.NullMarked;
