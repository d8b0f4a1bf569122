/** Reads, effects and locks in Consul, over its HTTP API. */
@NullMarked
package io.rdpg.plan.target.consul;

import org.jspecify.annotations.NullMarked;
