/** Labs of containers, each a whole node, by Testcontainers. */
@org.jspecify.annotations.NullMarked
package io.rdpg.plan.containers;
