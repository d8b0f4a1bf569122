package io.rdpg.plan.target;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;

/**
 * A look and what the world itself answered, not a forecast. Holds secrets in the clear.
 *
 * @param node where it was asked
 */
public record ObservedRead(String node, Read<?> read, Observation observation) {}
