/** Routes every read and effect to the server that it is for. */
@NullMarked
package io.rdpg.plan.target.live;

import org.jspecify.annotations.NullMarked;
