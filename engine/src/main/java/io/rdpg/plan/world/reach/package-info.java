/** The way to one node, whatever carries it: a shell on it and sockets from it. */
@NullMarked
package io.rdpg.plan.world.reach;

import org.jspecify.annotations.NullMarked;
