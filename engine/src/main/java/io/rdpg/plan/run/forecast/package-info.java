/** The world as a preview sees it: what is there, with what steps would do laid over it. */
@NullMarked
package io.rdpg.plan.run.forecast;

import org.jspecify.annotations.NullMarked;
