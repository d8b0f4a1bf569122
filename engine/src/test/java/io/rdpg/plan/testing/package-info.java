/** Servers for tests, real ones and such in memory, and the plain way to them. */
@NullMarked
package io.rdpg.plan.testing;

import org.jspecify.annotations.NullMarked;
