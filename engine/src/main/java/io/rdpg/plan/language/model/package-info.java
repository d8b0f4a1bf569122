/** Plans, inventories and secrets as inert, immutable values. */
@NullMarked
package io.rdpg.plan.language.model;

import org.jspecify.annotations.NullMarked;
