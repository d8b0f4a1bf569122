package io.rdpg.plan.graph;

import java.util.List;

/**
 * A step that waits for others.
 *
 * @param step its number
 * @param by the numbers of the steps that make true what it waits for, in order; none when it is
 *     something outside of the plan
 */
record WaitEdge(int step, List<Integer> by) {
  WaitEdge {
    by = List.copyOf(by);
  }
}
