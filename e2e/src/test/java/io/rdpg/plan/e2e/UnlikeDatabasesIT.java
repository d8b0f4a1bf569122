package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Nodes whose database rdpg is something else than their cluster's, or can't become it, are refused
 * before the cluster is changed.
 */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnlikeDatabasesIT {
  @AutoClose private static LabUnderTest lab;

  @BeforeAll
  static void start() {
    lab = LabUnderTest.serviceCluster();
  }

  @BeforeEach
  void drop() {
    in("postgres", "DROP DATABASE IF EXISTS rdpg");
  }

  private static void in(String database, String... statements) {
    for (String statement : statements) {
      lab.sql("sc2", database, statement);
    }
  }

  private static CommandResult bootstrap(String... more) {
    return lab.run(List.of("apply", "bootstrap.yml", "-o", "json"), more);
  }

  private static AbstractStringAssert<?> assertRefusal(String... more) {
    CommandResult refused = bootstrap(more).exits(1);
    assertThat(refused.steps("changed")).filteredOn(step -> step.startsWith("sc2")).isEmpty();
    assertThat(lab.sql("sc2", "postgres", "SELECT rolname FROM pg_roles WHERE rolname = 'rdpg'"))
        .isEmpty();
    return assertThat(refused.stdout());
  }

  @Test
  @Order(1)
  void an_encoding_that_can_not_be_changed() {
    in(
        "postgres",
        "CREATE DATABASE rdpg TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    assertRefusal()
        .contains("sc2", "has the encoding LATIN1", "ALTER DATABASE rdpg RENAME TO rdpg_before");
  }

  @Test
  @Order(1)
  void tables_of_the_same_names_and_another_shape() {
    in("postgres", "CREATE DATABASE rdpg");
    in(
        "rdpg",
        "CREATE SCHEMA cfsb",
        "CREATE TABLE cfsb.bindings (id integer, instance_id text, binding_id text, more text,"
            + " created_at timestamptz, effective_at timestamptz)");
    assertRefusal()
        .contains("cfsb.bindings has no column id bigint, ineffective_at timestamptz")
        .doesNotContain("cfsb.plans");
  }

  @Test
  @Order(1)
  void names_of_the_driver_that_something_else_uses() {
    in("postgres", "CREATE DATABASE rdpg");
    in(
        "rdpg",
        "CREATE SUBSCRIPTION from_rdpg_10_9_9_9 CONNECTION 'host=10.9.9.9' PUBLICATION rdpg"
            + " WITH (connect = false)",
        "SELECT pg_create_physical_replication_slot('to_%s')".formatted(peer()));
    String[] commands = {
      "ALTER SUBSCRIPTION from_rdpg_10_9_9_9 DISABLE",
      "ALTER SUBSCRIPTION from_rdpg_10_9_9_9 SET (slot_name = NONE)",
      "DROP SUBSCRIPTION from_rdpg_10_9_9_9",
      "SELECT pg_drop_replication_slot('to_%s')".formatted(peer())
    };
    try {
      assertRefusal()
          .contains("sc2 has slot to_" + peer() + ", subscription from_rdpg_10_9_9_9")
          .contains(commands);
    } finally {
      in("rdpg", commands);
    }
  }

  private static String peer() {
    return "rdpg_" + lab.address("sc1").replace('.', '_');
  }

  /** Both nodes are bare: what would be made of template0 counts. */
  @Test
  @Order(2)
  void another_collation_before_there_is_a_group() {
    in("postgres", "CREATE DATABASE rdpg TEMPLATE template0 LOCALE 'C.UTF-8'");
    CommandResult refused = bootstrap().exits(1);
    // Its peer must not take what comes instead for ready.
    lab.consulPut("sc2", "/v1/agent/service/deregister/rdpgsc1-sc2", "");
    assertThat(refused.stdout())
        .contains("database rdpg has the collation libc c.utf8 c.utf8 on sc2 and libc c c on sc1");
    assertThat(lab.kv("rdpg/rdpgsc1/members/sc2")).isEmpty();
    assertThat(lab.sql("sc2", "postgres", "SELECT slot_name FROM pg_replication_slots")).isEmpty();
  }

  @Test
  @Order(3)
  void nothing_of_it_is_left_to_be_refused_and_the_driver_stays() {
    bootstrap().exits(0);
    assertThat(lab.kv("rdpg/rdpgsc1/replication")).contains("native");
    CommandResult refused = bootstrap("-e", "replication=pglogical").exits(1);
    assertThat(refused.stdout())
        .contains("rdpgsc1 is replicated by the driver native", "replication: pglogical");
    assertThat(refused.steps("changed")).isEmpty();
    assertThat(bootstrap().exits(0).steps("changed")).isEmpty();
  }
}
