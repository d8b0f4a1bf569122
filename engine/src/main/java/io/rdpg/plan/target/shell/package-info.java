/** Runs scripts in a shell on a node and opens sockets from it, over any transport. */
@NullMarked
package io.rdpg.plan.target.shell;

import org.jspecify.annotations.NullMarked;
