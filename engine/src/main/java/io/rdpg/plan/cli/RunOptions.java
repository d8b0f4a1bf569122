package io.rdpg.plan.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do, as the command line or a sealed preview says it.
 *
 * @param plan a path, or the name of a plan in {@code plans/}
 * @param inventory null for the usual one
 * @param extra the arguments of {@code -e}, which may be secrets
 * @param limit a host pattern
 * @param tags of the steps to be taken; empty for all
 * @param nodesAtOnce null for all
 * @param local whether the selected nodes are this machine
 */
record RunOptions(
    String plan,
    @Nullable String inventory,
    List<String> extra,
    String limit,
    List<String> tags,
    @Nullable Integer nodesAtOnce,
    boolean local) {}
