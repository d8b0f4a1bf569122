package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.NamedResources;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest plans of which a preview once said what did not come true. */
class DishonestPreviewTest {
  private static final String MAKES_DATABASE =
      """
        - name: database
          sql_exec: {database: postgres, transaction: false, sql: CREATE DATABASE d, unless: IS d}
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory).file("one", "one\n");
    List<NamedResources> all = new ArrayList<>();
    for (String node : List.of("n1", "n2", "n3")) {
      NamedResources things =
          new NamedResources(stage.target.node(node), List.of("x"), List.of("x"), List.of("d"));
      all.forEach(things::meet);
      all.add(things);
      stage
          .target
          .node(node)
          .on("make /f", () -> stage.target.node(node).put("/f", "made\n"))
          .on("remove /f", () -> stage.target.node(node).remove("/f"))
          .tells("is /f", () -> stage.target.node(node).content("/f").isPresent())
          .tells("isnt /f", () -> stage.target.node(node).content("/f").isEmpty());
    }
  }

  @Test
  void a_command_that_may_be_run_may_make_the_file_that_is_written_after_it() {
    assertComesTrue(
        MAKES_DATABASE
            + """
              - name: maybe
                command: {run: [make, /f], unless: [is, /f]}
              - name: file
                render_template: {template: one, dest: /f}
            """,
        "n1");
  }

  @Test
  void a_command_that_may_be_run_may_remove_the_file_that_is_written_after_it() {
    stage.target.node("n1").put("/f", "one\n");
    assertComesTrue(
        MAKES_DATABASE
            + """
              - name: maybe
                command: {run: [remove, /f], unless: [isnt, /f]}
              - name: file
                render_template: {template: one, dest: /f}
            """,
        "n1");
  }

  @Test
  void a_key_set_to_what_is_not_known_is_not_known_to_the_next_node() {
    assertComesTrue(
        MAKES_DATABASE
            + """
              - name: key
                consul_kv: {key: k, value: a}
              - name: read
                lookup: {database: postgres, sql: HAS x}
                register: read
              - name: key as read
                consul_kv: {key: k, value: "{{ read.found }}"}
            """,
        "n1",
        "n2");
  }

  @Test
  void a_loop_over_what_is_not_known_may_set_the_key_after_it() {
    assertComesTrue(
        """
          - name: make
            sql_exec: {database: postgres, sql: MAKE x, unless: HAS x}
          - name: list
            lookup: {database: postgres, sql: LIST}
            register: list
          - name: each
            for_each: list.rows
            consul_kv: {key: k, value: "{{ item.name }}"}
          - name: claim
            consul_kv: {key: k, value: a, if_absent: true}
        """,
        "n1");
  }

  @Test
  void an_id_that_is_moved_to_another_service_leaves_its_old_one() {
    assertComesTrue(
        """
          - name: first
            consul_service: {id: i, name: s1, port: 1}
          - name: second
            consul_service: {id: i, name: s2, port: 1}
          - name: third
            consul_service: {id: i, name: s1, port: 1}
          - name: read
            lookup: {service: s2}
            register: read
          - name: key
            consul_kv: {key: k, value: "{{ read.found }}"}
        """,
        "n1");
  }

  @Test
  void a_reload_that_finds_no_process_leaves_a_stamp_without_one() {
    stage.target.node("n1").start("/run/s.pid");
    stage.target.node("n1").on("reload", () -> {});
    assertComesTrue(
        """
          - name: file
            render_template: {template: one, dest: /f}
          - name: by command
            reload_service: {service: s, config: [/f], command: [reload]}
          - name: by signal
            reload_service: {service: s, config: [/f], signal: HUP, pid_file: /run/s.pid}
        """,
        "n1");
  }

  @Test
  void a_step_that_may_be_done_elsewhere_is_doubted_there() {
    assertComesTrue(
        """
          - name: command
            command: {run: [make, /f], always: true}
            register: made
          - name: read
            lookup: {key: k}
            register: read
          - name: maybe
            when: not read.found
            steps:
              - name: elsewhere
                on: n2
                render_template: {template: one, dest: /g}
          - name: there
            on: n2
            render_template: {template: one, dest: /g}
        """,
        "n1");
  }

  @Test
  void a_service_that_may_be_registered_is_not_known_to_be_absent() {
    assertComesTrue(
        """
          - name: always
            command: {run: [make, /f], always: true}
          - name: key
            consul_kv: {key: k, absent: true}
            register: key
          - name: maybe
            when: not key.changed
            consul_service: {id: i, name: s, port: 1}
          - name: service
            consul_service: {id: i, name: s, port: 1}
        """,
        "n1");
  }

  @Test
  void a_node_may_write_another_ones_file_before_that_one_does() {
    assertComesTrue(
        """
          - name: own
            render_template: {template: one, dest: /f}
          - name: thing on the first
            on: n1
            sql_exec: {database: postgres, sql: MAKE x, unless: HAS x}
            register: thing
          - name: file on the last
            when: not thing.changed
            on: n3
            render_template: {template: one, dest: /f}
        """,
        "n1",
        "n2",
        "n3");
  }

  @Test
  void a_command_that_writes_in_a_directory_may_make_the_directory() {
    stage
        .target
        .node("n1")
        .lacks("/new")
        .on("install", () -> stage.target.node("n1").directory("/new"));
    assertComesTrue(
        """
          - name: other
            touches: /new/sub/other
            command: {run: [install], always: true}
          - name: file
            render_template: {template: one, dest: /new/f}
        """,
        "n1");
  }

  @Test
  void a_command_that_writes_in_a_directory_may_have_made_the_directory_that_another_makes() {
    stage
        .target
        .node("n1")
        .lacks("/new")
        .on("install", () -> stage.target.node("n1").directory("/new"))
        .tells("is /new", () -> stage.target.node("n1").hasDirectory("/new"));
    assertComesTrue(
        """
          - name: other
            touches: /new/other
            command: {run: [install], always: true}
          - name: directory
            touches: {makes: /new}
            command: {run: [install], unless: [is, /new]}
        """,
        "n1");
  }

  @Test
  void a_directory_that_goes_takes_the_stamp_in_it_along() {
    stage
        .target
        .node("n1")
        .on("reload", () -> {})
        .on("clear", () -> stage.target.node("n1").lacks("/new").directory("/new"));
    stage.target.node("n1").put("/f", "one\n");
    stage.target.node("n1").put("/new/stamp", "of another\n");
    String reload =
        """
            reload_service: {service: s, config: [/f], command: [reload], stamp: /new/stamp}
        """;
    assertComesTrue(
        "  - name: reload\n"
            + reload
            + """
              - name: clear
                touches: /new
                command: {run: [clear], always: true}
              - name: again
            """
            + reload,
        "n1");
  }

  @Test
  void a_reload_leaves_a_stamp_that_can_be_looked_up() {
    stage.target.node("n1").on("reload", () -> {});
    stage.target.node("n1").put("/f", "one\n");
    assertComesTrue(
        """
          - name: reload
            reload_service: {service: s, config: [/f], command: [reload], stamp: /stamp}
          - name: read
            lookup: {file: /stamp}
            register: stamp
          - name: key
            consul_kv: {key: k, value: "{{ stamp.found }}"}
        """,
        "n1");
  }

  @Test
  void what_else_is_touched_in_a_place_that_is_made_is_not_known_to_be_absent() {
    assertComesTrue(
        """
          - name: database with a thing
            sql_exec:
              {database: postgres, transaction: false, sql: CREATE DATABASE d, unless: IS d}
          - name: thing
            touches: {makes: database d/any, changes: database d/any/x}
            sql_exec: {database: d, sql: MAKE x, unless: HAS x}
          - name: the same
            touches: database d/any/x
            sql_exec: {database: d, sql: "MAKE x ", unless: "HAS x"}
        """,
        "n1");
  }

  private void assertComesTrue(String steps, String... nodes) {
    stage.on(nodes);
    EffectLog found = new EffectLog();
    RunFixture.Played preview = stage.findings(found).preview(steps);
    EffectLog permitted = new EffectLog();
    SequentialNodes inTurn = new SequentialNodes(stage.target, List.of(nodes), found);
    RunFixture.Played applied = stage.applyIn(inTurn, inTurn).approval(permitted).apply(steps);
    PreviewComparison honesty =
        PreviewComparison.of(
            new PreviewComparison.Run(preview, found),
            new PreviewComparison.Run(applied, permitted));
    assertThat(honesty.lies()).isEmpty();
  }
}
