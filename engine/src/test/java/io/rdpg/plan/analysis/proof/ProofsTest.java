package io.rdpg.plan.analysis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.StepPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What breaks a rule of locking and waiting, and what only looks like it. */
class ProofsTest {
  private static final String UNDER_LOCK =
      """
        - name: locked
          consul_lock:
            key: k
            wait: 1m
            steps:
      """;

  @TempDir Path directory;
  private PathSimulator court;

  @BeforeEach
  void open() {
    court = new PathSimulator(directory, PathSimulator.THREE_NODES);
  }

  private void assertBreaches(String steps, String... breaches) {
    assertThat(court.breaches(steps)).containsExactly(breaches);
  }

  /** The breaches of a plan that no other is held against. */
  private List<String> alone(String plan) {
    return new PathSimulator(directory, PathSimulator.THREE_NODES).breaches(plan);
  }

  // --- one lock ---

  @Test
  void a_lock_may_be_taken_again_where_a_branch_has_let_it_go() {
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: found
                      lookup: {key: a}
                      register: found
                    - name: not yet
                      when: not found.found
                      steps:
                        - name: go
                          consul_lock: {release: true}
                    - name: again
                      consul_lock:
                        key: k
                        wait: 1m
                        steps:
                          - name: done
                            consul_kv: {key: a, value: b}
                          - name: next
                            consul_lock: {release: true}
            """);
  }

  @Test
  void a_lock_that_every_path_holds_is_taken_twice_also_through_an_include() {
    court.write(
        "inner.yml",
        """
        plan: inner
        steps:
          - name: again
            consul_lock:
              key: "{{ name }}"
              wait: 1m
              steps:
                - name: done
                  consul_kv: {key: a, value: b}
        """);
    assertBreaches(
        """
          - name: outer
            consul_lock:
              key: k/{{ cluster.id }}
              wait: 1m
              steps:
                - name: the same
                  include: inner.yml
                  vars: {name: "k/{{ cluster.id }}"}
                - name: another
                  include: inner.yml
                  vars: {name: "k/{{ node.name }}"}
        """,
        "lock_taken_twice: again of inner.yml");
  }

  @Test
  void branches_that_exclude_each_other_are_known_by_their_conditions() {
    String plan =
        UNDER_LOCK
            + """
                    - name: leader
                      consul_kv: {key: leader, value: "{{ node.name }}", if_absent: true}
                      register: leader
                    - name: lead
                      when: leader.value == node.name
                      consul_lock: {release: true}
                    - name: follow
                      when: %s
                      consul_lock: {release: true}
            """;
    for (String opposite :
        List.of(
            "leader.value != node.name",
            "not (leader.value == node.name)",
            "not(leader.value   ==  node.name)",
            "(leader.value != node.name)",
            "node.name != leader.value")) {
      assertThat(court.breaches(plan.formatted(opposite))).as(opposite).isEmpty();
    }
    assertThat(court.breaches(plan.formatted("leader.value == 'n1'")))
        .containsExactly("lock_left_to_a_branch: locked");
  }

  @Test
  void comparisons_by_order_are_opposites() {
    String plan =
        UNDER_LOCK
            + """
                    - name: count
                      lookup: {database: postgres, sql: SELECT n}
                      register: count
                    - name: few
                      when: count.row.n < 3
                      consul_lock: {release: true}
                    - name: many
                      when: %s
                      consul_lock: {release: true}
            """;
    for (String opposite :
        List.of("count.row.n >= 3", "3 <= count.row.n", "not (3 > count.row.n)")) {
      assertThat(court.breaches(plan.formatted(opposite))).as(opposite).isEmpty();
    }
    for (String other : List.of("count.row.n > 3", "count.row.n >= 4", "count.row.m >= 3")) {
      assertThat(court.breaches(plan.formatted(other)))
          .as(other)
          .containsExactly("lock_left_to_a_branch: locked");
    }
  }

  @Test
  void no_path_goes_through_conditions_that_exclude_each_other() {
    String plan =
        """
          - name: look
            lookup: {key: leader}
            register: leader
          - name: lock a
            when: leader.value == 'x'
            consul_lock:
              key: a
              wait: 1m
              steps:
                - name: look again
                  lookup: {key: leader}
                  register: %s
                - name: then b
                  when: %s
                  consul_lock: {key: b, wait: 1m, steps: [{name: ab, assert: {that: true, message: m}}]}
          - name: lock b
            consul_lock:
              key: b
              wait: 1m
              steps:
                - name: then a
                  consul_lock: {key: a, wait: 1m, steps: [{name: ba, assert: {that: true, message: m}}]}
        """;
    for (String never :
        List.of(
            "leader.value == 'y'",
            "leader.found and 'y' == leader.value",
            "leader.value == 'y' or leader.value == 'z'",
            "not (leader.value == 'x' or leader.found)")) {
      assertThat(alone(plan.formatted("again", never))).as(never).isEmpty();
      assertThat(alone(plan.formatted("leader", never)))
          .as(never + ", of another value")
          .containsExactly("lock_order: then b", "lock_order: then a");
    }
    for (String maybe :
        List.of("leader.value != 'y'", "leader.value == node.name", "again.found")) {
      assertThat(alone(plan.formatted("again", maybe)))
          .as(maybe)
          .containsExactly("lock_order: then b", "lock_order: then a");
    }
  }

  @Test
  void what_is_said_of_a_loops_item_is_said_of_no_other_item() {
    String plan =
        """
          - name: look
            lookup: {database: postgres, sql: SELECT 1}
            register: found
          - name: one
            for_each: %s
            steps:
              - name: lock a
                when: item.role == 'x'
                consul_lock:
                  key: a
                  wait: 1m
                  steps:
                    - name: two
                      for_each: %s
                      as: %s
                      steps:
                        - name: then b
                          when: item.role == 'y'
                          consul_lock: {key: b, wait: 1m, steps: [{name: ab, assert: {that: true, message: m}}]}
          - name: lock b
            consul_lock:
              key: b
              wait: 1m
              steps:
                - name: then a
                  consul_lock: {key: a, wait: 1m, steps: [{name: ba, assert: {that: true, message: m}}]}
        """;
    assertThat(alone(plan.formatted("found.rows", "found.rows", "other"))).isEmpty();
    assertThat(alone(plan.formatted("found.rows", "found.rows", "item")))
        .containsExactly("lock_order: then b", "lock_order: then a");
    assertThat(alone(plan.formatted("['{{ found.row }}']", "[1, 2]", "other"))).isEmpty();
  }

  @Test
  void what_is_said_of_a_steps_variable_is_said_of_no_other_steps() {
    court.write(
        "inner.yml",
        """
        plan: inner
        vars: {who: z}
        steps:
          - name: then b
            when: leader.value != who
            consul_lock: {key: b, wait: 1m, steps: [{name: ab, assert: {that: true, message: m}}]}
        """);
    String plan =
        """
          - name: look
            lookup: {key: leader}
            register: leader
          - name: lock a
            vars: {who: x}
            when: leader.value == who
            consul_lock:
              key: a
              wait: 1m
              steps:
                - name: another
                  %s
          - name: lock b
            consul_lock:
              key: b
              wait: 1m
              steps:
                - name: then a
                  consul_lock: {key: a, wait: 1m, steps: [{name: ba, assert: {that: true, message: m}}]}
        """;
    String same = "steps: [{name: in, when: leader.value != who, include: inner.yml}]";
    assertThat(alone(plan.formatted(same))).isEmpty();
    for (String another : List.of("vars: {who: y}\n          " + same, "include: inner.yml")) {
      assertThat(alone(plan.formatted(another)))
          .as(another)
          .anyMatch(breach -> breach.startsWith("lock_order: then b of inner.yml"));
    }
  }

  @Test
  void a_condition_is_open_again_when_its_result_was_registered_anew() {
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: look
                      lookup: {key: a}
                      register: a
                    - name: go
                      when: a.found
                      consul_lock: {release: true}
                    - name: look again
                      lookup: {key: a}
                      register: a
                    - name: go now
                      when: not a.found
                      consul_lock: {release: true}
            """,
        "lock_left_to_a_branch: locked");
  }

  @Test
  void what_a_node_decides_by_its_inventory_is_no_branch_but_all_nodes_count() {
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: only there
                      when: node.name == 'n1'
                      consul_lock: {release: true}
            """,
        "lock_left_to_a_branch: locked");
  }

  @Test
  void after_a_release_only_what_others_do_too_relies_on_the_lock() {
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: go
                      consul_lock: {release: true}
                    - name: my own key
                      consul_kv: {key: "of/{{ node.name }}", value: a}
                    - name: a claim
                      consul_kv: {key: claim, value: a, if_absent: true}
                    - name: a row in my own cluster
                      sql_exec: {database: d, sql: INSERT, always: true}
                    - name: one key for all
                      consul_kv: {key: all, value: a}
                    - name: guarded by another
                      consul_lock:
                        key: other
                        wait: 1m
                        steps:
                          - name: row
                            sql_exec: {database: d, sql: INSERT, always: true}
                    - name: only read
                      lookup: {database: d, sql: SELECT 1}
            """,
        "lock_relied_on_after_release: a row in my own cluster",
        "lock_relied_on_after_release: one key for all");
  }

  @Test
  void sql_that_needs_a_lock_needs_it_on_every_path() {
    court.write(
        "ddl.yml",
        """
        plan: ddl
        needs_lock: true
        steps:
          - name: table
            sql_exec: {database: d, sql: CREATE TABLE t (), always: true}
          - name: note
            consul_kv: {key: ddl, value: done}
        """);
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: under it
                      include: ddl.yml
              - name: outside
                include: ddl.yml
            """,
        "sql_outside_lock: table of ddl.yml");
  }

  // --- two locks ---

  @Test
  void opposite_orders_under_a_lock_of_both_are_no_circle() {
    String plan =
        """
          - name: gate
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: a
                  consul_lock: {key: a, wait: 1m, steps: [{name: ab, consul_lock: {key: b, wait: 1m, steps: [{name: x, assert: {that: true, message: m}}]}}]}
                - name: b
                  consul_lock: {key: b, wait: 1m, steps: [{name: ba, consul_lock: {key: a, wait: 1m, steps: [{name: y, assert: {that: true, message: m}}]}}]}
        """;
    assertThat(court.breaches(plan.formatted("gate"))).isEmpty();
    assertThat(court.breaches(plan.formatted("gate/{{ node.name }}")))
        .containsExactly("lock_order: ab", "lock_order: ba");
  }

  @Test
  void two_plans_are_held_against_each_other() {
    String plan =
        """
          - name: outer
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: inner
                  consul_lock:
                    key: %s
                    wait: 1m
                    steps:
                      - name: done
                        consul_kv: {key: k, value: v}
        """;
    assertThat(court.breaches(plan.formatted("a", "b"))).isEmpty();
    assertThat(court.breaches(plan.formatted("b", "c"))).isEmpty();
    assertThat(court.breaches(plan.formatted("c", "a"))).containsExactly("lock_order: inner");
  }

  @Test
  void waits_under_two_locks_for_each_others_steps_are_a_circle_of_locks() {
    String four = PathSimulator.THREE_NODES + "        n4: {ansible_host: 10.0.0.4}\n";
    String plan =
        """
          - name: lock a
            when: node.name == 'n1' or node.name == 'n2'
            consul_lock:
              key: a
              wait: 1m
              steps:
                - name: wait for two
                  when: node.name == 'n1'
                  wait_for: {key: two, timeout: 1m}
                - name: one
                  when: node.name == 'n2'
                  consul_kv: {key: one, value: x}
          - name: lock b
            when: node.name == 'n3' or node.name == 'n4'
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: wait for one
                  when: node.name == 'n3'
                  wait_for: {key: one, timeout: 1m}
                - name: two
                  when: node.name == 'n4'
                  consul_kv: {key: two, value: x}
        """;
    assertThat(new PathSimulator(directory, four).breaches(plan.formatted("b")))
        .containsExactly("lock_order: wait for two", "lock_order: wait for one");
    assertThat(new PathSimulator(directory, four).breaches(plan.formatted("b/{{ node.name }}")))
        .isEmpty();
  }

  // --- waits under a lock ---

  private static final String BARRIER =
      """
        - name: before
          consul_kv: {key: "%s/{{ node.name }}", value: x}
        - name: one at a time
          consul_lock:
            key: k
            wait: 1m
            steps:
              - name: here
                consul_kv: {key: "here/{{ node.name }}", value: x}
              - name: there
                for_each: cluster.peers
                as: peer
                wait_for: {key: "here/{{ peer.name }}", timeout: 1m}
      """;

  @Test
  void what_others_do_before_the_lock_may_be_waited_for_under_it() {
    assertThat(court.breaches(BARRIER.formatted("here"))).isEmpty();
    assertThat(court.breaches(BARRIER.formatted("elsewhere")))
        .containsExactly("wait_under_lock: there");
  }

  @Test
  void what_nobody_in_the_plan_does_comes_from_outside() {
    assertBreaches(
        UNDER_LOCK
            + """
                    - name: the operator says go
                      wait_for: {key: go, timeout: 1m}
            """);
  }

  @Test
  void a_node_may_wait_for_what_it_did_itself_but_not_on_the_other_branch() {
    String plan =
        UNDER_LOCK
            + """
                    - name: claim
                      consul_kv: {key: leader, value: "{{ node.name }}", if_absent: true}
                      register: leader
                    - name: lead
                      when: leader.value == node.name
                      consul_kv: {key: group, value: x}
                    - name: follow
                      when: leader.value %s node.name
                      wait_for: {key: group, timeout: 1m}
            """;
    assertThat(court.breaches(plan.formatted("=="))).isEmpty();
    assertThat(court.breaches(plan.formatted("!="))).containsExactly("wait_under_lock: follow");
  }

  @Test
  void what_a_node_has_waited_for_before_the_lock_it_needs_not_wait_for_under_it() {
    String plan =
        """
          - name: the first leads
            when: node.ordinal == 1
            consul_lock:
              key: k
              wait: 1m
              steps:
                - name: group
                  consul_kv: {key: group, value: x}
          - name: there is a group
            when: node.ordinal > 1
            wait_for: {key: %s, timeout: 1m}
          - name: the others follow
            when: node.ordinal > 1
            consul_lock:
              key: k
              wait: 1m
              steps:
                - name: to be sure
                  wait_for: {key: group%s, timeout: 1m}
        """;
    assertThat(court.breaches(plan.formatted("group", ""))).isEmpty();
    assertThat(court.breaches(plan.formatted("other", "")))
        .containsExactly("wait_under_lock: to be sure");
    assertThat(court.breaches(plan.formatted("group", ", value: x")))
        .containsExactly("wait_under_lock: to be sure");
  }

  @Test
  void every_address_that_is_waited_for_needs_its_own_way_there() {
    assertThat(
            court.breaches(
                """
                  - name: early
                    when: node.name == 'n1'
                    consul_service: {name: s, port: 1}
                  - name: lock
                    consul_lock:
                      key: k
                      wait: 1m
                      steps:
                        - name: late
                          consul_service: {name: s, port: 1}
                        - name: one will do
                          wait_for: {service: s, timeout: 1m}
                        - name: two must be there
                          wait_for: {service: s, count: 2, timeout: 1m}
                        - name: all must be there
                          wait_for: {service: s, addresses: cluster.nodes, timeout: 1m}
                """))
        .as("n1 comes alone, with what it did early and late")
        .containsExactly(
            "wait_under_lock: two must be there", "wait_under_lock: all must be there");
  }

  @Test
  void sql_is_told_by_what_it_touches_at_the_node_where_it_looks() {
    String plan =
        UNDER_LOCK
            + """
                    - name: rows
                      on: n1
                      sql_exec: {database: d, sql: INSERT, always: true}
                      touches: database d/rows of {{ node.name }}
                    - name: rows of n2
                      on: %s
                      wait_for: {database: d, sql: SELECT 1, timeout: 1m}
                      touches: database d/rows of n2
            """;
    assertThat(court.breaches(plan.formatted("n1"))).containsExactly("wait_under_lock: rows of n2");
    assertThat(court.breaches(plan.formatted("n3"))).as("nobody writes there").isEmpty();
  }

  @Test
  void a_key_that_only_the_run_knows_is_told_by_what_its_step_touches() {
    String plan =
        UNDER_LOCK
            + """
                    - name: which one
                      lookup: {key: which}
                      register: which
                    - name: that one
                      wait_for: {key: %s, timeout: 1m}
                    - name: any
                      consul_kv: {key: "numbers/{{ which.value }}", value: x}
                      touches: key %s
            """;
    assertThat(court.breaches(plan.formatted("numbers/1", "numbers/")))
        .containsExactly("wait_under_lock: that one");
    assertThat(court.breaches(plan.formatted("other/1", "numbers/"))).isEmpty();
    assertThat(court.breaches(plan.formatted("other/1", "other/")))
        .containsExactly("wait_under_lock: that one");
  }

  @Test
  void waits_outside_of_locks_are_followed_too() {
    assertBreaches(
        """
          - name: others begin when one is here
            when: node.name != 'n1'
            wait_for: {key: begun, timeout: 1m}
          - name: others
            when: node.name != 'n1'
            consul_kv: {key: others, value: x}
          - name: lock
            when: node.name == 'n1'
            consul_lock:
              key: k
              wait: 1m
              steps:
                - name: for the others
                  wait_for: {key: others, timeout: 1m}
                - name: begun
                  consul_kv: {key: begun, value: x}
        """,
        "wait_under_lock: for the others");
  }

  // --- steps by themselves ---

  @Test
  void a_deadline_may_be_the_steps_own() {
    assertBreaches(
        """
          - name: a
            wait_for: {key: k}
            timeout: 1m
          - name: b
            wait_for: {key: k}
        """,
        "wait_without_deadline: b");
  }

  @Test
  void a_plan_for_the_cluster_may_say_where() {
    court.write("t", "");
    court.write(
        "included.yml",
        """
        plan: included
        steps:
          - name: a file
            render_template: {template: t, dest: /t}
        """);
    assertBreaches(
        """
          - name: everywhere
            for_each: cluster.nodes
            on: "{{ item.name }}"
            include: included.yml
          - name: here
            include: included.yml
          - name: any command
            command: {run: [a], always: true}
          - name: sql and keys are the cluster's
            sql_exec: {database: d, sql: INSERT, always: true}
        scope: cluster
        """,
        "node_step_in_cluster_plan: any command",
        "node_step_in_cluster_plan: a file of included.yml");
  }

  // --- several clusters ---

  private static final String TWO_CLUSTERS =
      """
      all:
        children:
          c:
            vars: {cluster_id: c, cluster_role: service}
            hosts: {c1: {ansible_host: 10.0.0.1}, c2: {ansible_host: 10.0.0.2}}
          d:
            vars: {cluster_id: d, cluster_role: manager}
            hosts: {d1: {ansible_host: 10.0.1.1}}
          e:
            vars: {cluster_id: e, cluster_role: service}
            hosts: {e1: {ansible_host: 10.0.2.1}}
      """;

  @Test
  void a_wait_for_another_cluster_under_a_lock_of_both_is_found() {
    String plan =
        """
          - name: one cluster at a time
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: the manager has its books
                  when: cluster.id == "c"
                  wait_for: {key: books, timeout: 1m}
                - name: books
                  when: cluster.id == "d"
                  consul_kv: {key: books, value: "yes"}
        """;
    PathSimulator three = new PathSimulator(directory, TWO_CLUSTERS);
    assertThat(three.breaches(plan.formatted("all")))
        .containsExactly("wait_under_lock: the manager has its books");
    assertThat(three.breaches(plan.formatted("lock/{{ cluster.id }}"))).isEmpty();
  }

  @Test
  void a_wait_hangs_on_what_those_wait_for_who_bring_it_about() {
    String plan =
        """
          - name: first
            when: cluster.id == "e"
            consul_lock:
              key: %s
              wait: 1m
              steps:
                - name: a
                  consul_kv: {key: a, value: "yes"}
          - name: second
            when: cluster.id == "d"
            steps:
              - name: there is a
                wait_for: {key: a, timeout: 1m}
              - name: b
                consul_service: {id: b, name: b, address: 10.0.1.1, port: 1}
          - name: third
            when: cluster.id == "c"
            consul_lock:
              key: all
              wait: 1m
              steps:
                - name: there is b
                  wait_for: {service: b, count: 1, timeout: 1m}
        """;
    PathSimulator three = new PathSimulator(directory, TWO_CLUSTERS);
    assertThat(three.breaches(plan.formatted("all")))
        .containsExactly("wait_under_lock: there is b");
    assertThat(three.breaches(plan.formatted("another"))).isEmpty();
  }

  @Test
  void a_wait_for_what_a_step_at_a_node_of_another_cluster_makes_is_found() {
    String plan =
        """
          - name: all
            consul_lock:
              key: all
              wait: 1m
              steps:
                - name: row
                  when: cluster.id == "c"
                  on: d1
                  wait_for: {database: x, sql: SELECT 1, timeout: 1m}
                  touches: row
                - name: the row
                  when: cluster.id == "%s"
                  on: d1
                  sql_exec: {database: x, sql: INSERT, unless: SELECT 1}
                  touches: row
        """;
    PathSimulator three = new PathSimulator(directory, TWO_CLUSTERS);
    assertThat(three.breaches(plan.formatted("e"))).containsExactly("wait_under_lock: row");
    assertThat(three.breaches(plan.formatted("none"))).isEmpty();
  }

  // --- many nodes ---

  @Test
  void a_node_that_does_something_else_is_seen_among_many_that_do_the_same() {
    StringBuilder many = new StringBuilder("all:\n  hosts:\n");
    for (int i = 1; i <= 30; i++) {
      many.append("    n%d: {ansible_host: 10.0.0.%d, keeper: %s}\n".formatted(i, i, i == 29));
    }
    assertThat(
            new PathSimulator(directory, many.toString())
                .breaches(
                    """
                      - name: one at a time
                        consul_lock:
                          key: all
                          wait: 1m
                          steps:
                            - name: the keeper is ready
                              when: not keeper
                              wait_for: {key: ready, timeout: 1m}
                            - name: ready
                              when: keeper
                              consul_kv: {key: ready, value: "yes"}
                    """))
        .containsExactly("wait_under_lock: the keeper is ready");
  }

  // --- being allowed to ---

  @Test
  void a_rule_is_silent_where_its_reason_is_given_here_or_around() {
    assertBreaches(
        """
          - name: a
            allow: {wait_without_deadline: an operator looks on}
            wait_for: {key: k}
          - name: b
            allow: {wait_without_deadline: an operator looks on}
            steps:
              - name: c
                wait_for: {key: k}
          - name: d
            allow: {lock_order: another rule}
            wait_for: {key: k}
        """,
        "wait_without_deadline: d");
  }

  // --- who satisfies whom ---

  @Test
  void a_wait_is_joined_with_the_steps_that_bring_about_what_it_waits_for() {
    Map<StepPath, Set<StepPath>> by = WaitDependencies.of(court.ways(BARRIER.formatted("here")));
    assertThat(by)
        .containsExactly(
            Map.entry(
                new StepPath(List.of("one at a time", "there")),
                Set.of(
                    new StepPath(List.of("before")),
                    new StepPath(List.of("one at a time", "here")))));
  }
}
