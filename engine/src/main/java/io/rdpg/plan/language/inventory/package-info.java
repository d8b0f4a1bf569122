/** Inventories of every format, the variables beside them, and host patterns. */
@NullMarked
package io.rdpg.plan.language.inventory;

import org.jspecify.annotations.NullMarked;
