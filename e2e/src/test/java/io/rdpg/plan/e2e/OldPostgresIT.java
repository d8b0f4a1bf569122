package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bootstrap on PostgreSQL 16, the oldest whose own replication can do it. */
@Tag("cluster")
class OldPostgresIT implements Replicates, RunsAgain {
  private static final LabUnderTest LAB = LabUnderTest.start("16.15.0");

  @BeforeAll
  static void bootstrap() {
    CommandResult result = LAB.run("apply", "bootstrap.yml", "-o", "json");
    assertThat(result.exit()).as(result.stdout() + result.stderr()).isZero();
  }

  @AfterAll
  static void remove() {
    LAB.close();
  }

  @Test
  void it_is_the_old_one() {
    for (String node : LAB.nodes()) {
      assertThat(LAB.sql(node, "postgres", "SHOW server_version")).containsExactly("16.15");
    }
  }

  @Override
  public LabUnderTest lab() {
    return LAB;
  }

  @Override
  public List<CommandResult> again() {
    return List.of(LAB.run("apply", "bootstrap.yml", "-o", "json"));
  }
}
