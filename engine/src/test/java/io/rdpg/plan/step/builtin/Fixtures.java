package io.rdpg.plan.step.builtin;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.testing.MemoryNode;
import io.rdpg.plan.testing.MemoryTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Every primitive in use, with all of its arguments, and a world in which it has work to do. */
final class Fixtures {
  static final String NODE = "n";

  /** What a step comes to in the world of its fixture. */
  enum Kind {
    /** It changes something. */
    ACTS,
    /** It waits. */
    WAITS,
    /** It only reads. */
    READS
  }

  /**
   * One use of a primitive.
   *
   * @param prepare makes the world that it meets
   * @param comes for one that waits: makes its condition hold
   */
  record Fixture(
      String primitive,
      String yaml,
      Kind kind,
      Consumer<MemoryTarget> prepare,
      Consumer<MemoryTarget> comes) {
    @Override
    public String toString() {
      return primitive + " " + yaml.strip();
    }
  }

  static final List<Fixture> ALL =
      List.of(
          acts(
              "sql_exec",
              "{database: d, sql: MAKE, unless: SELECT made, params: [p], retry_on: ['40001'],"
                  + " transaction: false}",
              node -> node.database("d").makes("MAKE", "SELECT made")),
          acts(
              "sql_exec",
              "{database: d, server: {port: 6432}, file: MAKE, unless_file: SELECT made}",
              node -> node.database("d").makes("MAKE", "SELECT made")),
          waits(
              "wait_for",
              "{database: d, server: {port: 6432}, sql: SELECT there, timeout: 1m, every: 1s}",
              node -> node.database("d").observations("SELECT there", true)),
          waitsInConsul(
              "{service: s, addresses: [a], count: 1, passing: true}",
              target -> target.consul().register(NODE, service("s", "a"))),
          waitsInConsul("{key: k, value: v}", target -> target.consul().set("k", "v")),
          waitsInConsul("{key: k, other_than: w}", target -> target.consul().set("k", "v")),
          waits("wait_for", "{port: 'h:1'}", node -> node.listens("h:1")),
          waits("wait_for", "{http: 'http://h/'}", node -> node.serves("http://h/", 204)),
          waits("wait_for", "{file: /f, by: [a]}", node -> node.put("/f", "x")),
          waits(
              "wait_for",
              "{replication: d, peers: [a], view: v.ready}",
              node ->
                  node.database("d")
                      .observation(
                          "SELECT peer, ready, why FROM v.ready ORDER BY peer",
                          Map.of("peer", "a", "ready", true, "why", ""))),
          acts(
              "render_template",
              "{template: content, dest: /f, owner: o, group: g, mode: 0600, validate: [check],"
                  + " backup: true}",
              node -> {}),
          acts(
              "reload_service",
              "{service: s, config: [/c, /d], signal: HUP, pid_file: /pid, new_worker: true,"
                  + " stamp: /stamp, validate: [check], probe_command: [probe], log: /log, refused: no,"
                  + " put_back: false}",
              node -> {
                node.put("/c", "1");
                node.put("/d", "2");
                node.start("/pid");
              }),
          acts(
              "reload_service",
              "{service: s, config: [/c], systemd: s.service}",
              node -> {
                node.put("/c", "1");
                node.start("s.service");
              }),
          acts(
              "reload_service",
              "{service: s, config: [/c], command: [reload, s]}",
              node -> {
                node.put("/c", "1");
                node.makes("reload s", "x");
              }),
          acts(
              "reload_service",
              "{service: s, config: [/c], sql: RELOAD, errors: SELECT wrong, probe: SELECT ok}",
              node -> {
                node.put("/c", "1");
                node.database("postgres").makes("RELOAD", "SELECT ok");
              }),
          acts(
              "register_watch",
              "{name: w, type: service, service: s, tag: t, passingonly: true, handler: [h, a],"
                  + " config_dir: /etc/consul.d, owner: o, group: g, mode: 0600}",
              node -> {}),
          watches("type: key, key: k"),
          watches("type: keyprefix, prefix: p"),
          watches("type: checks, state: critical"),
          watches("type: event, event: e"),
          acts(
              "consul_service",
              "{id: i, name: s, address: a, port: 1, tags: [t],"
                  + " check: {tcp: 'a:1', interval: 10s, timeout: 1s}}",
              node -> {}),
          actsInConsul(
              "consul_service",
              "{name: s, absent: true}",
              target -> target.consul().register(NODE, service("s", "a"))),
          actsInConsul(
              "consul_member",
              "{name: lost, absent: true}",
              target -> target.consul().failed("lost", true)),
          acts("consul_kv", "{key: k, value: v}", node -> {}),
          acts("consul_kv", "{key: k, value: v, if_absent: true}", node -> {}),
          actsInConsul(
              "consul_kv",
              "{key: k, value: v, if_value: old}",
              target -> target.consul().set("k", "old")),
          actsInConsul(
              "consul_kv", "{key: k, absent: true}", target -> target.consul().set("k", "v")),
          reads("lookup", "{database: d, server: {port: 1}, sql: SELECT x, secret: [x]}"),
          reads("lookup", "{key: k}"),
          reads("lookup", "{service: s}"),
          reads("lookup", "{member: m}"),
          reads("lookup", "{locks: k/}"),
          reads("lookup", "{file: /f}"),
          reads("lookup", "{certificate: /f}"),
          reads("lookup", "{command: [test, -e, /f]}"),
          acts(
              "command",
              "{run: [make, it], unless: [made, it], stdin: words, env: {A: b}}",
              node -> node.makes("make it", "made it")),
          reads("assert", "{that: true, message: m}"));

  private Fixtures() {}

  private static Fixture acts(String primitive, String yaml, Consumer<MemoryNode> prepare) {
    return actsInConsul(primitive, yaml, target -> prepare.accept(target.node(NODE)));
  }

  private static Fixture watches(String what) {
    return acts(
        "register_watch",
        "{name: w, %s, handler: 'http://h/', config_dir: /etc/consul.d}".formatted(what),
        node -> {});
  }

  private static Fixture actsInConsul(
      String primitive, String yaml, Consumer<MemoryTarget> prepare) {
    return new Fixture(primitive, yaml, Kind.ACTS, prepare, target -> {});
  }

  private static Fixture waits(String primitive, String yaml, Consumer<MemoryNode> comes) {
    return new Fixture(
        primitive, yaml, Kind.WAITS, target -> {}, target -> comes.accept(target.node(NODE)));
  }

  private static Fixture waitsInConsul(String yaml, Consumer<MemoryTarget> comes) {
    return new Fixture("wait_for", yaml, Kind.WAITS, target -> {}, comes);
  }

  private static Fixture reads(String primitive, String yaml) {
    return new Fixture(primitive, yaml, Kind.READS, target -> {}, target -> {});
  }

  private static Observation.Registration service(String name, String address) {
    return new Observation.Registration(name, name, address, 1, List.of(), null);
  }
}
