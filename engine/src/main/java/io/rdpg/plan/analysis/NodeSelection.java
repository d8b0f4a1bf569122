package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.system.LocalAddresses;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says on which of a plan's nodes it is run.
 *
 * @param limit a host pattern that narrows the plan's targets
 * @param local whether it is the one node that this machine is
 */
public record NodeSelection(String limit, boolean local) {
  /** Those that a host pattern selects. */
  public static NodeSelection of(String limit) {
    return new NodeSelection(limit, false);
  }

  /** All of them, or the one that this machine is, which its address tells. */
  List<Node> from(List<Node> limited, Diagnostics diagnostics) {
    if (!local || limited.isEmpty()) {
      return limited;
    }
    List<Node> here =
        limited.stream().filter(node -> LocalAddresses.contain(node.address())).toList();
    if (here.isEmpty()) {
      diagnostics.add(
          Diagnostic.of(
                  Code.BAD_COMMAND_LINE,
                  "--local: this machine is not "
                      + limited.stream()
                          .map(node -> node.name() + " (" + node.address() + ")")
                          .collect(Collectors.joining(", nor ")))
              .withHint("run it on that node, or omit --local"));
    } else if (here.size() > 1) {
      diagnostics.add(
          Diagnostic.of(
                  Code.BAD_COMMAND_LINE,
                  "--local: this machine can be only one of "
                      + here.stream().map(Node::name).collect(Collectors.joining(", ")))
              .withHint("say which with -l"));
    }
    return here;
  }
}
