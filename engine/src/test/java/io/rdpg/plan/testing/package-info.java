/** Real servers for tests, and the plain way to them. */
@NullMarked
package io.rdpg.plan.testing;

import org.jspecify.annotations.NullMarked;
