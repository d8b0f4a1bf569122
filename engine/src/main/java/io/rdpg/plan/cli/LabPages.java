package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.model.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lab's state, for people and for programs. */
final class LabPages {
  private LabPages() {}

  /** One line a node, passwords hidden. */
  static String table(LabStatus status) {
    List<List<String>> rows =
        status.nodes().stream()
            .map(node ->
                List.of(
                    node.name(),
                    node.cluster(),
                    node.up() ? "up" : "down: " + String.join(", ", node.down()),
                    node.urls().postgres().toString(),
                    node.urls().consul().toString(),
                    node.urls().ssh().toString()))
            .toList();
    return Table.of(List.of("node", "cluster", "servers", "postgres", "consul", "ssh"), rows);
  }

  /**
   * One object, with URLs that psql, curl and ssh take as they are. So passwords stand in clear:
   * they are the lab's own, made at random, and open nothing else.
   */
  static String json(LabStatus status) {
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.put("up", status.up());
    ObjectNode nodes = page.putObject("nodes");
    for (LabStatus.NodeStatus node : status.nodes()) {
      ObjectNode one = nodes.putObject(node.name());
      one.put("cluster", node.cluster());
      one.put("address", node.address());
      one.put("up", node.up());
      var down = one.putArray("down");
      node.down().forEach(down::add);
      put(one, "postgres", node.urls().postgres());
      put(one, "pgbouncer", node.urls().pgbouncer());
      put(one, "haproxy", node.urls().haproxy());
      put(one, "consul", node.urls().consul());
      put(one, "ssh", node.urls().ssh());
    }
    return page.toPrettyString() + "\n";
  }

  private static void put(ObjectNode node, String name, @Nullable Text url) {
    if (url != null) {
      node.put(name, url.reveal());
    }
  }
}
