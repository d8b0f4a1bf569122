package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.lab.LabStatus.NodeStatus;
import io.rdpg.plan.lab.LabStatus.Urls;
import io.rdpg.plan.language.model.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabTextTest {
  private static final Text SECRET =
      Text.marked("postgresql://rdpg:" + Text.secret("pw").marked() + "@127.0.0.11/rdpg");

  private static final LabStatus STATUS =
      new LabStatus(
          List.of(
              new NodeStatus(
                  "mc1",
                  "rdpgmc",
                  "127.0.0.11",
                  List.of("consul"),
                  false,
                  new Urls(SECRET, null, null, Text.plain("http://c"), Text.plain("ssh://s"))),
              new NodeStatus(
                  "sc1",
                  "rdpgsc1",
                  "127.0.0.21",
                  List.of(),
                  false,
                  new Urls(
                      SECRET, SECRET, SECRET, Text.plain("http://c"), Text.plain("ssh://s")))));

  @Test
  void programs_get_urls_that_work() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();

    assertThat(json.readTree(LabText.json(STATUS)))
        .isEqualTo(
            json.readTree(
                """
                {"nodes": [
                  {"name": "mc1", "cluster": "rdpgmc", "address": "127.0.0.11", "up": false, "stopped": false,
                   "urls": {"postgres": "postgresql://rdpg:pw@127.0.0.11/rdpg", "pgbouncer": null,
                            "haproxy": null, "consul": "http://c", "ssh": "ssh://s"}},
                  {"name": "sc1", "cluster": "rdpgsc1", "address": "127.0.0.21", "up": true, "stopped": false,
                   "urls": {"postgres": "postgresql://rdpg:pw@127.0.0.11/rdpg",
                            "pgbouncer": "postgresql://rdpg:pw@127.0.0.11/rdpg",
                            "haproxy": "postgresql://rdpg:pw@127.0.0.11/rdpg",
                            "consul": "http://c", "ssh": "ssh://s"}}]}
                """));
  }

  @Test
  void a_node_that_was_stopped_alone_is_told_from_one_that_fell() {
    NodeStatus fell = STATUS.nodes().getFirst();
    LabStatus stopped =
        new LabStatus(
            List.of(
                new NodeStatus(
                    "sc2", fell.cluster(), fell.address(), fell.down(), true, fell.urls())));
    assertThat(LabText.table(stopped)).contains("stopped").doesNotContain("down");
    assertThat(stopped.up()).isFalse();
    assertThat(stopped.ready()).isTrue();
    assertThat(STATUS.ready()).isFalse();
    assertThat(LabText.running(stopped)).contains("still stopped: sc2 (lab up starts them)");
  }

  @Test
  void people_see_no_passwords() {
    assertThat(LabText.table(STATUS)).contains("***", "down: consul").doesNotContain("pw@");
  }
}
