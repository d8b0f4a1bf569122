/** What happens in a run, told as it happens to whoever shows or keeps it. */
@NullMarked
package io.rdpg.plan.run.event;

import org.jspecify.annotations.NullMarked;
