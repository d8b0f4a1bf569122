package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One plain node, which replicates with nobody: {@code cluster_service: postgresql}. */
@Tag("cluster")
class PlainNodeIT implements Bootstrapped {
  @AutoClose private static LabUnderTest lab;
  private static PreviewForecast forecast;
  private static CommandResult first;

  @BeforeAll
  static void bootstrap() {
    lab = LabUnderTest.plainNode();
    forecast =
        PreviewForecast.by(lab.run("apply", "bootstrap", "--dry-run", "-o", "json").exits(0));
    first = lab.run("apply", "bootstrap", "-o", "json").exits(0);
  }

  @Override
  public LabUnderTest lab() {
    return lab;
  }

  @Test
  void its_preview_was_exact() {
    PreviewForecast.Outcome outcome = forecast.against(Performed.by(first.events()));
    System.out.println(outcome.line("of one plain node", forecast));
    assertThat(outcome.differences()).isEmpty();
  }

  @Test
  void it_is_in_sync_then_and_well() {
    assertThat(lab.run("apply", "bootstrap", "-o", "json").exits(0).steps("changed")).isEmpty();
    AllIsWell.eventually(() -> lab.run("status"));
  }

  /** All of them are taken up by the node that writes: there is no other. */
  @Test
  void it_has_schedules_of_its_own() {
    assertInRdpg("sc1", "SELECT DISTINCT node_type, cluster_service FROM tasks.schedules")
        .containsExactly("write|postgresql");
    assertInRdpg("sc1", "SELECT count(*) FROM tasks.schedules WHERE action = 'BackupAllDatabases'")
        .containsExactly("1");
    assertThat(lab.kv("rdpg/rdpgsc1/cluster/service")).hasValue("postgresql");
  }

  @Test
  void it_replicates_with_nobody_and_takes_the_writes() {
    assertInRdpg("sc1", "SELECT slot_name FROM pg_replication_slots").isEmpty();
    assertInRdpg("sc1", "SELECT subname FROM pg_subscription").isEmpty();
    assertThat(lab.services("rdpgsc1-master"))
        .isEqualTo(List.of("sc1 " + lab.address("sc1") + ":5432"));
  }
}
