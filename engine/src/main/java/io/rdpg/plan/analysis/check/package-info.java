/**
 * What would go wrong, found before anything is contacted: names, values, and the ways that nodes
 * may take.
 */
@NullMarked
package io.rdpg.plan.analysis.check;

import org.jspecify.annotations.NullMarked;
