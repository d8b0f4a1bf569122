/** The events of a run, for the screen and the journal. */
@NullMarked
package io.rdpg.plan.run.event;

import org.jspecify.annotations.NullMarked;
