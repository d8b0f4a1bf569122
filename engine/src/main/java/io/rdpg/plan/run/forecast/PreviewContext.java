package io.rdpg.plan.run.forecast;

/**
 * What one node's walk has in a preview in place of a world.
 *
 * @param forecast shared by the walks of all nodes
 * @param locks shared likewise
 * @param turn this walk's
 */
public record PreviewContext(
    Forecast forecast, ForecastLocks locks, CooperativeScheduler.Turn turn) {}
