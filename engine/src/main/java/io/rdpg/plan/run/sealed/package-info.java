/** Previews that are written down, sealed, and performed later exactly as they were. */
@NullMarked
package io.rdpg.plan.run.sealed;

import org.jspecify.annotations.NullMarked;
