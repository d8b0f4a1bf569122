/** Looks and effects in PostgreSQL, over JDBC. */
@NullMarked
package io.rdpg.plan.world.postgres;

import org.jspecify.annotations.NullMarked;
