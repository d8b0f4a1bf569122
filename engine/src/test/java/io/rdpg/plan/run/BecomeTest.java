package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As which user each step runs. */
class BecomeTest {
  private static final String LOGIN = "-";

  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
    for (String command : List.of("a", "b", "c", "d", "e", "f", "g", "who")) {
      stage.target.node("n1").on(command, () -> {});
      stage.target.node("n2").on(command, () -> {});
    }
    stage.target.node("n1").succeeds("true");
  }

  private RunFixture inventory(String variables) {
    return stage.inventory(
        """
        all:
          hosts:
            n1: {ansible_host: 10.0.0.1, %s}
            n2: {ansible_host: 10.0.0.2, ansible_become: true, ansible_become_user: second}
        """
            .formatted(variables));
  }

  /** Who ran each command, in order. */
  private List<String> users() {
    return stage.target.performed().stream()
        .map(one -> Objects.requireNonNullElse(one.user(), LOGIN))
        .toList();
  }

  private static String command(String name, String keys) {
    return "  - {name: %s, command: {run: [%s], always: true}%s}\n".formatted(name, name, keys);
  }

  @Test
  void nobody_is_become_unless_something_says_so() {
    stage.apply(command("a", ""));
    assertThat(users()).containsExactly(LOGIN);
  }

  @Test
  void a_steps_own_keys() {
    stage.apply(
        command("a", ", become: true")
            + command("b", ", become: true, become_user: app")
            + command("c", ", become: false, become_user: app")
            + command("d", ", become: yes, become_user: 'DOM+x.y'"));
    assertThat(users()).containsExactly("root", "app", LOGIN, "DOM+x.y");
  }

  @Test
  void the_innermost_key_counts_and_each_by_itself() {
    stage.file(
        "inner.yml",
        """
        plan: inner
        steps:
          - {name: e, command: {run: [e], always: true}}
          - {name: f, become: false, command: {run: [f], always: true}}
        """);
    stage.apply(
        """
          - name: outer
            become: true
            become_user: app
            steps:
              - {name: a, command: {run: [a], always: true}}
              - {name: b, become: false, command: {run: [b], always: true}}
              - {name: c, become_user: other, command: {run: [c], always: true}}
              - name: locked
                become_user: locker
                consul_lock:
                  key: k
                  steps:
                    - {name: d, command: {run: [d], always: true}}
              - {name: included, include: inner.yml, become_user: inside}
          - {name: g, command: {run: [g], always: true}}
        """);
    assertThat(users()).containsExactly("app", LOGIN, "other", "locker", "inside", LOGIN, LOGIN);
  }

  @Test
  void the_inventory_says_it_for_steps_that_dont() {
    inventory("ansible_become: true, ansible_become_user: app")
        .apply(
            command("a", "")
                + command("b", ", become: false")
                + command("c", ", become_user: other"));
    assertThat(users()).containsExactly("app", LOGIN, "other");
  }

  @Test
  void a_user_of_the_inventory_is_become_where_a_step_says_so() {
    inventory("ansible_become_user: app").apply(command("a", "") + command("b", ", become: true"));
    assertThat(users()).containsExactly(LOGIN, "app");
  }

  @Test
  void at_another_node_that_nodes_variables_count() {
    inventory("ansible_become: false").apply(command("a", ", on: n2") + command("b", ""));
    assertThat(users()).containsExactly("second", LOGIN);
  }

  @Test
  void templates_are_rendered_where_they_are_written() {
    stage.apply(
        """
          - name: outer
            for_each: [app, web]
            vars: {wanted: "{{ item == 'app' }}"}
            become: "{{ wanted }}"
            become_user: "{{ item }}"
            steps:
              - {name: a, for_each: [x], command: {run: [a], always: true}}
        """);
    assertThat(users()).containsExactly("app", LOGIN);
  }

  @Test
  void a_result_may_say_it_and_a_preview_is_tentative_as_long_as_it_isnt_known() {
    String steps =
        """
          - name: who
            command: {run: [who], always: true}
            register: who
          - name: a
            become: true
            become_user: "{{ who.changed ? 'app' : 'web' }}"
            command: {run: [a], always: true}
        """;
    assertThat(stage.preview(steps).step("a").at().user()).isEqualTo("app");
    stage.apply(steps);
    assertThat(users()).containsExactly(LOGIN, "app");
  }

  @Test
  void reads_and_files_are_the_users_too() {
    stage.apply(
        """
          - name: a
            become: true
            become_user: app
            command: {run: [touch, /x], unless: [test, -e, /x]}
        """);
    assertThat(stage.target.asked())
        .filteredOn(asked -> asked.read() instanceof Read.Probe)
        .isNotEmpty()
        .extracting(MemoryTarget.Asked::user)
        .containsOnly("app");
  }

  @Test
  void early_reads_are_of_their_steps_users() {
    stage.file("t.txt", "x\n");
    String steps =
        """
          - {name: a, render_template: {template: t.txt, dest: /a}}
          - {name: b, render_template: {template: t.txt, dest: /b}, become: true}
          - {name: c, command: {run: [c], unless: ["true"]}, become: true, become_user: app}
          - {name: d, command: {run: [d], unless: ["true"]}}
          - {name: e, render_template: {template: t.txt, dest: /b}}
        """;
    stage.apply(steps);
    stage.target.forgetCounts();

    RunFixture.Played again = stage.askAhead(true).apply(steps);

    assertThat(again.steps("n1")).containsExactly("ok a", "ok b", "ok c", "ok d", "ok e");
    assertThat(stage.target.asked())
        .extracting(asked ->
            asked.read().describe() + " " + Objects.requireNonNullElse(asked.user(), LOGIN))
        .containsExactlyInAnyOrder(
            "file /a -", "file /b root", "command true app", "command true -", "file /b -");
    assertThat(stage.target.askedAhead()).isPositive();
  }

  @Test
  void events_say_who_did_it() {
    RunFixture.Played played =
        stage.apply(command("a", ", become: true, become_user: app") + command("b", ""));
    assertThat(played.step("a").at().user()).isEqualTo("app");
    assertThat(played.step("b").at().user()).isNull();
  }

  @Test
  void in_a_preview_a_file_is_the_same_whoever_wrote_it() {
    stage.file("t.txt", "x\n");
    RunFixture.Played played =
        stage.preview(
            """
              - {name: a, render_template: {template: t.txt, dest: /a}, become: true}
              - {name: b, render_template: {template: t.txt, dest: /a}}
              - {name: c, command: {run: [c], unless: [test, -e, /c]}, become: true}
              - {name: d, command: {run: [c], unless: [test, -e, /c]}}
            """);
    assertThat(played.steps("n1")).startsWith("would_change a", "ok b");
    assertThat(played.step("d").status().word()).isNotEqualTo("ok");
  }

  @Test
  void what_makes_no_sense_is_told_before_any_node_is_contacted() {
    assertThat(error(command("a", ", become: true, become_user: 'a b'")))
        .contains("'become_user' must be a user's name, not 'a b'");
    assertThat(error(command("a", ", become: true, become_user: -x"))).contains("user's name");
    assertThat(error(command("a", ", become: \"{{ node.name }}\"")))
        .contains("'become' must be true or false, not 'n1'");
    assertThat(error(command("a", ", become: perhaps"))).contains("true, false or a template");
    assertThat(error(command("a", ", become: true, become_user: \"{{ nobody }}\"")))
        .contains("variable 'nobody' is not defined");
    assertThat(error(command("a", ", become_user: app")))
        .contains("has no effect without 'become'");
    assertThat(
            error(
                "  - {name: o, become_user: app, steps: [{name: a, command: {run: [a], always: true}}]}\n"))
        .contains("has no effect without 'become'");
  }

  @Test
  void a_block_may_say_the_user_and_its_steps_that_they_become() {
    stage.apply(
        """
          - name: outer
            become_user: app
            steps:
              - {name: a, become: true, command: {run: [a], always: true}}
              - {name: b, command: {run: [b], always: true}}
        """);
    assertThat(users()).containsExactly("app", LOGIN);
  }

  private String error(String steps) {
    return stage.check("plan: p\nsteps:\n" + steps).stream()
        .map(Diagnostic::message)
        .toList()
        .toString();
  }
}
