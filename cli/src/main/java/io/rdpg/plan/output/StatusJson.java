package io.rdpg.plan.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.status.ClusterReport;
import io.rdpg.plan.status.NodeReport;
import io.rdpg.plan.status.PairReport;
import io.rdpg.plan.status.Problem;
import io.rdpg.plan.status.Registration;
import io.rdpg.plan.status.Row;
import io.rdpg.plan.status.StatusReport;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How all nodes are, for programs: one object, described in docs/status.md. */
public final class StatusJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StatusJson() {}

  /** The object; fields are only ever added. */
  public static ObjectNode of(StatusReport report) {
    ObjectNode page = JSON.objectNode();
    page.put("time", report.at().toString());
    page.put("inventory", report.inventory());
    page.put("well", report.problems().isEmpty());
    page.put("exit_code", report.exit().number());
    ArrayNode clusters = page.putArray("clusters");
    report.clusters().forEach(cluster -> clusters.add(cluster(cluster)));
    ArrayNode problems = page.putArray("problems");
    report.problems().forEach(problem -> problems.add(problem(problem)));
    return page;
  }

  private static ObjectNode cluster(ClusterReport cluster) {
    ObjectNode one = JSON.objectNode();
    one.put("id", cluster.id());
    one.put("role", cluster.role());
    one.put("well", cluster.well());
    one.put("consul", cluster.consul());
    ArrayNode writers = one.putArray("writes");
    cluster.writers().forEach(writer -> writers.add(registration(writer)));
    ArrayNode nodes = one.putArray("nodes");
    cluster.nodes().forEach(node -> nodes.add(node(node)));
    ArrayNode pairs = one.putArray("replication");
    cluster.pairs().forEach(pair -> pairs.add(pair(pair)));
    one.set("locks", rows(cluster.locks()));
    return one;
  }

  private static ObjectNode node(NodeReport node) {
    ObjectNode one = JSON.objectNode();
    one.put("name", node.name());
    one.put("address", node.address());
    one.put("asked", node.asked());
    one.put("writes", node.writes());
    ObjectNode errors = one.putObject("unreachable");
    node.outOfReach()
        .forEach((server, error) ->
            errors
                .putObject(server.word())
                .put("code", error.code().word())
                .put("message", error.message())
                .put("hint", error.hint()));
    one.set("server", node.server().isEmpty() ? JSON.nullNode() : row(node.server()));
    if (node.keptBytes().isPresent()) {
      one.put("kept_bytes", node.keptBytes().getAsLong());
    } else {
      one.putNull("kept_bytes");
    }
    one.set("slots", rows(node.sends()));
    ArrayNode registrations = one.putArray("registrations");
    node.registrations().forEach(registration -> registrations.add(registration(registration)));
    return one;
  }

  private static ObjectNode registration(Registration registration) {
    ObjectNode one = JSON.objectNode();
    one.put("service", registration.service());
    one.put("registered", registration.there());
    one.put("passing", registration.passing());
    if (registration.there()) {
      new TreeMap<>(registration.row().columns())
          .forEach((name, value) -> one.set(name, value(value)));
    }
    return one;
  }

  private static ObjectNode pair(PairReport pair) {
    ObjectNode one = JSON.objectNode();
    one.put("from", pair.from());
    one.put("to", pair.to());
    one.put("well", pair.troubles().isEmpty());
    one.set("slot", pair.slot().isEmpty() ? JSON.nullNode() : row(pair.slot()));
    one.set(
        "subscription", pair.subscription().isEmpty() ? JSON.nullNode() : row(pair.subscription()));
    return one;
  }

  private static ObjectNode problem(Problem problem) {
    return JSON.objectNode()
        .put("cluster", problem.cluster())
        .put("node", problem.node())
        .put("message", problem.message())
        .put("hint", problem.hint())
        .put("code", problem.code());
  }

  private static ArrayNode rows(List<Row> rows) {
    ArrayNode array = JSON.arrayNode();
    rows.forEach(row -> array.add(row(row)));
    return array;
  }

  private static ObjectNode row(Row row) {
    ObjectNode one = JSON.objectNode();
    row.columns().forEach((name, value) -> one.set(name, value(value)));
    return one;
  }

  /** A value as a plan registers it, without secrets. */
  private static JsonNode value(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case Boolean truth -> JSON.booleanNode(truth);
      case Double number when !Double.isFinite(number) -> JSON.textNode(number.toString());
      case Number number -> JSON.numberNode(new BigDecimal(number.toString()));
      case List<?> list -> {
        ArrayNode array = JSON.arrayNode();
        list.forEach(item -> array.add(value(item)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = JSON.objectNode();
        map.entrySet().stream()
            .sorted(Comparator.comparing(entry -> String.valueOf(entry.getKey())))
            .forEach(entry -> object.set(String.valueOf(entry.getKey()), value(entry.getValue())));
        yield object;
      }
      default -> JSON.textNode(Text.marked(value.toString()).toString());
    };
  }
}
