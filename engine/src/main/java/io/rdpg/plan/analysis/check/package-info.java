/** Finds errors before any node is contacted: names, values, and the execution paths of nodes. */
@NullMarked
package io.rdpg.plan.analysis.check;

import org.jspecify.annotations.NullMarked;
