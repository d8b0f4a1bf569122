/** Reads and effects in PostgreSQL, over JDBC. */
@NullMarked
package io.rdpg.plan.target.postgres;

import org.jspecify.annotations.NullMarked;
