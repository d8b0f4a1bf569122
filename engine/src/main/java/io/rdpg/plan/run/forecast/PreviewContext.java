package io.rdpg.plan.run.forecast;

/**
 * What one node has in a preview instead of a target.
 *
 * @param forecast shared by all nodes
 * @param locks shared likewise
 * @param turn this node's
 */
public record PreviewContext(
    Forecast forecast, ForecastLocks locks, CooperativeScheduler.Turn turn) {}
