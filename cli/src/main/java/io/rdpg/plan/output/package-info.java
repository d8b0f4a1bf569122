/** Turns events into a live screen, plain lines, NDJSON and the journal. */
@NullMarked
package io.rdpg.plan.output;

import org.jspecify.annotations.NullMarked;
