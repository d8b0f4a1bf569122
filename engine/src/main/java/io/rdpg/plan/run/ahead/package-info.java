/** Asks what the next steps of a walk read before it comes to them. */
@NullMarked
package io.rdpg.plan.run.ahead;

import org.jspecify.annotations.NullMarked;
