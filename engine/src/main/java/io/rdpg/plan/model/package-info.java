/** Plans, inventories and secrets as inert, immutable values. */
@NullMarked
package io.rdpg.plan.model;

import org.jspecify.annotations.NullMarked;
