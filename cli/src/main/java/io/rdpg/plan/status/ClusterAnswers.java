package io.rdpg.plan.status;

import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the nodes of one cluster answered, put together. The names of results and columns are the
 * contract with the plan {@code status}: docs/status.md.
 */
record ClusterAnswers(Inventory inventory, List<NodeAnswers> members) {

  ClusterReport report() {
    Node.Membership cluster = members.getFirst().node().cluster();
    String id = cluster == null ? "" : cluster.id();
    List<Registration> writers = registrations("writes").toList();
    List<NodeReport> nodes = members.stream().map(member -> node(member, writers)).toList();
    List<PairReport> pairs = pairs(id);
    boolean consul = members.stream().anyMatch(member -> member.has("writes"));
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      problems.addAll(problems(id, members.get(i), nodes.get(i)));
    }
    for (PairReport pair : pairs) {
      if (!pair.troubles().isEmpty()) {
        problems.add(
            Problem.of(
                id, pair.to(), "from " + pair.from() + ": " + String.join("; ", pair.troubles())));
      }
    }
    problems.addAll(ofCluster(id, consul, writers));
    return new ClusterReport(
        id,
        cluster == null ? "" : cluster.role(),
        nodes,
        writers,
        firstAnswer("locks").map(member -> member.list("locks", "locks")).orElse(List.of()),
        pairs,
        consul,
        problems);
  }

  private NodeReport node(NodeAnswers member, List<Registration> writers) {
    String address = member.node().address();
    return new NodeReport(
        member.node().name(),
        address,
        member.asked(),
        writers.stream().anyMatch(writer -> isAt(writer.row(), address)),
        member.rows("server").stream().findFirst().orElse(Row.NONE),
        member.rows("sends"),
        services().stream().map(service -> registration(service, address)).toList(),
        member.outOfReach());
  }

  /** Every agent knows the whole catalog, so any node's answer will do. */
  private Optional<NodeAnswers> firstAnswer(String name) {
    return members.stream().filter(member -> member.has(name)).findFirst();
  }

  private Stream<Registration> registrations(String name) {
    return firstAnswer(name).stream()
        .flatMap(member -> member.of(name))
        .flatMap(result ->
            result.get("instances") instanceof List<?> instances
                ? NodeAnswers.maps(instances)
                    .map(instance ->
                        new Registration(
                            String.valueOf(result.get("service")), NodeAnswers.row(instance)))
                : Stream.empty());
  }

  /** The services that each node registers, those of the cluster itself first. */
  private Set<String> services() {
    return Stream.of("members", "registrations")
        .flatMap(name -> firstAnswer(name).stream().flatMap(member -> member.of(name)))
        .map(result -> String.valueOf(result.get("service")))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Registration registration(String service, String address) {
    return Stream.of("members", "registrations")
        .flatMap(this::registrations)
        .filter(one -> one.service().equals(service) && isAt(one.row(), address))
        .findFirst()
        .orElse(new Registration(service, Row.NONE));
  }

  private static boolean isAt(Row instance, String address) {
    return instance.text("address").equals(Optional.of(address));
  }

  /** Those of which one end was asked and answered. */
  private List<PairReport> pairs(String cluster) {
    List<PairReport> pairs = new ArrayList<>();
    List<Node> nodes = inventory.cluster(cluster);
    for (Node from : nodes) {
      for (Node to : nodes) {
        Optional<NodeAnswers> sender = of(from).filter(member -> member.has("sends"));
        Optional<NodeAnswers> reader = of(to).filter(member -> member.has("reads"));
        if (!from.name().equals(to.name()) && (sender.isPresent() || reader.isPresent())) {
          pairs.add(
              new PairReport(
                  from.name(),
                  to.name(),
                  sender.map(member -> about(to, member.rows("sends"))).orElse(Row.NONE),
                  reader.map(member -> about(from, member.rows("reads"))).orElse(Row.NONE)));
        }
      }
    }
    return pairs;
  }

  private Optional<NodeAnswers> of(Node node) {
    return members.stream().filter(member -> member.node().name().equals(node.name())).findFirst();
  }

  private static Row about(Node peer, List<Row> rows) {
    return rows.stream()
        .filter(row -> row.text("peer").equals(Optional.of(peer.address())))
        .findFirst()
        .orElse(Row.NONE);
  }

  private List<Problem> problems(String cluster, NodeAnswers member, NodeReport node) {
    List<Problem> problems = new ArrayList<>();
    member.outOfReach().values().forEach(error -> problems.add(Problem.of(cluster, error)));
    member.errors().forEach(error -> problems.add(Problem.of(cluster, error)));
    node.server()
        .trouble()
        .ifPresent(words -> problems.add(Problem.of(cluster, node.name(), words)));
    // Those of peers belong to their pairs.
    Stream.of("sends", "reads")
        .flatMap(name -> member.rows(name).stream())
        .filter(row -> row.text("peer").isEmpty())
        .flatMap(row -> row.trouble().stream())
        .forEach(words -> problems.add(Problem.of(cluster, node.name(), words)));
    String missing =
        node.registrations().stream()
            .filter(registration -> !registration.there())
            .map(Registration::service)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      problems.add(
          Problem.of(cluster, node.name(), "Consul has no registration of it for " + missing));
    }
    Set<String> failing = new LinkedHashSet<>(); // a node's own check is one of each service's
    for (Registration registration : node.registrations()) {
      registration.failing().forEach(check -> failing.add("Consul's " + Registration.words(check)));
    }
    failing.forEach(words -> problems.add(Problem.of(cluster, node.name(), words)));
    return problems;
  }

  private List<Problem> ofCluster(String cluster, boolean consul, List<Registration> writers) {
    List<Problem> problems = new ArrayList<>();
    if (consul && writers.isEmpty()) {
      problems.add(Problem.of(cluster, null, "no node is registered to take the writes"));
    }
    if (writers.size() > 1) {
      problems.add(
          Problem.of(
              cluster,
              null,
              writers.size()
                  + " registrations say who takes the writes: "
                  + writers.stream()
                      .map(writer -> writer.row().text("address").orElse(""))
                      .collect(Collectors.joining(", "))));
    }
    for (Registration writer : writers) {
      String address = writer.row().text("address").orElse("");
      Optional<Node> node = at(address);
      if (node.isEmpty()) {
        problems.add(
            Problem.of(
                cluster,
                null,
                "the writes go to " + address + ", which is no node of the inventory"));
      }
      for (Row check : writer.failing()) {
        problems.add(
            Problem.of(
                cluster,
                node.map(Node::name).orElse(null),
                "it takes the writes, and Consul's " + Registration.words(check)));
      }
    }
    registrations("members")
        .map(member -> member.row().text("address").orElse(""))
        .filter(address -> at(address).isEmpty())
        .distinct()
        .forEach(address ->
            problems.add(
                Problem.of(
                    cluster,
                    null,
                    "Consul has a member at " + address + ", which is no node of the inventory")));
    return problems;
  }

  private Optional<Node> at(String address) {
    return inventory.nodes().stream().filter(node -> node.address().equals(address)).findFirst();
  }
}
