/**
 * Proves before a run that a plan's locks and waits can't end in a deadlock or in two nodes doing
 * what only one may do: on every execution path, for every node.
 */
@NullMarked
package io.rdpg.plan.analysis.proof;

import org.jspecify.annotations.NullMarked;
