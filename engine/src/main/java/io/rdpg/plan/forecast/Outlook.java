package io.rdpg.plan.forecast;

/**
 * What one node's walk has in a preview in place of a world.
 *
 * @param forecast shared by the walks of all nodes
 * @param locks shared likewise
 * @param turn this walk's
 */
public record Outlook(Forecast forecast, ForecastLocks locks, Turns.Turn turn) {}
