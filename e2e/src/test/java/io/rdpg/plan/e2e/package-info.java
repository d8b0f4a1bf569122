/** The whole product against a lab of its own: the real command, real servers. */
@NullMarked
package io.rdpg.plan.e2e;

import org.jspecify.annotations.NullMarked;
