package org.example.plans;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.junit.Lab;
import io.rdpg.plan.junit.RdpgLab;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The plan does what it promises, on real servers. */
@RdpgLab(inventory = "inventories/test.yml")
class GrantAccessIT {
  private static final String MAY_READ =
      "SELECT pg_has_role('reports', 'pg_read_all_data', 'member')";

  /** The tests of a class share its lab. */
  @BeforeEach
  void nobody_has_access(Lab lab) {
    for (String node : lab.nodes()) {
      lab.sql(node, "postgres", "DROP ROLE IF EXISTS reports");
    }
  }

  @Test
  void adds_the_role(Lab lab) {
    lab.preview("grant-access.yml", "-l", "db1")
        .changes("db1: role reports", "reports may read everything", "reports are on offer here");
    lab.apply("grant-access.yml", "-l", "db1").assertChanged().assertPreviewWasExact();
    lab.apply("grant-access.yml", "-l", "db1").assertInSync();

    assertThat(lab.sql("db1", "postgres", MAY_READ)).containsExactly("t");
    assertThat(lab.kv("access/db1/reports")).contains("read");
    assertThat(lab.sql("db2", "postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'reports'"))
        .isEmpty();
  }

  @Test
  void grants_what_was_taken_away_by_hand(Lab lab) {
    lab.apply("grant-access.yml");
    lab.sql("db2", "postgres", "REVOKE pg_read_all_data FROM reports");

    lab.apply("grant-access.yml").assertChanged("db2: reports may read everything");
    assertThat(lab.sql("db2", "postgres", MAY_READ)).containsExactly("t");
  }

  @Test
  void goes_on_where_it_was_killed(Lab lab) {
    lab.killedAfter("grant-access.yml", "role reports").appliedAgain().assertInSync();

    for (String node : lab.nodes()) {
      assertThat(lab.sql(node, "postgres", MAY_READ)).containsExactly("t");
    }
  }
}
