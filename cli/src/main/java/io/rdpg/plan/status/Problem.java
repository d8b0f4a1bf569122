package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * One thing that isn't well.
 *
 * @param cluster the cluster's id; empty outside of every cluster
 * @param node the node that it is about; null when it is about the whole cluster
 * @param message one sentence without a full stop
 * @param hint what to do next; null when there is nothing useful to say
 * @param code the error's code; null when no error says it
 */
public record Problem(
    String cluster,
    @Nullable String node,
    String message,
    @Nullable String hint,
    @Nullable String code) {

  static Problem of(String cluster, @Nullable String node, String message) {
    return new Problem(cluster, node, message, null, null);
  }

  static Problem of(String cluster, Diagnostic error) {
    return new Problem(cluster, error.node(), error.message(), error.hint(), error.code().word());
  }
}
