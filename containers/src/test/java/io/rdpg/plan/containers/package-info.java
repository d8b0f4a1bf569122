/** The bootstrap on containers, each a whole node: cut off, killed, and back. */
@org.jspecify.annotations.NullMarked
package io.rdpg.plan.containers;
