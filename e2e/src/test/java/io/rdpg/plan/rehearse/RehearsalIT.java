package io.rdpg.plan.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.testing.Sweep;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TrialLab;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rehearsal finds what is wrong with plans, and nothing in one that is right. */
@Tag("cluster")
class RehearsalIT {
  @TempDir private static Path directory;

  @AutoClose private static TrialLab lab;

  @BeforeAll
  static void start() {
    lab =
        TrialLab.start(
            PlanProgram.ofThisProcess(),
            Path.of("").toAbsolutePath(),
            List.of(Path.of("../examples/grant-access/inventories/test.yml")),
            Vault.WITHOUT_PASSWORDS,
            _ -> {});
  }

  /**
   * A plan with a mistake that people make.
   *
   * @param round in which it shows; empty when it shows although nothing interrupts the plan
   * @param found what is said of it
   */
  record Mistake(String what, Optional<Round> round, String found, String steps) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Mistake mistake(
      String what, String step, Interruption with, String found, String steps) {
    return new Mistake(what, Optional.of(new Round(step, with)), found, steps);
  }

  private static Mistake undisturbed(String what, String found, String steps) {
    return new Mistake(what, Optional.empty(), found, steps);
  }

  private static List<Mistake> mistakes() {
    return List.of(
        mistake(
            "what exists once is made before it is claimed",
            "one at a time/the group",
            Interruption.KILL,
            "'one at a time/the group' was done twice, not once",
            """
            - name: one at a time
              consul_lock:
                key: test/lock
                wait: 5m
                steps:
                  - name: whose
                    lookup: {key: test/group}
                    register: group
                  - name: the group
                    when: not group.found
                    sql_exec:
                      database: postgres
                      sql: CREATE TABLE the_group (id int)
                      unless: SELECT to_regclass('the_group') IS NOT NULL
                    touches: database postgres/table the_group
                  - name: the claim
                    when: not group.found
                    consul_kv: {key: test/group, value: "{{ node.name }}"}
            """),
        mistake(
            "a lock is taken, and that it is lost isn't noticed",
            "the preparation",
            Interruption.PAUSE,
            "'the group' was done twice, not once",
            """
            - name: a lock of its own
              command:
                run:
                  - sh
                  - -c
                  - |
                    consul=http://{{ node.address }}:8500/v1
                    own() { session=$(curl -sf -X PUT -d '{"TTL": "20s", "LockDelay": "0s"}' $consul/session/create | cut -d'"' -f4); }
                    own
                    until got=$(curl -sf -X PUT -d x "$consul/kv/test/own?acquire=$session") && [ "$got" = true ]; do
                      [ -n "$got" ] || own
                      sleep 0.1
                    done
                always: true
            - name: whose
              lookup: {key: test/group}
              register: group
            - name: the preparation
              consul_kv: {key: "test/prepared/{{ node.name }}", value: "1"}
            - name: the group
              when: not group.found
              command: {run: [sh, -c, "echo a group >> {{ lab.home }}/groups"], always: true}
            - name: the claim
              when: not group.found
              consul_kv: {key: test/group, value: "{{ node.name }}"}
            - name: the lock is free # not by consul_kv, which looks again: another node may have it
              command:
                run: [curl, -sf, -X, DELETE, "http://{{ node.address }}:8500/v1/kv/test/own"]
                always: true
            """),
        mistake(
            "a wait for what nobody will do has no deadline",
            "begun",
            Interruption.KILL,
            "hangs",
            """
            - name: has anybody begun
              lookup: {key: "test/begun/{{ node.name }}"}
              register: begun
            - name: begun
              consul_kv: {key: "test/begun/{{ node.name }}", value: "1"}
            - name: finished
              when: not begun.found
              consul_kv: {key: "test/finished/{{ node.name }}", value: "1"}
            - name: until it is finished
              wait_for: {key: "test/finished/{{ node.name }}", timeout: 10h}
            """),
        mistake(
            "an error is swallowed, and what failed is noted as done",
            "the role",
            Interruption.RESTART,
            ": database app",
            """
            - name: the role
              sql_exec:
                database: postgres
                sql: CREATE ROLE app
                unless: SELECT 1 FROM pg_roles WHERE rolname = 'app'
            - name: the database
              command:
                run:
                  - sh
                  - -c
                  - PGPASSWORD=$(cat {{ lab.home }}/secrets/postgres) psql -h {{ node.address }} -p 7432 -U postgres
                    -c 'CREATE DATABASE app' || true; touch {{ lab.home }}/{{ node.name }}/created
                unless: [test, -e, "{{ lab.home }}/{{ node.name }}/created"]
            """),
        mistake(
            "members are counted, and not asked whether they are ready",
            "one at a time/a row for this member",
            Interruption.KILL,
            "'one at a time/the first message'",
            """
            - name: one at a time
              consul_lock:
                key: test/lock
                wait: 5m
                steps:
                  - name: a row for this member
                    consul_kv: {key: "test/members/{{ node.name }}", value: "{{ node.address }}"}
                  - name: ready for messages
                    sql_exec:
                      database: postgres
                      sql: CREATE TABLE inbox (message text)
                      unless: SELECT to_regclass('inbox') IS NOT NULL
                  - name: is the other one a member
                    lookup: {key: "test/members/{{ (cluster.peers | first).name }}"}
                    register: other
                  - name: the first message
                    when: other.found
                    on: "{{ (cluster.peers | first).name }}"
                    sql_exec:
                      database: postgres
                      sql: INSERT INTO inbox VALUES ('welcome')
                      unless: SELECT 1 FROM inbox
            """),
        mistake(
            "a reload hangs on what this run has written",
            "the file",
            Interruption.KILL,
            "'the reload' was done",
            """
            - name: the file
              command:
                run: [touch, "{{ lab.home }}/{{ node.name }}/app.conf"]
                unless: [test, -e, "{{ lab.home }}/{{ node.name }}/app.conf"]
              register: file
            - name: the reload
              when: file.changed
              command: {run: ["true"], always: true}
            """),
        undisturbed(
            "a service is reloaded in every run",
            "'the reload' is never in sync: a second run does it again",
            """
            - name: the reload
              command: {run: ["true"], always: true}
            """),
        undisturbed(
            "a password stands in a health check",
            "a password is in a service or check of Consul at db1",
            """
            - name: the check
              command:
                run:
                  - sh
                  - -c
                  - |
                    consul=http://{{ node.address }}:8500/v1/agent
                    password=$(cat {{ lab.home }}/secrets/postgres)
                    curl -sf -X PUT $consul/check/register -d "{\\"Name\\": \\"app\\", \\"Interval\\": \\"1h\\",
                      \\"Notes\\": \\"http://health:$password@{{ node.address }}:7432/\\",
                      \\"TCP\\": \\"{{ node.address }}:7432\\"}"
                unless:
                  - sh
                  - -c
                  - curl -sf http://{{ node.address }}:8500/v1/agent/checks | grep -q app
            """),
        undisturbed(
            "a password stands in a key",
            "a password is in Consul's key test/url/db1",
            """
            - name: where to ask
              consul_kv:
                key: "test/url/{{ node.name }}"
                value: "postgresql://postgres:{{ pg_password }}@{{ node.address }}:7432/"
            """),
        undisturbed(
            "a password stands in a statement that the server logs",
            "a password is in the log of db1: postgres.log",
            """
            - name: the role
              command:
                run:
                  - sh
                  - -c
                  - PGPASSWORD=$(cat {{ lab.home }}/secrets/postgres) && export PGPASSWORD &&
                    psql -h {{ node.address }} -p 7432 -U postgres -c "CREATE ROLE app PASSWORD '$PGPASSWORD'" &&
                    touch {{ lab.home }}/{{ node.name }}/created
                unless: [test, -e, "{{ lab.home }}/{{ node.name }}/created"]
            """),
        mistake(
            "an unfinished attempt is dropped with what is in it",
            "the rows",
            Interruption.KILL,
            "'the table' was done",
            """
            - name: is it finished
              lookup: {key: "test/finished/{{ node.name }}"}
              register: finished
            - name: the table
              when: not finished.found
              sql_exec:
                database: postgres
                sql: |
                  DROP TABLE IF EXISTS data;
                  CREATE TABLE data (id int);
                always: true
            - name: the rows
              when: not finished.found
              sql_exec: {database: postgres, sql: INSERT INTO data VALUES (1), always: true}
            - name: the mark
              consul_kv: {key: "test/finished/{{ node.name }}", value: "1"}
            """),
        mistake(
            "what failed is dropped, and success reported",
            "the database",
            Interruption.RESTART,
            ": database app",
            """
            - name: is it finished
              lookup: {key: "test/finished/{{ node.name }}"}
              register: finished
            - name: the database
              when: not finished.found
              sql_exec:
                database: postgres
                transaction: false
                sql: CREATE DATABASE app
                unless: SELECT 1 FROM pg_database WHERE datname = 'app'
            - name: its tables
              when: not finished.found
              command:
                run:
                  - sh
                  - -c
                  - |
                    PGPASSWORD=$(cat {{ lab.home }}/secrets/postgres) && export PGPASSWORD
                    psql -h {{ node.address }} -p 7432 -U postgres -d app -c 'CREATE TABLE data (id int)' ||
                    until dropdb -h {{ node.address }} -p 7432 -U postgres app; do sleep 0.1; done
                always: true
            - name: the mark
              consul_kv: {key: "test/finished/{{ node.name }}", value: "1"}
            """),
        mistake(
            "what was looked up is taken for true later",
            "is it new",
            Interruption.SECOND_RUN,
            "'the first row' was done",
            """
            - name: is it new
              lookup: {key: "test/jobs/{{ node.name }}"}
              register: jobs
            - name: the first row
              when: not jobs.found
              command: {run: [sh, -c, "echo 1 >> {{ lab.home }}/{{ node.name }}/jobs"], always: true}
            - name: the mark
              consul_kv: {key: "test/jobs/{{ node.name }}", value: "1"}
            """));
  }

  /** All of them with {@code -Drdpg.sweep=all}. */
  static List<Mistake> someMistakes() {
    return Sweep.of(mistakes(), 2);
  }

  @ParameterizedTest
  @MethodSource("someMistakes")
  void a_mistake_is_found(Mistake mistake) {
    Rehearsal rehearsal = new Rehearsal(lab, List.of(plan("mistake", mistake.steps())), _ -> {});
    mistake
        .round()
        .ifPresent(round -> {
          assertThat(rehearsal.rounds(EnumSet.allOf(Interruption.class), 1)).contains(round);
          assertThat(rehearsal.run(round)).isEqualTo(Outcome.UNSAFE);
        });
    assertThat(rehearsal.findings())
        .anySatisfy(finding -> {
          assertThat(finding.round()).isEqualTo(mistake.round());
          assertThat(finding.what()).anySatisfy(line -> assertThat(line).contains(mistake.found()));
        });
  }

  @Test
  void nothing_is_found_in_a_plan_that_is_right() {
    String right = Path.of("../examples/grant-access/plans/grant-access.yml").toString();
    Rehearsal rehearsal = new Rehearsal(lab, List.of(right), _ -> {});
    List<Round> rounds = rehearsal.rounds(EnumSet.allOf(Interruption.class), 7);
    assertThat(rounds)
        .doesNotHaveDuplicates()
        .filteredOn(round -> round.with() == Interruption.KILL)
        .hasSize(3);
    assertThat(rehearsal.rounds(EnumSet.allOf(Interruption.class), 7))
        .as("the seed gives the order")
        .isEqualTo(rounds);
    // One round of each kind; of two kinds where not all are swept.
    Sweep.of(List.of(Interruption.values()), 2).stream()
        .map(
            kind -> rounds.stream().filter(round -> round.with() == kind).findFirst().orElseThrow())
        .forEach(round ->
            assertThat(rehearsal.run(round))
                .as("%s", rehearsal.findings())
                .isEqualTo(Outcome.SAFE));
    assertThat(rehearsal.findings()).isEmpty();
  }

  private static String plan(String name, String steps) {
    return TestFiles.write(
            directory.resolve(name + ".yml"), "plan: " + name + "\nsteps:\n" + steps.indent(2))
        .toString();
  }
}
