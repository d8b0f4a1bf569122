/** Reaches a node over SSH: one session, one long-lived shell, tunnelled sockets. */
@NullMarked
package io.rdpg.plan.world.ssh;

import org.jspecify.annotations.NullMarked;
