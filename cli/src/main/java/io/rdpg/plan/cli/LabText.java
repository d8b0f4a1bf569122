package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.language.model.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lab's state, for people and for programs. */
final class LabText {
  private LabText() {}

  /** One line a node, passwords hidden. */
  static String table(LabStatus status) {
    List<List<String>> rows =
        status.nodes().stream()
            .map(node ->
                List.of(
                    node.name(),
                    node.cluster(),
                    servers(node),
                    node.urls().postgres().toString(),
                    node.urls().consul().toString(),
                    node.urls().ssh().toString()))
            .toList();
    return Table.of(List.of("node", "cluster", "servers", "postgres", "consul", "ssh"), rows);
  }

  private static String servers(LabStatus.NodeStatus node) {
    if (node.up()) {
      return "up";
    }
    return node.stopped() ? "stopped" : "down: " + String.join(", ", node.down());
  }

  /**
   * One JSON object, with URLs that psql, curl and ssh accept. So passwords are in clear text: they
   * are random ones of this lab only.
   */
  static String json(LabStatus status) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = page.putArray("nodes");
    for (LabStatus.NodeStatus node : status.nodes()) {
      ObjectNode one = nodes.addObject();
      one.put("name", node.name());
      one.put("cluster", node.cluster());
      one.put("address", node.address());
      one.put("up", node.up());
      one.put("stopped", node.stopped());
      ObjectNode urls = one.putObject("urls");
      urls.put("postgres", clear(node.urls().postgres()));
      urls.put("pgbouncer", clear(node.urls().pgbouncer()));
      urls.put("haproxy", clear(node.urls().haproxy()));
      urls.put("consul", clear(node.urls().consul()));
      urls.put("ssh", clear(node.urls().ssh()));
    }
    return page.toPrettyString() + "\n";
  }

  private static @Nullable String clear(@Nullable Text url) {
    return url == null ? null : url.reveal();
  }

  /** Said when there was nothing to start. */
  static String running(LabStatus status) {
    List<String> stopped = status.stopped();
    return stopped.isEmpty()
        ? "everything is running already"
        : "all others are running already; still stopped: "
            + String.join(", ", stopped)
            + " (lab up starts them)";
  }
}
