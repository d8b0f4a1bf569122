package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bootstrap on PostgreSQL 16, the oldest whose own replication can do it. */
@Tag("cluster")
@Tag("long")
class OldPostgresIT implements Replicates, RunsAgain {
  @AutoClose private static final LabUnderTest LAB = LabUnderTest.start("16.15.0");

  @BeforeAll
  static void bootstrap() {
    LAB.run("apply", "bootstrap.yml", "-o", "json").exits(0);
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
