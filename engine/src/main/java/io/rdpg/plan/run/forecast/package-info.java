/** The state that a preview reads: the real one, with predicted effects. */
@NullMarked
package io.rdpg.plan.run.forecast;

import org.jspecify.annotations.NullMarked;
