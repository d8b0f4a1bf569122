/** Where plans, templates and inventories are searched: one rule for all of them. */
@NullMarked
package io.rdpg.plan.language.lookup;

import org.jspecify.annotations.NullMarked;
