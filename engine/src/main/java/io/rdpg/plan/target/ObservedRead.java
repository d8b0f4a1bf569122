package io.rdpg.plan.target;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;

/**
 * A read with its observation of the real state, not of a forecast. Contains secrets in the clear.
 *
 * @param at where and as whom it was asked
 */
public record ObservedRead(Account at, Read<?> read, Observation observation) {}
