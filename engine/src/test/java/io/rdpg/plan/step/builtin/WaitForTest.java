package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitForTest {
  private static final Observation.CheckState CRITICAL =
      new Observation.CheckState("c", "critical", "");

  @Test
  void a_query_holds() {
    String yaml = "{database: d, sql: SELECT 1}";
    assertHolds(yaml, new Observation.Table(List.of("c"), List.of(Map.of("c", 1L))));
    assertWaits(
        yaml,
        "the query does not hold in database d",
        new Observation.Table(List.of("c"), List.of(Map.of("c", false))));
    assertWaits(
        yaml, "the query does not hold in database d", new Observation.NoPlace("database d"));
  }

  @Test
  void a_service_is_registered_at_all_addresses() {
    String yaml = "{service: s, addresses: [a, {name: n, address: b}]}";
    assertHolds(yaml, instances("a", "b", "stale"));
    assertWaits(yaml, "no service s at b", instances("a"));
    assertWaits(yaml, "no service s at a, b", instances());
  }

  @Test
  void so_many_instances_are_registered() {
    assertHolds("{service: s}", instances("a"));
    assertWaits("{service: s}", "0 of 1 instances of service s", instances());
    assertWaits("{service: s, count: 2}", "1 of 2 instances of service s", instances("a"));
  }

  @Test
  void only_passing_instances_count_when_asked() {
    Observation failing =
        new Observation.Instances(
            List.of(new Observation.Instance("n", "i", "a", 1, List.of(CRITICAL))));
    assertHolds("{service: s}", failing);
    assertWaits("{service: s, passing: true}", "0 of 1 passing instances of service s", failing);
    assertWaits(
        "{service: s, passing: true, addresses: [a]}", "no passing service s at a", failing);
  }

  @Test
  void a_key_is_there_with_its_value() {
    Observation holds = new Observation.KeyValue(Text.plain("v"), 1);
    assertHolds("{key: k}", holds);
    assertHolds("{key: k, value: v}", holds);
    assertWaits("{key: k}", "key k is not set", new Observation.NoKey());
    assertWaits("{key: k, value: w}", "key k holds 'v', not 'w'", holds);
    assertHolds("{key: k, other_than: w}", holds);
    assertWaits("{key: k, other_than: v}", "key k still holds 'v'", holds);
    assertWaits("{key: k, other_than: v}", "key k is not set", new Observation.NoKey());
  }

  @Test
  void a_port_accepts_connections() {
    assertHolds("{port: 'h:1'}", new Observation.Reachable(true, ""));
    assertWaits("{port: 'h:1'}", "port h:1: refused", new Observation.Reachable(false, "refused"));
    assertThatThrownBy(() -> diff("{port: 5432}", new Observation.Reachable(true, "")))
        .hasMessageContaining("must be host:port, not '5432'");
  }

  @Test
  void a_url_answers_well() {
    assertHolds("{http: 'http://h/'}", new Observation.HttpReply(204, ""));
    assertWaits(
        "{http: 'http://h/'}", "GET http://h/ answers 503", new Observation.HttpReply(503, ""));
    assertWaits(
        "{http: 'http://h/'}",
        "GET http://h/ has no answer: refused",
        new Observation.HttpReply(0, "refused"));
  }

  @Test
  void a_path_is_there() {
    assertHolds("{file: /f}", new Observation.OtherFile("a directory"));
    assertWaits("{file: /f}", "file /f doesn't exist", new Observation.NoFile());
  }

  @Test
  void rows_of_every_peer_arrive() {
    String yaml = "{replication: d, peers: [a, b]}";
    assertHolds(yaml, readiness("a", true, "b", true, "c", false));
    assertWaits(yaml, "b: still copying", readiness("a", true, "b", false));
    assertWaits(yaml, "b: not subscribed to", readiness("a", true));
    assertWaits(yaml, "database d doesn't exist", new Observation.NoPlace("database d"));
  }

  @Test
  void a_wait_names_the_addresses_of_the_nodes_that_are_to_act() {
    assertThat(diff("{service: s, addresses: [a, b, c]}", instances("b")))
        .extracting("addresses")
        .isEqualTo(Set.of("a", "c"));
    // A peer that this node has not subscribed to has nothing to do yet.
    assertThat(diff("{replication: d, peers: [a, b, c]}", readiness("a", true, "b", false)))
        .extracting("addresses")
        .isEqualTo(Set.of("b"));
    assertThat(diff("{key: k}", new Observation.NoKey()))
        .extracting("addresses")
        .isEqualTo(Set.of());
  }

  @Test
  void the_drivers_view_can_have_another_name() {
    WaitFor waitFor = new WaitFor();
    String yaml = "{replication: d, peers: [a], view: %s}";
    Read<?> read =
        waitFor
            .reads(waitFor.decode(StepArguments.args(waitFor, yaml.formatted("spock.ready"))))
            .getFirst();
    assertThat(((Read.Query) read).sql().reveal()).contains(" FROM spock.ready ");
    for (String wrong : List.of("'a.b.c'", "'a; DROP TABLE t'", "'\"a\"'", "''")) {
      assertThatThrownBy(() -> waitFor.decode(StepArguments.args(waitFor, yaml.formatted(wrong))))
          .as(wrong)
          .hasMessageContaining("must be a view's name");
    }
  }

  @Test
  void every_wait_has_a_deadline_and_a_pause() {
    WaitFor waitFor = new WaitFor();
    WaitFor.Want own = waitFor.decode(StepArguments.args(waitFor, "{key: k}"));
    assertThat(waitFor.waits(own)).contains(Duration.ofMinutes(5));
    assertThat(waitFor.polls(own)).isEqualTo(Duration.ofSeconds(1));
    WaitFor.Want given =
        waitFor.decode(StepArguments.args(waitFor, "{key: k, timeout: 1m30s, every: 200ms}"));
    assertThat(waitFor.waits(given)).contains(Duration.ofSeconds(90));
    assertThat(waitFor.polls(given)).isEqualTo(Duration.ofMillis(200));
  }

  private static void assertHolds(String yaml, Observation observation) {
    assertThat(diff(yaml, observation)).isInstanceOf(Diff.InSync.class);
  }

  private static void assertWaits(String yaml, String missing, Observation observation) {
    assertThat(diff(yaml, observation))
        .isInstanceOfSatisfying(
            Diff.NotYet.class, notYet -> assertThat(notYet.missing()).isEqualTo(missing));
  }

  private static Observation instances(String... addresses) {
    return new Observation.Instances(
        List.of(addresses).stream()
            .map(address -> new Observation.Instance("n", address, address, 1, List.of()))
            .toList());
  }

  private static Observation readiness(Object... peersAndReady) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < peersAndReady.length; i += 2) {
      rows.add(
          Map.of("peer", peersAndReady[i], "ready", peersAndReady[i + 1], "why", "still copying"));
    }
    return new Observation.Table(List.of("peer", "ready", "why"), rows);
  }

  private static Diff diff(String yaml, Observation observation) {
    return StepArguments.diff(new WaitFor(), yaml, observation);
  }
}
