package io.rdpg.plan.run.forecast;

/**
 * What one node has in a preview instead of a target.
 *
 * @param forecast shared by all nodes
 * @param locks shared likewise
 * @param turn this node's
 * @param snapshot the real state, shared by all nodes
 * @param alone whether it is the pass in which every node goes by itself
 */
public record PreviewContext(
    Forecast forecast,
    ForecastLocks locks,
    CooperativeScheduler.Turn turn,
    CachedReads snapshot,
    boolean alone) {}
