package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found wrong with a plan before anything is contacted. */
class PlanCheckTest {
  @TempDir Path folder;

  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(folder).on("n1", "n2", "n3");
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
    assertThat(found).allMatch(fault -> fault.code() == Code.UNDEFINED_VARIABLE);
    assertThat(found.stream().map(fault -> place(fault)))
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
        .satisfies(fault -> assertThat(fault.hint()).isEqualTo("did you mean 'cluster'?"));
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
                for_each: [a]
                render_template: {template: "{{ item }}.conf", dest: /x}
            """);
    assertThat(found)
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.code()).isEqualTo(Code.MISSING_FILE);
          assertThat(place(fault)).isEqualTo("4:33 there is no file 'missing.conf'");
          assertThat(fault.hint()).contains("looked in");
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
        .satisfies(fault -> {
          assertThat(Objects.requireNonNull(fault.at()).file()).endsWith("x.conf");
          assertThat(place(fault)).isEqualTo("3:4 variable 'unknown' is not defined");
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
        .satisfies(fault -> assertThat(fault.code()).isEqualTo(Code.BAD_TEMPLATE));
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

  private static String place(Diagnostic fault) {
    Span at = Objects.requireNonNull(fault.at());
    return at.line() + ":" + at.column() + " " + fault.message();
  }
}
