package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** A run over one node alone, of several at the same time. */
record NodeRun(String node, Running run) {

  /** All of these but this one come to a good end. */
  void othersEndWell(List<NodeRun> all) {
    all.stream()
        .filter(other -> !other.node().equals(node))
        .map(other -> other.run().await())
        .forEach(result -> assertThat(result.exit()).as("%s", result).isZero());
  }
}
