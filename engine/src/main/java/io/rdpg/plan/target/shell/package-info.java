/** The way to one node, whatever carries it: a shell on it and sockets from it. */
@NullMarked
package io.rdpg.plan.target.transport;

import org.jspecify.annotations.NullMarked;
