package io.rdpg.plan.analysis.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.testing.RunFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found wrong with a plan before anything is contacted. */
class PlanCheckTest {
  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory).on("n1", "n2", "n3");
  }

  @Test
  void every_place_of_a_variable_is_checked_and_all_faults_are_told_at_theirs() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            vars: {a: "{{ nothing1 }}"}
            steps:
              - name: s {{ nothing2 }}
                when: nothing3 == 1
                for_each: nothing4
                vars: {b: "{{ nothing5 }}"}
                on: "{{ nothing6 }}"
                consul_kv: {key: "{{ nothing7 }}", value: "{{ item }} {{ b }} {{ a }}"}
              - name: lock
                consul_lock:
                  key: "{{ nothing8 }}"
                  steps:
                    - name: t
                      assert: {that: nothing9, message: m}
                    - name: u
                      sql_exec: {database: d, sql: s, always: true}
                      touches: {makes: ["a {{ nothing10 }}"], changes: "{{ nothing11 }}"}
            """);
    assertThat(found).allMatch(diagnostic -> diagnostic.code() == Code.UNDEFINED_VARIABLE);
    assertThat(found.stream().map(diagnostic -> place(diagnostic)))
        .containsExactlyInAnyOrder(
            "2:15 variable 'nothing1' is not defined",
            "4:16 variable 'nothing2' is not defined",
            "5:11 variable 'nothing3' is not defined",
            "6:15 variable 'nothing4' is not defined",
            "7:19 variable 'nothing5' is not defined",
            "8:13 variable 'nothing6' is not defined",
            "9:26 variable 'nothing7' is not defined",
            "12:16 variable 'nothing8' is not defined",
            "15:26 variable 'nothing9' is not defined",
            "18:35 variable 'nothing10' is not defined",
            "18:64 variable 'nothing11' is not defined");
  }

  /** More turns than are looked at, so what is like others before it is left out. */
  @Test
  void the_one_of_many_nodes_that_lacks_a_variable_is_found() {
    String[] names =
        IntStream.rangeClosed(1, 200).mapToObj("n%03d"::formatted).toArray(String[]::new);
    String hosts =
        Stream.of(names)
            .map(name -> "    %s: {%s}\n".formatted(name, name.equals("n150") ? "" : "disk: /d"))
            .collect(Collectors.joining());

    List<Diagnostic> found =
        stage
            .inventory("all:\n  hosts:\n" + hosts)
            .on(names)
            .check(
                """
                plan: p
                steps:
                  - name: s {{ item }}
                    for_each: range(1, 50)
                    command: {run: ["df", "{{ disk }}"], always: true}
                """);

    assertThat(found.stream().map(diagnostic -> diagnostic.node() + " " + diagnostic.message()))
        .containsExactly("n150 variable 'disk' is not defined");
  }

  @Test
  void a_loops_item_is_not_the_variable_of_that_name_outside_of_it() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            vars: {at: nowhere}
            steps:
              - name: each
                for_each: cluster.nodes
                as: at
                on: "{{ at.name }}"
                consul_kv: {key: k, value: v}
              - name: named
                for_each: [n1, n2]
                as: at
                on: "{{ at }}"
                consul_kv: {key: k, value: v}
            """);
    assertThat(found).isEmpty();
  }

  @Test
  void what_no_node_comes_to_may_use_variables_that_none_of_them_has() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: others
                when: node.name == "n9"
                steps:
                  - name: theirs
                    consul_kv: {key: k, value: "{{ nothing1 }}"}
              - name: one of us
                when: node.name == "n2"
                consul_kv: {key: k, value: "{{ nothing2 }}"}
            """);
    assertThat(found.stream().map(Diagnostic::message))
        .containsExactly("variable 'nothing2' is not defined");
  }

  @Test
  void a_mistyped_variable_gets_the_nearest_known_one() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: s
                consul_kv: {key: "{{ clutser.id }}", value: v}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(
            diagnostic -> assertThat(diagnostic.hint()).isEqualTo("did you mean 'cluster'?"));
  }

  @Test
  void what_is_known_is_known() {
    stage.file(
        "inner.yml",
        """
        plan: inner
        vars: {c: "{{ b }}"}
        steps:
          - name: t
            consul_kv: {key: "{{ c }}", value: "{{ result.value }} {{ from }} {{ each }}"}
        """);
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            vars: {a: "{{ node.name }}"}
            steps:
              - name: s
                lookup: {key: "{{ a }}"}
                register: result
              - name: include
                for_each: cluster.peers
                as: each
                vars: {b: "{{ a }}"}
                include: inner.yml
              - name: with a default
                consul_kv: {key: k, value: "{{ nobody | default('x') }}"}
            """);
    assertThat(found).isEmpty();
  }

  @Test
  void a_template_file_that_is_missing_is_told() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: s
                render_template: {template: missing.conf, dest: /x}
              - name: left to the run
                lookup: {key: which}
                register: which
              - name: which
                render_template: {template: "{{ which.value }}.conf", dest: /x}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.MISSING_FILE);
          assertThat(place(diagnostic)).isEqualTo("4:33 there is no file 'missing.conf'");
          assertThat(diagnostic.hint()).contains("looked in");
        });
  }

  @Test
  void variables_of_template_files_are_checked_in_the_scope_of_their_step() {
    stage.file("x.conf", "{{ node.name }}\n{{ local }}\n{{ unknown }}\n");
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: s
                vars: {local: 1}
                render_template: {template: x.conf, dest: /x}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(Objects.requireNonNull(diagnostic.at()).file()).endsWith("x.conf");
          assertThat(place(diagnostic)).isEqualTo("3:4 variable 'unknown' is not defined");
        });
  }

  @Test
  void a_template_that_can_not_be_read_is_told() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: s
                when: "node.name =="
                consul_kv: {key: k, value: v}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(diagnostic -> assertThat(diagnostic.code()).isEqualTo(Code.BAD_TEMPLATE));
  }

  @Test
  void loops_are_gone_through_and_arguments_read_with_all_that_is_known() {
    stage.file("a.conf", "{{ item.nmae }}");
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            vars:
              people: [{name: a, age: 1}, {name: b}]
              map: {a: 1}
            steps:
              - name: r
                lookup: {key: r}
                register: r
              - name: fields
                for_each: people
                consul_kv: {key: "{{ item.age }}", value: "{{ r.value }}"}
              - name: files
                for_each: [{name: a}]
                render_template: {template: "{{ item.name }}.conf", dest: /x}
              - name: no list
                for_each: map
                consul_kv: {key: k, value: v}
              - name: no duration
                wait_for: {key: k, timeout: "{{ node.name }}"}
              - name: no number
                when: node.name > 5
                consul_kv: {key: k, value: v}
              - name: locked
                consul_lock:
                  key: "{{ cluster.peers[9].name }}"
                  wait: "{{ r.value }}"
                  steps:
                    - name: whichever way
                      when: r.found
                      consul_kv: {key: "{{ node.nmae }}", value: v}
            """);
    assertThat(found.stream().map(PlanCheckTest::place))
        .containsExactlyInAnyOrder(
            "11:31 there is no 'age' in this",
            "1:9 there is no 'nmae' in this",
            "16:15 'for_each' must be a list, and this is a map",
            "19:33 'timeout' must be a duration such as 500ms, 15s or 5m, not 'n1'",
            "21:11 greater than comparison isn't possible with these values",
            "25:30 there is no '9' in this",
            "30:37 there is no 'nmae' in this");
    assertThat(found).allMatch(diagnostic -> diagnostic.code().exit() == ExitCode.NOT_UNDERSTOOD);
  }

  @Test
  void a_node_that_lacks_what_the_others_have_is_named() {
    stage.inventory(
        """
        all:
          children:
            c:
              vars: {cluster_id: c, cluster_role: service}
              hosts:
                n1: {port: 1}
                n2: {}
                n3: {port: 3}
        """);
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: s
                consul_kv: {key: k, value: "{{ port }}"}
              - name: t
                when: port is defined
                consul_kv: {key: k, value: "{{ port }}"}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(place(diagnostic)).isEqualTo("4:36 variable 'port' is not defined");
          assertThat(diagnostic.node()).isEqualTo("n2");
        });
  }

  @Test
  void what_a_condition_may_keep_a_node_from_is_no_fault() {
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            steps:
              - name: r
                lookup: {key: r}
                register: r
              - name: the one before
                when: r.found and node.ordinal > 1
                wait_for: {key: "{{ cluster.nodes[node.ordinal - 2].name }}", timeout: 1m}
              - name: what nobody has
                when: r.found and extra_port is defined
                consul_kv: {key: "{{ extra_port }}", value: v}
              - name: the tenth
                when: r.value == "ten"
                consul_kv: {key: "{{ cluster.nodes[9].name }}", value: v}
              - name: each of what is found
                for_each: r.value | split(",")
                when: item != "" and cluster.peers is empty
                consul_kv: {key: "{{ cluster.peers[0].name }}{{ item }}", value: v}
              - name: at what is found
                when: r.found
                on: "{{ r.value }}"
                consul_kv: {key: k, value: "{{ r.value > 5 }}"}
              - name: the one that is found
                for_each: [{name: a, age: 1}, {name: b}]
                when: r.value == item.name
                consul_kv: {key: "{{ item.age }}", value: v}
              - name: nobody
                for_each: []
                consul_kv: {key: "{{ item.name }}", value: v}
            """);
    assertThat(found).isEmpty();
  }

  /** A manager alone, and a service node that has what it has not. */
  private void roles() {
    stage.inventory(
        """
        all:
          children:
            m:
              vars: {cluster_id: m, cluster_role: manager}
              hosts: {n1: {}}
            s:
              vars: {cluster_id: s, cluster_role: service, extra_port: 1, driver: inner}
              hosts: {n2: {}}
        """);
    stage.file("inner.yml", "plan: inner\nsteps: [{name: i, consul_kv: {key: k, value: v}}]\n");
  }

  @Test
  void what_other_nodes_have_may_be_named_where_this_one_never_comes() {
    String plan =
        """
        plan: p
        vars: {port: "{{ cluster.role == 'service' ? extra_port : 5432 }}"}
        steps:
          - name: whichever
            consul_service: {name: x, port: "{{ port }}"}
          - name: asked for
            when: nobody_has is defined and nobody_has.port > 1
            consul_kv: {key: "{{ port is defined ? port : 1 }}", value: v}
          - name: included
            when: cluster.role == 'service'
            include: "{{ driver }}.yml"
          - name: of its role
            when: cluster.role == 'service'
            include: "{{ cluster.role }}s.yml"
          - name: services look
            when: cluster.role == 'service'
            lookup: {key: k}
            register: seen
          - name: each looks
            for_each: cluster.peers
            as: peer
            lookup: {key: "{{ peer.name }}"}
            register: all_seen
          - name: skipped
            when: seen.found | default(false)
            consul_kv: {key: "{{ extra_port }}", value: v}
          - name: skipped as well
            when: not (seen.skipped is defined or seen.found)
            consul_kv: {key: "{{ extra_port }}", value: v}
          - name: for services
            when: cluster.role == 'service'
            steps: [{name: theirs, lookup: {key: k}, register: theirs}]
          - name: for services alone
            when: cluster.role == 'service' and theirs.found
            consul_kv: {key: k, value: "{{ theirs.value }}"}
          - name: for all
            consul_kv: {key: k, value: "{{ cluster.role == 'service' ? theirs.found : '' }}"}
          - name: no peer
            for_each: all_seen.results
            consul_kv: {key: "{{ extra_port }}", value: v}
          - name: who knows
            when: not seen.changed
            lookup: {key: l}
            register: other
          - name: the first of none
            when: other.found
            consul_kv: {key: "{{ (cluster.peers | first).name }}", value: v}
        """;
    roles();
    stage.file("services.yml", "plan: s\nsteps: [{name: i, consul_kv: {key: k, value: v}}]\n");
    assertThat(stage.on("n1", "n2").check(plan)).isEmpty();
    stage.file("managers.yml", "plan: m\nsteps: [{name: i, consul_kv: {key: k, value: v}}]\n");
    assertThat(stage.on("n1").check(plan)).isEmpty();
  }

  @Test
  void what_a_node_lacks_where_it_comes_is_told_although_others_have_it() {
    roles();
    List<Diagnostic> found =
        stage
            .on("n1")
            .check(
                """
                plan: p
                steps:
                  - name: port
                    consul_service: {name: x, port: "{{ extra_port }}"}
                  - name: services look
                    when: cluster.role == 'service'
                    lookup: {key: k}
                    register: seen
                  - name: skipped
                    consul_kv: {key: k, value: "{{ seen.value }}"}
                  - name: included
                    include: "{{ driver }}.yml"
                """);
    assertThat(found.stream().map(PlanCheckTest::place))
        .containsExactlyInAnyOrder(
            "4:41 variable 'extra_port' is not defined",
            "10:41 there is no 'value' in this",
            "12:18 variable 'driver' is not defined");
  }

  @Test
  void a_plan_that_is_missing_for_a_node_that_may_come_is_told() {
    roles();
    stage.file("services.yml", "plan: s\nsteps: [{name: i, consul_kv: {key: k, value: v}}]\n");
    assertThat(
            stage
                .on("n1", "n2")
                .check(
                    """
                    plan: p
                    steps:
                      - name: r
                        lookup: {key: r}
                        register: r
                      - name: of its role
                        when: r.found
                        include: "{{ cluster.role }}s.yml"
                    """))
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(place(diagnostic)).isEqualTo("8:14 there is no plan 'managers.yml'");
          assertThat(diagnostic.node()).isEqualTo("n1");
        });
  }

  @Test
  void no_fault_tells_a_secret() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "hunter2pass");
    List<Diagnostic> found =
        stage.check(
            """
            plan: p
            vars: {pw: "{{ secret('file:SECRET') }}"}
            steps:
              - {name: a, on: "{{ pw }}", consul_kv: {key: k, value: v}}
              - {name: b, render_template: {template: "{{ pw }}", dest: /x}}
              - {name: c, consul_kv: {key: k, value: "{{ cluster.nodes[pw] }}"}}
              - {name: d, consul_kv: {key: k, value: "{{ cluster[pw] }}"}}
              - {name: e, wait_for: {key: k, timeout: "{{ pw | upper }}"}}
              - {name: f, include: "{{ pw }}.yml"}
            """
                .replace("SECRET", secret.toString()));
    assertThat(found).hasSize(6);
    assertThat(found.toString().toLowerCase(Locale.ROOT)).doesNotContain("hunter2pass");
    stage.on("n1");
    stage.inventory(
        "all: {vars: {pg_port: \"{{ secret('file:" + secret + "') }}\"}, hosts: {n1: }}");
    assertThat(
            stage.check(
                """
                plan: p
                steps: [{name: a, consul_kv: {key: k, value: "{{ pg.port }}"}}]
                """))
        .singleElement()
        .extracting(Diagnostic::message)
        .isEqualTo("variable 'pg_port' must be a port from 1 to 65535, not '***'");
  }

  @Test
  void fewer_nodes_at_once_than_wait_for_each_other_are_refused() {
    String plan =
        """
        plan: p
        steps:
          - name: block
            steps:
              - name: wait
                wait_for: {KIND}
        """;
    stage.nodesAtOnce(2);
    assertThat(stage.check(plan.replace("KIND", "service: s")))
        .extracting(Diagnostic::code)
        .containsExactly(Code.BAD_CONCURRENCY);
    assertThat(stage.check(plan.replace("KIND", "port: 'here:1'"))).isEmpty();
    stage.nodesAtOnce(3);
    assertThat(stage.check(plan.replace("KIND", "service: s"))).isEmpty();
  }

  private static String place(Diagnostic diagnostic) {
    Span at = Objects.requireNonNull(diagnostic.at());
    return at.line() + ":" + at.column() + " " + diagnostic.message();
  }
}
