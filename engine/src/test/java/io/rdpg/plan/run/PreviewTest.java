package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.diag.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run would do, without doing it. */
class PreviewTest {
  /** A small bootstrap: users, files, registrations, waits, a lock, a claim, leader and others. */
  private static final String BOOTSTRAP =
      """
        - name: role
          sql_exec: {database: postgres, sql: CREATE ROLE r, unless: SELECT role}
        - name: database
          sql_exec: {database: postgres, sql: CREATE DATABASE d, unless: SELECT db, transaction: no}
        - name: extension
          sql_exec: {database: d, sql: CREATE EXTENSION e, unless: SELECT extension}
        - name: file
          render_template: {template: file.conf, dest: /etc/file.conf, mode: 0640}
        - name: reload
          reload_service: {service: s, config: [/etc/file.conf], command: [reload]}
        - name: register
          consul_service: {id: "c-{{ node.name }}", name: c, address: "{{ node.address }}"}
        - name: all are registered
          wait_for: {service: c, addresses: cluster.nodes}
        - name: locked
          consul_lock:
            key: lock
            steps:
              - name: claim
                consul_kv: {key: leader, value: "{{ node.name }}", if_absent: true}
                register: leader
              - name: lead
                when: leader.value == node.name
                steps:
                  - name: group
                    consul_kv: {key: group, value: "{{ node.name }}"}
                  - name: let go
                    consul_lock: {release: true}
              - name: follow
                when: leader.value != node.name
                steps:
                  - name: there is a group
                    wait_for: {key: group}
                  - name: join
                    sql_exec: {database: postgres, sql: JOIN, unless: SELECT joined}
        - name: watch
          register_watch:
            {name: w, type: service, service: c, handler: [/bin/h], config_dir: /etc/consul.d}
      """;

  @TempDir Path folder;

  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(folder).file("file.conf", "node {{ node.name }}\n").on("n1", "n2", "n3");
  }

  @Test
  void a_preview_performs_nothing_takes_no_lock_and_is_the_same_every_time() {
    Stage.Played first = stage.preview(BOOTSTRAP);
    Stage.Played second = stage.preview(BOOTSTRAP);
    assertThat(stage.world.performed()).isEmpty();
    assertThat(stage.world.consul().acquired()).isEmpty();
    assertThat(first.exit()).isEqualTo(ExitCode.DONE);
    assertThat(second.story()).isEqualTo(first.story());
    assertThat(first.finished()).noneMatch(step -> step.status() == Status.CHANGED);
  }

  @Test
  void the_first_node_would_lead_and_the_others_would_follow() {
    Stage.Played played = stage.preview(BOOTSTRAP);
    assertThat(played.steps("n1"))
        .containsExactly(
            "would_change role",
            "tentative database",
            "would_change extension",
            "would_change file",
            "tentative reload",
            "would_change register",
            "tentative all are registered",
            "would_change claim",
            "would_change group",
            "ok let go",
            "skipped follow",
            "would_change watch");
    assertThat(played.steps("n2"))
        .contains("ok claim", "skipped lead", "ok there is a group")
        .doesNotContain("would_change group");
    assertThat(played.steps("n3")).contains("ok claim", "ok there is a group");
  }

  @Test
  void what_an_apply_does_is_what_the_preview_said() {
    stage.on("n1");
    stage.world.node("n1").makes("reload", "reloaded");
    String steps = BOOTSTRAP.substring(BOOTSTRAP.indexOf("  - name: file"));
    Stage.Played preview = stage.preview(steps);
    assertThat(stage.world.performed()).isEmpty();
    stage.world.consul().register("n2", service("c-n2", "10.0.0.2"));
    stage.world.consul().register("n3", service("c-n3", "10.0.0.3"));
    Stage.Played applied = stage.apply(steps);
    assertThat(applied.exit()).isEqualTo(ExitCode.DONE);
    assertThat(preview.step("file").effects()).isEqualTo(applied.step("file").effects());
    assertThat(preview.step("claim").effects()).isEqualTo(applied.step("claim").effects());
    assertThat(preview.step("watch").effects()).isEqualTo(applied.step("watch").effects());

    Stage.Played after = stage.preview(steps);
    assertThat(after.steps("n1"))
        .containsExactly(
            "ok file",
            "ok reload",
            "ok register",
            "ok all are registered",
            "ok claim",
            "ok group",
            "ok let go",
            "skipped follow",
            "ok watch");
  }

  private static io.rdpg.plan.step.Answer.Registration service(String id, String address) {
    return new io.rdpg.plan.step.Answer.Registration(
        id, "c", address, 0, java.util.List.of(), null);
  }

  @Test
  void after_a_command_nothing_is_certain() {
    stage.world.consul().set("k", "v");
    Stage.Played played =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: command
                    command: {run: [anything], always: true}
                  - name: key
                    consul_kv: {key: k, value: v}
                  - name: query
                    lookup: {database: postgres, sql: SELECT 1}
                """);
    assertThat(played.steps("n1"))
        .containsExactly("would_change command", "tentative key", "tentative query");
    assertThat(played.on("n1").step("query").because()).containsExactly("command");
  }

  @Test
  void foretold_keys_files_and_registrations_are_seen_by_later_steps() {
    stage.world.consul().set("gone", "soon");
    Stage.Played played =
        stage
            .on("n1")
            .preview(
                """
                  - name: set
                    consul_kv: {key: k, value: v}
                  - name: see
                    consul_kv: {key: k, value: v}
                  - name: delete
                    consul_kv: {key: gone, absent: true}
                  - name: deleted
                    consul_kv: {key: gone, absent: true}
                  - name: write
                    render_template: {template: file.conf, dest: /f, owner: o, mode: 0600}
                  - name: written
                    render_template: {template: file.conf, dest: /f, owner: o, mode: 0600}
                  - name: register
                    consul_service: {name: s, port: 1}
                  - name: registered
                    consul_service: {name: s, port: 1}
                  - name: there
                    wait_for: {service: s}
                  - name: deregister
                    consul_service: {name: s, absent: true}
                  - name: deregistered
                    consul_service: {name: s, absent: true}
                """);
    assertThat(played.steps("n1"))
        .containsExactly(
            "would_change set",
            "ok see",
            "would_change delete",
            "ok deleted",
            "would_change write",
            "ok written",
            "would_change register",
            "ok registered",
            "ok there",
            "would_change deregister",
            "ok deregistered");
  }

  @Test
  void an_agents_registrations_are_its_own() {
    Stage.Played played =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: first
                    consul_service: {id: one, name: s, port: 1}
                  - name: second
                    consul_service: {id: two, name: s, port: 2}
                  - name: first again
                    consul_service: {id: one, name: s, port: 1}
                """);
    assertThat(played.steps("n1"))
        .containsExactly("would_change first", "would_change second", "ok first again");
    assertThat(played.steps("n2")).isEqualTo(played.steps("n1"));
  }

  @Test
  void what_can_not_be_known_is_tentative_and_names_what_it_depends_on() {
    Stage.Played played =
        stage
            .on("n1")
            .preview(
                """
                  - name: fill
                    sql_exec: {database: postgres, sql: INSERT, unless: SELECT filled}
                  - name: read
                    lookup: {database: postgres, sql: SELECT x}
                    register: x
                  - name: use
                    consul_kv: {key: k, value: "{{ x.row.x }}"}
                    register: used
                  - name: maybe
                    when: used.changed
                    steps:
                      - name: inner
                        lookup: {key: k}
                        register: inner
                  - name: depends
                    when: inner.found
                    consul_kv: {key: l, value: v}
                  - name: each
                    for_each: x.rows
                    lookup: {key: "{{ item }}"}
                    register: each
                  - name: of each
                    consul_kv: {key: m, value: "{{ each.results | length }}"}
                  - name: loop
                    for_each: [known, "{{ x.value }}"]
                    lookup: {key: "{{ item }}"}
                  - name: known
                    consul_kv: {key: n, value: v}
                """);
    assertThat(played.steps("n1"))
        .containsExactly(
            "would_change fill",
            "tentative read",
            "tentative use",
            "tentative maybe",
            "tentative depends",
            "tentative each",
            "tentative of each",
            "tentative loop",
            "would_change known");
    assertThat(played.step("read").because()).containsExactly("fill");
    assertThat(played.step("use").because()).containsExactly("read");
    assertThat(played.step("maybe").because()).containsExactly("use");
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void one_unknown_turn_makes_the_results_of_a_loop_unknown() {
    Stage.Played played =
        stage
            .on("n1")
            .preview(
                """
                  - name: fill
                    sql_exec: {database: d, sql: INSERT, unless: SELECT filled}
                  - name: each
                    for_each: [d, e]
                    lookup: {database: "{{ item }}", sql: SELECT 1}
                    register: each
                  - name: use
                    consul_kv: {key: k, value: "{{ each.results | length }}"}
                """);
    assertThat(played.steps("n1"))
        .containsExactly("would_change fill", "tentative each", "ok each", "tentative use");
    assertThat(played.step("use").because()).containsExactly("each[1]");
  }

  @Test
  void a_preview_says_by_its_exit_code_that_it_found_changes_only_when_asked() {
    String steps =
        """
          - name: set
            consul_kv: {key: k, value: v}
        """;
    assertThat(stage.on("n1").preview(steps).exit()).isEqualTo(ExitCode.DONE);
    assertThat(stage.detailed().preview(steps).exit()).isEqualTo(ExitCode.CHANGES_FOUND);
    stage.world.consul().set("k", "v");
    assertThat(stage.preview(steps).exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void a_preview_fails_where_an_apply_would() {
    Stage.Played played =
        stage
            .on("n1")
            .preview(
                """
                  - name: no
                    assert: {that: node.name == "x", message: not here}
                  - name: never
                    consul_kv: {key: k, value: v}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.steps("n1")).containsExactly("failed no");
  }
}
