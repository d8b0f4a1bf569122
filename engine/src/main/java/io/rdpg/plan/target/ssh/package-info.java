/** Reaches a node over SSH: one session, one long-lived shell, tunnelled sockets. */
@NullMarked
package io.rdpg.plan.target.ssh;

import org.jspecify.annotations.NullMarked;
