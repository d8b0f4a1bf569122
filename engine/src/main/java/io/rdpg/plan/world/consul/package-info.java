/** Looks, effects and locks in Consul, over its HTTP API. */
@NullMarked
package io.rdpg.plan.world.consul;

import org.jspecify.annotations.NullMarked;
