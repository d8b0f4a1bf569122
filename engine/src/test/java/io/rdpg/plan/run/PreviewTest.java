package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
          touches: role r
        - name: database
          sql_exec: {database: postgres, sql: CREATE DATABASE d, unless: SELECT db, transaction: no}
          touches: database d
        - name: extension
          sql_exec: {database: d, sql: CREATE EXTENSION e, unless: SELECT extension}
          touches: database d/extension e
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
                    touches: joined/{{ node.name }}
        - name: watch
          register_watch:
            {name: w, type: service, service: c, handler: [/bin/h], config_dir: /etc/consul.d}
      """;

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory).file("file.conf", "node {{ node.name }}\n");
  }

  private RunFixture.Played bootstrap() {
    return stage.on("n1", "n2", "n3").preview(BOOTSTRAP);
  }

  @Test
  void a_preview_performs_nothing_takes_no_lock_and_is_the_same_every_time() {
    RunFixture.Played first = bootstrap();
    RunFixture.Played second = bootstrap();
    assertThat(stage.target.performed()).isEmpty();
    assertThat(stage.target.consul().acquired()).isEmpty();
    assertThat(first.exit()).isEqualTo(ExitCode.DONE);
    assertThat(second.story()).isEqualTo(first.story());
    assertThat(first.finished()).noneMatch(step -> step.status() == Status.CHANGED);
  }

  @Test
  void the_first_node_would_lead_and_the_others_would_follow() {
    RunFixture.Played played = bootstrap();
    assertThat(played.steps("n1"))
        .containsExactly(
            "would_change role",
            "would_change database",
            "would_change extension",
            "would_change file",
            "would_change reload",
            "would_change register",
            "ok all are registered",
            "ok locked",
            "would_change claim",
            "would_change group",
            "ok let go",
            "skipped follow",
            "would_change watch");
    assertThat(played.step("locked", "n1").why())
        .isEqualTo("would take the lock; whichever comes first, shown as n1");
    for (String follower : List.of("n2", "n3")) {
      assertThat(played.steps(follower))
          .containsSequence(
              "ok locked",
              "ok claim",
              "skipped lead",
              "ok there is a group",
              "would_change join",
              "would_change watch");
    }
    assertThat(played.step("locked", "n3").why()).isEqualTo("would take the lock after n2");
    assertThat(played.step("all are registered", "n1").because())
        .containsExactly("register", "n2: register", "n3: register");
  }

  @Test
  void what_an_apply_does_is_what_the_preview_said() {
    stage.target.node("n1").makes("reload", "reloaded");
    String steps = BOOTSTRAP.substring(BOOTSTRAP.indexOf("  - name: file"));
    RunFixture.Played preview = stage.preview(steps);
    assertThat(stage.target.performed()).isEmpty();
    stage.target.consul().register("n2", service("c-n2", "10.0.0.2"));
    stage.target.consul().register("n3", service("c-n3", "10.0.0.3"));
    RunFixture.Played applied = stage.apply(steps);
    assertThat(applied.exit()).isEqualTo(ExitCode.DONE);
    assertThat(preview.step("file").effects()).isEqualTo(applied.step("file").effects());
    assertThat(preview.step("claim").effects()).isEqualTo(applied.step("claim").effects());
    assertThat(preview.step("watch").effects()).isEqualTo(applied.step("watch").effects());

    RunFixture.Played after = stage.preview(steps);
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

  private static io.rdpg.plan.step.Observation.Registration service(String id, String address) {
    return new io.rdpg.plan.step.Observation.Registration(
        id, "c", address, 0, java.util.List.of(), null);
  }

  @Test
  void after_a_command_nothing_is_certain() {
    stage.target.consul().set("k", "v");
    RunFixture.Played played =
        stage
            .on("n1", "n2")
            .previewAsNoted(
                """
                  - name: command # would_change
                    command: {run: [anything], always: true}
                  - name: key # tentative
                    consul_kv: {key: k, value: v}
                  - name: query # tentative
                    lookup: {database: postgres, sql: SELECT 1}
                """);
    assertThat(played.on("n1").step("query").because()).containsExactly("command");
  }

  @Test
  void foretold_keys_files_and_registrations_are_seen_by_later_steps() {
    stage.target.consul().set("gone", "soon");
    stage.previewAsNoted(
        """
          - name: set # would_change
            consul_kv: {key: k, value: v}
          - name: see # ok
            consul_kv: {key: k, value: v}
          - name: delete # would_change
            consul_kv: {key: gone, absent: true}
          - name: deleted # ok
            consul_kv: {key: gone, absent: true}
          - name: write # would_change
            render_template: {template: file.conf, dest: /f, owner: o, mode: 0600}
          - name: written # ok
            render_template: {template: file.conf, dest: /f, owner: o, mode: 0600}
          - name: register # would_change
            consul_service: {name: s, port: 1}
          - name: registered # ok
            consul_service: {name: s, port: 1}
          - name: there # ok
            wait_for: {service: s}
          - name: alive # ok
            wait_for: {service: s, passing: true}
          - name: deregister # would_change
            consul_service: {name: s, absent: true}
          - name: deregistered # ok
            consul_service: {name: s, absent: true}
        """);
  }

  @Test
  void a_service_that_is_registered_without_an_address_has_its_agents() {
    String steps =
        """
          - name: register
            consul_service: {name: s, port: 1}
          - name: read
            lookup: {service: s}
            register: read
          - name: tell
            consul_kv: {key: k, value: "{{ read.instances[0].address }}"}
          - name: there
            wait_for: {service: s, addresses: ["{{ read.instances[0].address }}"]}
        """;
    RunFixture.Played preview = stage.preview(steps);
    assertThat(preview.step("there").status()).isEqualTo(Status.OK);
    assertThat(preview.step("tell").effects()).isEqualTo(stage.apply(steps).step("tell").effects());
    assertThat(stage.target.consul().value("k")).contains("n1");
  }

  @Test
  void the_address_of_an_agent_that_consul_does_not_show_is_unknown() {
    stage.target.consul().hide("n1");
    stage.previewAsNoted(
        """
          - name: register # would_change
            consul_service: {name: s, port: 1}
          - name: read # tentative
            lookup: {service: s}
            register: read
          - name: tell # tentative
            consul_kv: {key: k, value: "{{ read.instances[0].address }}"}
          - name: register with an address # would_change
            consul_service: {name: s, address: 10.0.0.1, port: 1}
          - name: there # ok
            wait_for: {service: s}
        """);
  }

  @Test
  void an_agent_that_consul_may_call_otherwise_may_be_one_of_those_that_it_shows() {
    stage.target.consul().hide("n1");
    stage
        .target
        .consul()
        .register(
            "machine-1", new Observation.Registration("s", "s", "10.0.0.1", 1, List.of(), null));
    stage.previewAsNoted(
        """
          - name: register # would_change
            consul_service: {name: s, address: 10.0.0.1, port: 2}
          - name: read # tentative
            lookup: {service: s}
            register: read
        """);
    stage
        .target
        .consul()
        .register("n1", new Observation.Registration("o", "o", null, 1, List.of(), null));
    stage.previewAsNoted(
        """
          - name: register # would_change
            consul_service: {name: s, address: 10.0.0.1, port: 2}
          - name: read # ok
            lookup: {service: s}
            register: read
        """);
  }

  @Test
  void an_agents_registrations_are_its_own() {
    RunFixture.Played played =
        stage
            .on("n1", "n2")
            .previewAsNoted(
                """
                  - name: first # would_change
                    consul_service: {id: one, name: s, port: 1}
                  - name: second # would_change
                    consul_service: {id: two, name: s, port: 2}
                  - name: first again # ok
                    consul_service: {id: one, name: s, port: 1}
                """);
    assertThat(played.steps("n2")).isEqualTo(played.steps("n1"));
  }

  @Test
  void what_can_not_be_known_is_tentative_and_names_what_it_depends_on() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: fill # would_change
                sql_exec: {database: postgres, sql: INSERT, unless: SELECT filled}
              - name: read # tentative
                lookup: {database: postgres, sql: SELECT x}
                register: x
              - name: use # tentative
                consul_kv: {key: k, value: "{{ x.row.x }}"}
                register: used
              - name: maybe # tentative
                when: used.changed
                steps:
                  - name: inner # tentative
                    lookup: {key: k}
                    register: inner
              - name: depends # tentative
                when: inner.found
                consul_kv: {key: l, value: v}
              - name: each # tentative
                for_each: x.rows
                lookup: {key: "{{ item }}"}
                register: each
              - name: of each # tentative
                consul_kv: {key: m, value: "{{ each.results | length }}"}
              - name: loop # tentative
                for_each: [known, "{{ x.value }}"]
                lookup: {key: "{{ item }}"}
              - name: known # would_change
                consul_kv: {key: n, value: v}
            """);
    assertThat(played.step("read").because()).containsExactly("fill");
    assertThat(played.step("use").because()).containsExactly("read");
    assertThat(played.step("maybe").because()).containsExactly("use");
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void a_condition_is_decided_by_what_is_known_of_its_parts() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: fill # would_change
                sql_exec: {database: postgres, sql: INSERT, unless: SELECT filled}
              - name: x # tentative
                lookup: {database: postgres, sql: SELECT x}
                register: x
              - name: y # tentative
                lookup: {database: postgres, sql: SELECT y}
                register: y
              - name: never # skipped
                when: x.found and node.name == 'n2'
                consul_kv: {key: a, value: v}
              - name: always # would_change
                when: x.found or node.name == 'n1'
                consul_kv: {key: b, value: v}
              - name: maybe # tentative
                when: x.found and node.name == 'n2' or y.found
                consul_kv: {key: c, value: v}
              - name: maybe more # tentative
                when: y.found
                steps:
                  - name: never inside # skipped
                    when: x.found and node.name == 'n2'
                    consul_kv: {key: d, value: v}
            """);
    assertThat(played.step("maybe").because()).containsExactly("y");
  }

  @Test
  void what_is_inside_of_a_tentative_step_is_told_apart_as_in_an_apply() {
    RunFixture.Played played =
        stage
            .file(
                "part.yml",
                """
                plan: part
                vars: {directory: /etc}
                steps:
                  - name: put
                    for_each: [a, b]
                    render_template: {template: file.conf, dest: '{{ directory }}/{{ item }}'}
                """)
            .preview(
                """
                  - name: fill
                    sql_exec: {database: postgres, sql: INSERT, unless: SELECT filled}
                  - name: read
                    lookup: {database: postgres, sql: SELECT x}
                    register: x
                  - name: maybe
                    when: x.found
                    include: part.yml
                  - name: touched
                    lookup: {file: /etc/b}
                  - name: untouched
                    lookup: {file: /etc/c}
                """);
    assertThat(played.finished())
        .extracting(step -> step.status() + " " + step.at().plan() + " " + step.at().id())
        .containsSequence(
            "TENTATIVE plan.yml maybe",
            "TENTATIVE part.yml maybe/part.yml/put[1]",
            "TENTATIVE part.yml maybe/part.yml/put[2]",
            "TENTATIVE plan.yml touched",
            "OK plan.yml untouched");
  }

  @Test
  void one_unknown_turn_makes_the_results_of_a_loop_unknown() {
    RunFixture.Played played =
        stage.preview(
            """
              - name: fill
                sql_exec: {database: postgres, sql: INSERT, unless: SELECT filled}
                touches: table d
              - name: each
                for_each: [d, e]
                lookup: {database: postgres, sql: "SELECT {{ item }}"}
                touches: table {{ item }}
                register: each
              - name: use
                consul_kv: {key: k, value: "{{ each.results | length }}"}
            """);
    assertThat(played.steps("n1"))
        .containsExactly("would_change fill", "tentative each", "ok each", "tentative use");
    assertThat(played.step("use").because()).containsExactly("each[1]");
  }

  // --- what SQL touches ---

  @Test
  void a_statement_may_change_whatever_is_asked_of_the_server_unless_its_step_says_what() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: one # would_change
                sql_exec: {database: postgres, sql: ONE, unless: SELECT one}
                touches: [table a, table b]
              - name: apart # would_change
                sql_exec: {database: postgres, sql: TWO, unless: SELECT two}
                touches: table c
              - name: same # tentative
                sql_exec: {database: postgres, sql: THREE, unless: SELECT three}
                touches: table b
              - name: inside # tentative
                lookup: {database: postgres, sql: SELECT four}
                touches: table c/rows
              - name: not said # tentative
                lookup: {database: postgres, sql: SELECT five}
            """);
    assertThat(played.step("same").because()).containsExactly("one");
    assertThat(played.step("inside").because()).containsExactly("apart");
    assertThat(played.step("not said").because()).containsExactly("one", "apart", "same");
  }

  @Test
  void a_place_that_is_made_is_known_to_be_empty() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: database # would_change
                sql_exec:
                  {database: postgres, sql: 'CREATE DATABASE "D"', unless: SELECT db, transaction: no}
                touches: database D
              - name: tables # would_change
                sql_exec: {database: D, sql: CREATE TABLE t, unless: SELECT t}
                touches: {makes: database D/tables}
              - name: rows # ok
                lookup: {database: D, sql: SELECT * FROM t}
                touches: database D/tables/t
                register: rows
              - name: none # ok
                assert: {that: not rows.found and rows.rows is empty, message: rows}
              - name: fill # would_change
                sql_exec: {database: D, sql: INSERT, unless: SELECT filled}
                touches: database D/tables/t
              - name: rows then # tentative
                lookup: {database: D, sql: SELECT 1 FROM t}
                touches: database D/tables/t
              - name: not said # tentative
                lookup: {database: D, sql: SELECT 2}
            """);
    assertThat(played.step("rows then").because()).containsExactly("fill");
  }

  @Test
  void a_database_that_is_made_has_what_its_template_has() {
    stage.target.node("n1").database("template1").observations("SELECT t", true);
    stage.previewAsNoted(
        """
          - name: usual # would_change
            sql_exec: {database: postgres, sql: CREATE DATABASE d, unless: SELECT d, transaction: no}
            touches: database d
          - name: in its template # tentative
            sql_exec: {database: d, sql: MAKE t, unless: SELECT t}
            touches: database d/t
          - name: not in it # would_change
            sql_exec: {database: d, sql: MAKE u, unless: SELECT u}
            touches: database d/u
          - name: pristine # would_change
            sql_exec:
              database: postgres
              sql: CREATE DATABASE e OWNER o TEMPLATE template0
              unless: SELECT e
              transaction: no
            touches: database e
          - name: in no template # would_change
            sql_exec: {database: e, sql: MAKE t, unless: SELECT t}
            touches: database e/t
          - name: golden # would_change
            sql_exec:
              database: postgres
              sql: CREATE DATABASE g WITH TEMPLATE = "Golden"
              unless: SELECT g
              transaction: no
            touches: database g
          - name: in an unknown template # tentative
            sql_exec: {database: g, sql: MAKE u, unless: SELECT u}
            touches: database g/u
          - name: template # would_change
            sql_exec: {database: template1, sql: MAKE u, unless: SELECT u}
            touches: database template1/u
          - name: since then # would_change
            sql_exec: {database: postgres, sql: CREATE DATABASE h, unless: SELECT h, transaction: no}
            touches: database h
          - name: in the template by then # tentative
            sql_exec: {database: h, sql: MAKE v, unless: SELECT v}
            touches: database h/v
          - name: not in the template before # would_change
            sql_exec: {database: d, sql: MAKE v, unless: SELECT v}
            touches: database d/v
        """);
  }

  @Test
  void what_is_there_in_a_place_that_is_said_to_be_made_is_not_taken_for_absent() {
    stage.target.node("n1").database("postgres").observations("SELECT * FROM t", "row");
    stage.previewAsNoted(
        """
          - name: tables # would_change
            sql_exec: {database: postgres, sql: CREATE TABLE t, unless: SELECT all_of_t}
            touches: {makes: tables}
          - name: rows # tentative
            lookup: {database: postgres, sql: SELECT * FROM t}
            touches: tables/t
        """);
  }

  @Test
  void what_is_done_inside_a_place_does_not_decide_whether_it_is_there() {
    stage.on("n1", "n2");
    stage.target.node("n2").database("D").observations("SELECT tables", true);
    String steps =
        """
          - name: rows there
            when: node.name == 'n1'
            on: n2
            sql_exec: {database: D, sql: INSERT, unless: SELECT filled}
            touches: database D/tables/t
          - name: tables
            when: node.name == 'n2'
            sql_exec: {database: D, sql: CREATE TABLE t, unless: SELECT tables}
            touches: %s
        """;
    assertThat(stage.preview(steps.formatted("{makes: database D/tables}")).steps("n2"))
        .containsExactly("skipped rows there", "ok tables");
    for (String more :
        List.of(
            "database D/tables",
            "{makes: database D/tables, changes: database D/tables/t}",
            "{makes: database D/tables/t}")) {
      assertThat(stage.preview(steps.formatted(more)).steps("n2"))
          .as(more)
          .containsExactly("skipped rows there", "tentative tables");
    }
  }

  @Test
  void a_file_without_a_directory_is_refused_by_preview_and_apply_alike() {
    stage.target.node("n1").lacks("/etc/app");
    String steps =
        """
          - name: file
            render_template: {template: file.conf, dest: /etc/app/file.conf}
        """;
    for (RunFixture.Played played : List.of(stage.preview(steps), stage.apply(steps))) {
      Diagnostic error = Objects.requireNonNull(played.step("file").error());
      assertThat(error.code()).isEqualTo(Code.FILE_FAILED);
      assertThat(error.node()).isEqualTo("n1");
      assertThat(error.message())
          .isEqualTo("directory /etc/app doesn't exist, so /etc/app/file.conf can't be written");
      assertThat(error.hint()).contains("command: {run: [install, -d, /etc/app]");
    }
    assertThat(stage.target.performed()).isEmpty();
  }

  @Test
  void a_file_that_could_not_be_given_to_its_owner_fails_in_a_preview_as_in_an_apply() {
    String file =
        """
          - name: file
            render_template: {template: file.conf, dest: /etc/file.conf, owner: stranger}
        """;
    for (RunFixture.Played played : List.of(stage.preview(file), stage.apply(file))) {
      assertThat(Objects.requireNonNull(played.step("file").error()).code())
          .isEqualTo(Code.FILE_FAILED);
    }
    assertThat(stage.target.performed()).isEmpty();

    // a command may make the user, whatever its author says that it touches
    stage.target.node("n1").on("useradd stranger", () -> {});
    String useradd =
        """
          - name: user
            command: {run: [useradd, stranger], unless: [id, stranger]}
            touches: /etc/passwd
        """;
    assertThat(stage.preview(useradd + file).step("file").status()).isEqualTo(Status.WOULD_CHANGE);
  }

  @Test
  void a_directory_that_an_earlier_step_makes_is_known_to_be_empty() {
    stage.target.node("n1").lacks("/etc/app").on("reload", () -> {});
    assertThat(inNewDirectory("touches: {makes: /etc/app/}"))
        .containsExactly("would_change directory", "would_change file", "would_change reload");
    assertThat(inNewDirectory("touches: {makes: /etc}"))
        .containsExactly("would_change directory", "failed file");
    assertThat(inNewDirectory("touches: {makes: /other}"))
        .containsExactly("would_change directory", "failed file");
    for (String perhaps : List.of("", "touches: /etc/app", "touches: /etc/app/sub/file")) {
      assertThat(inNewDirectory(perhaps))
          .containsExactly("would_change directory", "tentative file", "tentative reload");
    }
  }

  private List<String> inNewDirectory(String touches) {
    return stage
        .preview(
            """
              - name: directory
                command: {run: [install, -d, /etc/app], unless: [test, -d, /etc/app]}
                %s
              - name: file
                render_template: {template: file.conf, dest: /etc/app/file.conf}
              - name: reload
                reload_service: {service: s, config: [/etc/app/file.conf], command: [reload]}
            """
                .formatted(touches))
        .steps("n1");
  }

  @Test
  void nothing_can_be_run_in_a_database_that_nothing_makes() {
    RunFixture.Played played =
        stage.preview(
            """
              - name: nowhere
                sql_exec: {database: nowhere, sql: ONE, unless: SELECT one}
            """);
    assertThat(played.error("nowhere").message())
        .isEqualTo("database nowhere doesn't exist, so nothing can be run in it");
  }

  @Test
  void rows_may_replicate_within_a_cluster_and_ddl_where_a_step_says_so() {
    String steps =
        """
          - name: ddl
            on: n1
            sql_exec: {database: postgres, sql: CREATE TABLE t (), unless: "SELECT t {{ node.name }}"}
            touches: %s
          - name: rows
            on: n1
            sql_exec: {database: postgres, sql: INSERT, unless: "SELECT i {{ node.name }}"}
            touches: i
          - name: read t
            lookup: {database: postgres, sql: SELECT t2}
            touches: t
          - name: read i
            lookup: {database: postgres, sql: SELECT i2}
            touches: i
          - name: read i elsewhere
            lookup: {database: other, sql: SELECT i2}
            touches: i
          - name: read its own
            lookup: {database: postgres, sql: SELECT i2}
            touches: i of {{ node.name }}
        """;
    stage.target.node("n2").database("other");
    assertThat(stage.on("n2").preview(steps.formatted("t")).steps("n2"))
        .containsExactly(
            "would_change ddl",
            "would_change rows",
            "ok read t",
            "tentative read i",
            "ok read i elsewhere",
            "ok read its own");
    assertThat(stage.on("n2").preview(steps.formatted("{replicates: t}")).steps("n2"))
        .contains("would_change ddl", "tentative read t");
  }

  @Test
  void what_is_removed_is_known_to_be_absent() {
    stage.target.node("n1").database("postgres").observations("SELECT slot", "row");
    String steps =
        """
          - name: drop # would_change
            sql_exec: {database: postgres, sql: DROP, unless: SELECT dropped}
            touches: {removes: slots/a}
          - name: look # ok
            lookup: {database: postgres, sql: SELECT slot}
            touches: slots/a
            register: slot
          - name: none # ok
            assert: {that: not slot.found, message: found}
          - name: drop again # ok
            sql_exec: {database: postgres, sql: DROP b, unless: SELECT gone}
            touches: {removes: slots/a}
          - name: another # tentative
            lookup: {database: postgres, sql: SELECT slot}
            touches: slots
          - name: make # would_change
            sql_exec: {database: postgres, sql: MAKE, unless: SELECT made}
            touches: slots/a
          - name: look again # tentative
            lookup: {database: postgres, sql: SELECT slot}
            touches: slots/a
        """;
    stage.previewAsNoted(steps);
  }

  @Test
  void values_that_a_step_sets_are_known_and_nothing_else_of_it() {
    stage
        .target
        .node("n1")
        .database("postgres")
        .tells("SHOW POOLS", () -> pools(0, 1))
        .observations("SELECT other", "row");
    String steps =
        """
          - name: pause # would_change
            sql_exec: {database: postgres, sql: PAUSE, always: true}
            touches: {changes: sessions, sets: {pools: {paused: 'row.name == "mine" ? row.paused : 1'}}}
          - name: look # ok
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: pools
            register: pools
          - name: paused # ok
            assert: {that: "(pools.rows | first).paused == 1", message: "{{ pools.rows }}"}
          - name: mine isn't # ok
            assert: {that: "(pools.rows | last).name == 'mine' and (pools.rows | last).paused == 1", message: m}
          - name: what doesn't show it # tentative
            lookup: {database: postgres, sql: SELECT other}
            touches: pools
          - name: of more than that # tentative
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: [pools, sessions]
          - name: resume # would_change
            sql_exec: {database: postgres, sql: RESUME, always: true}
            touches: {sets: {"{{ 'pools' }}": {paused: 0}}}
          - name: look again # ok
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: pools
            register: again
          - name: none is # ok
            when: (again.rows | first).paused == 0
            assert: {that: (again.rows | last).paused == 0, message: m}
          - name: anything # would_change
            sql_exec: {database: postgres, sql: RELOAD, always: true}
            touches: pools
          - name: resume once more # would_change
            sql_exec: {database: postgres, sql: RESUME, always: true}
            touches: {sets: {pools: {paused: 0}}}
          - name: who knows # tentative
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: pools
        """;
    stage.previewAsNoted(steps);
  }

  @Test
  void what_a_service_runs_with_is_unknown_after_a_reload() {
    stage.target.node("n1").on("reload", () -> {}).put("/f1", "x");
    stage.target.node("n1").database("postgres").tells("SHOW POOLS", () -> pools(0, 1));
    stage.previewAsNoted(
        """
          - name: pause # would_change
            sql_exec: {database: postgres, sql: PAUSE, always: true}
            touches: {sets: {pools: {paused: 1}}}
          - name: before # ok
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: [pools, running pooler]
          - name: reload # would_change
            reload_service: {service: pooler, config: [/f1], command: [reload]}
          - name: after # tentative
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: [pools, running pooler]
          - name: of another # ok
            lookup: {database: postgres, sql: SHOW POOLS}
            touches: [pools, running other]
        """);
  }

  @Test
  void a_server_that_takes_up_its_settings_shows_others() {
    stage.target.node("n1").put("/f1", "x");
    stage
        .on("n1", "n2")
        .previewAsNoted(
            """
              - name: before # ok
                lookup: {database: postgres, sql: SHOW work_mem}
              - name: reload # would_change
                on: n1
                reload_service: {service: postgres, config: [/f1], sql: SELECT pg_reload_conf()}
              - name: shown # tentative
                on: n1
                lookup: {database: postgres, sql: SHOW work_mem}
              - name: selected # tentative
                on: n1
                lookup: {database: postgres, sql: "SELECT 1 WHERE Current_Setting('ssl') = 'on'"}
              - name: of its rows # ok
                on: n1
                lookup: {database: postgres, sql: SELECT 1 FROM t}
              - name: said # ok
                on: n1
                lookup: {database: postgres, sql: SHOW work_mem}
                touches: table t
              - name: said of what runs # tentative
                on: n1
                lookup: {database: postgres, sql: SHOW work_mem}
                touches: running postgres
            """);
  }

  /** Steps after which a preview doesn't know what {@code later} holds. */
  private static final String UNKNOWN_LATER =
      """
        - name: look
          lookup: {database: postgres, sql: SELECT 1}
          touches: other
          register: look
        - name: change
          sql_exec: {database: postgres, sql: CHANGE, unless: SELECT changed}
          touches: other
        - name: look later
          lookup: {database: postgres, sql: SELECT 2}
          touches: other
          register: later
      """;

  /** Pools and whether each is paused. */
  private static Observation.Table pools(long theirs, long mine) {
    return new Observation.Table(
        List.of("name", "paused"),
        List.of(
            Map.of("name", "theirs", "paused", theirs), Map.of("name", "mine", "paused", mine)));
  }

  @Test
  void what_another_node_or_perhaps_nobody_sets_is_not_known() {
    stage.on("n2");
    for (String node : List.of("n1", "n2")) {
      stage.target.node(node).database("postgres").tells("SHOW POOLS", () -> pools(0, 0));
    }
    String steps =
        UNKNOWN_LATER
            + """
              - name: pause
                when: %s
                on: %s
                sql_exec: {database: postgres, sql: UPDATE pools, always: true}
                touches: {sets: {pools: {paused: 1}}}
              - name: pools
                lookup: {database: postgres, sql: SHOW POOLS}
                touches: pools
            """;
    assertThat(stage.preview(steps.formatted("true", "n2")).steps("n2")).endsWith("ok pools");
    assertThat(stage.preview(steps.formatted("later.found", "n2")).steps("n2"))
        .endsWith("tentative pools");
    assertThat(stage.preview(steps.formatted("true", "n1")).steps("n2"))
        .as("it may come by replication")
        .endsWith("tentative pools");
  }

  @Test
  void what_another_node_or_perhaps_nobody_removes_is_not_known_to_be_absent() {
    String steps =
        UNKNOWN_LATER
            + """
              - name: drop
                when: %s
                on: %s
                sql_exec: {database: postgres, sql: DELETE, unless: SELECT deleted}
                touches: {removes: slots/a}
              - name: slot
                lookup: {database: postgres, sql: SELECT slot}
                touches: slots/a
            """;
    stage.on("n2");
    assertThat(stage.preview(steps.formatted("true", "n2")).steps("n2")).endsWith("ok slot");
    assertThat(stage.preview(steps.formatted("later.found", "n2")).steps("n2"))
        .endsWith("tentative slot");
    assertThat(stage.preview(steps.formatted("true", "n1")).steps("n2"))
        .as("it may come by replication")
        .endsWith("tentative slot");
  }

  @Test
  void what_replication_does_not_carry_it_does_not_carry_when_it_may_be_run() {
    stage.file("ddl.sql", "CREATE TABLE t ()").file("rows.sql", "INSERT");
    String steps =
        """
          - name: rows
            on: n1
            sql_exec: {database: postgres, sql: INSERT, unless: SELECT i1}
            touches: i of n1
          - name: look
            on: n1
            lookup: {database: postgres, sql: SELECT i3}
            touches: i of n1
            register: look
          - name: perhaps
            when: look.found
            on: n1
            sql_exec: {database: postgres, %s, unless: SELECT t1}
            touches: %s
          - name: read t
            lookup: {database: postgres, sql: SELECT t2}
            touches: t
        """;
    String console = "server: {port: 6432, console: true}, sql: PAUSE";
    for (String ddl : List.of("sql: CREATE TABLE t ()", "file: ddl.sql", console)) {
      assertThat(stage.on("n2").preview(steps.formatted(ddl, "t")).steps("n2"))
          .containsExactly("would_change rows", "tentative look", "tentative perhaps", "ok read t");
    }
    for (String[] carried :
        new String[][] {
          {"sql: CREATE TABLE t ()", "{replicates: t}"},
          {"sql: INSERT", "t"},
          {"file: rows.sql", "t"},
          {"sql: \"CREATE TABLE {{ look.row.name }} ()\"", "t"},
          {"sql: CREATE TABLE t ()", "{replicates: \"t of {{ look.row.name }}\"}"}
        }) {
      assertThat(stage.on("n2").preview(steps.formatted((Object[]) carried)).steps("n2"))
          .as(String.join(" ", carried))
          .endsWith("tentative perhaps", "tentative read t");
    }
  }

  @Test
  void nodes_without_a_cluster_do_not_replicate() {
    RunFixture.Played played =
        stage
            .file(
                "inventory.yml",
                "all: {hosts: {n1: {ansible_host: 10.0.0.1}, n2: {ansible_host: 10.0.0.2}}}\n")
            .on("n1", "n2")
            .preview(
                """
                  - name: rows
                    sql_exec: {database: postgres, sql: INSERT, unless: SELECT i}
                """);
    assertThat(played.steps("n2")).containsExactly("would_change rows");
  }

  @Test
  void commands_touch_what_their_steps_say() {
    stage.target.consul().set("k", "v");
    stage.previewAsNoted(
        """
          - name: command # would_change
            command: {run: [make], always: true}
            touches: [/etc/made/, key made, service s]
          - name: other key # ok
            consul_kv: {key: k, value: v}
          - name: its key # tentative
            consul_kv: {key: made, value: v}
          - name: other file # ok
            lookup: {file: /etc/other}
          - name: its file # tentative
            lookup: {file: /etc/made/file}
          - name: its service # tentative
            lookup: {service: s}
        """);
  }

  // --- steps that want the same, waits, locks ---

  /** So that the screen has a name for each. */
  @Test
  void steps_that_others_depend_on_are_told_before_them() {
    stage.file(
        "inner.yml",
        """
        plan: inner
        steps:
          - name: command {{ node.name }}
            command: {run: [make], unless: [is]}
          - name: read
            lookup: {file: /x}
            register: read
          - name: block
            when: read.found
            steps:
              - name: in it
                consul_kv: {key: k, value: v}
        """);
    List<Event.StepFinished> finished =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: including
                    for_each: [a, b]
                    include: inner.yml
                  - name: see
                    wait_for: {key: k}
                """)
            .finished();
    Set<String> told = new HashSet<>();
    for (Event.StepFinished step : finished) {
      String node = step.at().node();
      assertThat(told)
          .containsAll(
              step.because().stream()
                  .map(id -> id.startsWith("n1: ") ? id : node + ": " + id)
                  .toList());
      told.add(node + ": " + step.at().id());
    }
    assertThat(finished)
        .extracting(Event.StepFinished::because)
        .contains(List.of("including[2]/inner.yml/block"));
  }

  @Test
  void a_step_that_an_earlier_turn_leaves_in_sync_names_it_for_people() {
    RunFixture.Played played =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: make
                    for_each: [{name: one}, {name: two}]
                    on: n1
                    sql_exec: {database: postgres, sql: ONE, unless: SELECT one}
                    touches: one
                """);
    assertThat(played.on("n1").finished().get(1).why()).isEqualTo("as step 'make [one]' leaves it");
    assertThat(played.on("n2").finished().getFirst().why())
        .isEqualTo("as step 'n1: make [one]' leaves it");
  }

  @Test
  void a_step_that_wants_what_an_earlier_one_leaves_is_in_sync() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: first # would_change
                sql_exec: {database: postgres, sql: ONE, unless: SELECT one}
                touches: one
              - name: again # ok
                sql_exec: {database: postgres, sql: ONE, unless: SELECT one}
                touches: one
              - name: other # tentative
                sql_exec: {database: postgres, sql: OTHER, unless: SELECT other}
                touches: one
              - name: and again # tentative
                sql_exec: {database: postgres, sql: ONE, unless: SELECT one}
                touches: one
            """);
    assertThat(played.step("again").why()).isEqualTo("as step 'first' leaves it");
  }

  @Test
  void a_wait_that_nothing_makes_true_is_tentative_and_the_walk_goes_on() {
    RunFixture.Played played =
        stage
            .on("n1", "n2", "n3")
            .previewAsNoted(
                """
                  - name: never # tentative
                    when: node.name == "n1"
                    wait_for: {key: never}
                  - name: later # skipped
                    wait_for: {key: "from/{{ node.name == 'n3' ? 'n2' : 'n3' }}"}
                    when: node.name != "n1"
                  - name: set # would_change
                    consul_kv: {key: "from/{{ node.name }}", value: v}
                """);
    assertThat(played.step("never", "n1").because()).isEmpty();
    assertThat(played.step("never", "n1").why())
        .isEqualTo("would wait: key never is not set; nothing in this run makes it true");
    assertThat(played.steps("n2")).contains("tentative later", "would_change set");
    assertThat(played.steps("n3")).contains("ok later", "would_change set");
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void who_waits_for_a_check_to_pass_has_its_turn_before_those_who_wait_for_it() {
    RunFixture.Played played =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: after it
                    when: node.name == "n1"
                    wait_for: {key: k}
                  - name: registered
                    when: node.name == "n2"
                    consul_service: {name: s, port: 1, check: {tcp: "a:1", interval: 10s}}
                  - name: its check passes
                    when: node.name == "n2"
                    wait_for: {service: s, passing: true}
                  - name: set
                    when: node.name == "n2"
                    consul_kv: {key: k, value: v}
                """);
    assertThat(played.steps("n1")).contains("ok after it");
    assertThat(played.steps("n2"))
        .containsExactly(
            "skipped after it",
            "would_change registered",
            "tentative its check passes",
            "would_change set");
  }

  @Test
  void a_lock_whose_holder_waits_for_those_behind_it_would_never_be_got() {
    RunFixture.Played played =
        stage
            .on("n1", "n2")
            .preview(
                """
                  - name: both
                    for_each: [a, b]
                    when: node.name == "n1"
                    lookup: {key: k}
                  - name: outer
                    consul_lock:
                      key: "{{ node.name == 'n1' ? 'a' : 'b' }}"
                      steps:
                        - name: mine
                          consul_kv: {key: "mine/{{ node.name }}", value: v}
                        - name: the other's
                          wait_for: {key: "mine/{{ node.name == 'n1' ? 'n2' : 'n1' }}"}
                        - name: inner
                          consul_lock:
                            key: "{{ node.name == 'n1' ? 'b' : 'a' }}"
                            steps:
                              - name: change
                                consul_kv: {key: "both/{{ node.name }}", value: v}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.LOCK);
    assertThat(played.on("n1").error("inner").message())
        .contains("would never get lock b: n2 would hold it");
    assertThat(played.steps("n2")).contains("would_change change");
  }

  @Test
  void what_may_or_may_not_be_done_leaves_its_things_unknown() {
    stage.target.consul().set("a", "v");
    stage.target.consul().set("b", "v");
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: command # would_change
                command: {run: [make], always: true}
                touches: key made
              - name: read # tentative
                lookup: {key: made}
                register: made
              - name: maybe # tentative
                when: made.found
                steps:
                  - name: a # tentative
                    consul_kv: {key: a, value: w}
                  - name: never # skipped
                    when: false and made.found
                    consul_kv: {key: b, value: w}
                  - name: file # tentative
                    render_template: {template: file.conf, dest: "/etc/{{ made.value }}"}
              - name: a then # tentative
                lookup: {key: a}
              - name: b then # ok
                lookup: {key: b}
              - name: files then # tentative
                lookup: {file: /etc/passwd}
            """);
    assertThat(played.step("a then").because()).containsExactly("maybe/a");
  }

  @Test
  void each_look_is_asked_once() {
    bootstrap();
    assertThat(stage.target.asked()).doesNotHaveDuplicates();
  }

  @Test
  void a_preview_says_by_its_exit_code_that_it_found_changes_only_when_asked() {
    String steps =
        """
          - name: set
            consul_kv: {key: k, value: v}
        """;
    assertThat(stage.preview(steps).exit()).isEqualTo(ExitCode.DONE);
    assertThat(stage.detailed().preview(steps).exit()).isEqualTo(ExitCode.CHANGES_FOUND);
    stage.target.consul().set("k", "v");
    assertThat(stage.preview(steps).exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void a_preview_fails_where_an_apply_would() {
    RunFixture.Played played =
        stage.previewAsNoted(
            """
              - name: no # failed
                assert: {that: node.name == "x", message: not here}
              - name: never
                consul_kv: {key: k, value: v}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }
}
