package io.rdpg.plan.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All that a run could have touched, by name, down to what shows that something was written again
 * with the same content: files' times, rows' transactions, keys' and sessions' indexes, loads and
 * workers. Left out is only what a living cluster moves by itself.
 */
final class Footprint {
  /** What an agent finds out by itself, every 10 s. */
  private static final List<String> FOUND_OUT = List.of("Output", "Status", "ModifyIndex");

  private final LabUnderTest lab;
  private final SortedMap<String, String> marks = new ConcurrentSkipListMap<>();

  private Footprint(LabUnderTest lab) {
    this.lab = lab;
  }

  /** Its marks, from what to its state; the first word is a node, or says what is the cluster's. */
  static Map<String, String> of(LabUnderTest lab) {
    Footprint footprint = new Footprint(lab);
    lab.nodes().stream()
        .map(node -> OwnThread.run(() -> footprint.node(node)))
        .toList()
        .forEach(CompletableFuture::join);
    footprint.consul();
    footprint.marks.putAll(FilesFootprint.of(lab.home()));
    return footprint.marks;
  }

  /** The same as soon as the servers have digested what was done to them last. */
  static Map<String, String> whenQuiet(LabUnderTest lab) {
    AtomicReference<Map<String, String>> last = new AtomicReference<>(of(lab));
    Eventually.holds(
        "the lab is quiet",
        () -> {
          Map<String, String> now = of(lab);
          return now.equals(last.getAndSet(now));
        });
    return last.get();
  }

  /** What differs, by name. */
  static List<String> differences(Map<String, String> before, Map<String, String> after) {
    Set<String> all = new TreeSet<>(before.keySet());
    all.addAll(after.keySet());
    return all.stream()
        .filter(what -> !String.valueOf(before.get(what)).equals(String.valueOf(after.get(what))))
        .map(what -> what + ": " + before.get(what) + " -> " + after.get(what))
        .toList();
  }

  private void node(String node) {
    PostgresFootprint.of(lab, node).forEach((what, state) -> marks.put(node + " " + what, state));
    ServersFootprint.of(lab, node).forEach((what, state) -> marks.put(node + " " + what, state));
    lab.consul(node, "/v1/agent/services")
        .properties()
        .forEach(service ->
            marks.put(
                node + " agent's service " + service.getKey(), service.getValue().toString()));
    lab.consul(node, "/v1/agent/checks")
        .properties()
        .forEach(check ->
            marks.put(node + " agent's check " + check.getKey(), lasting(check.getValue())));
  }

  private void consul() {
    lab.consul("/v1/kv/?recurse&consistent")
        .forEach(entry -> marks.put("key " + entry.path("Key").asText(), entry.toString()));
    // These move with every key and session, also with one that is gone again.
    for (String all : List.of("/v1/kv/?recurse&consistent", "/v1/session/list?consistent")) {
      marks.put("index of " + all, Long.toString(lab.consulIndex(all)));
    }
    lab.consul("/v1/session/list?consistent")
        .forEach(
            session -> marks.put("session " + session.path("ID").asText(), session.toString()));
    lab.consul("/v1/catalog/services?consistent")
        .fieldNames()
        .forEachRemaining(name ->
            lab.consul("/v1/catalog/service/" + name + "?consistent")
                .forEach(instance ->
                    marks.put(
                        "service %s %s %s"
                            .formatted(
                                name,
                                instance.path("Node").asText(),
                                instance.path("ServiceID").asText()),
                        instance.toString())));
    lab.consul("/v1/health/state/any?consistent")
        .forEach(check ->
            marks.put(
                "check %s %s"
                    .formatted(check.path("Node").asText(), check.path("CheckID").asText()),
                lasting(check)));
  }

  private static String lasting(JsonNode check) {
    return ((ObjectNode) check).without(FOUND_OUT).toString();
  }
}
