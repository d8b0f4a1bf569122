package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.MemoryTarget;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the keys of a step mean. */
class StepsTest {
  @TempDir Path directory;

  private RunFixture stage;

  @BeforeEach
  void open() {
    stage = new RunFixture(directory);
  }

  @Test
  void steps_are_done_in_order_and_only_once() {
    String steps =
        """
          - name: a
            consul_kv: {key: a, value: 1}
          - name: b
            consul_kv: {key: b, value: "{{ node.name }} {{ cluster.id }} {{ node.address }}"}
        """;
    RunFixture.Played first = stage.apply(steps);
    assertThat(first.exit()).isEqualTo(ExitCode.DONE);
    assertThat(first.steps("n1")).containsExactly("changed a", "changed b");
    assertThat(stage.target.performedOn("n1")).containsExactly("key.put a", "key.put b");
    assertThat(stage.target.consul().value("b")).contains("n1 c 10.0.0.1");

    RunFixture.Played second = stage.apply(steps);
    assertThat(second.steps("n1")).containsExactly("ok a", "ok b");
    assertThat(stage.target.performed()).hasSize(2);
  }

  @Test
  void events_tell_the_run_from_its_start_to_its_end() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: a
                consul_kv: {key: a, value: 1}
            """);
    assertThat(played.events())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("RunStarted", "StepStarted", "StepFinished", "RunFinished");
    Event.StepFinished a = played.step("a");
    assertThat(a.at().id()).isEqualTo("a");
    assertThat(a.at().line()).isEqualTo(3);
    assertThat(a.at().plan()).isEqualTo("plan.yml");
    assertThat(a.why()).isEqualTo("the key is absent");
    assertThat(a.effects())
        .containsExactly(new Event.EffectReported(Effect.Kind.KEY_PUT, "a", "set a to '1'", null));
    assertThat(played.of(Event.RunFinished.class).getFirst().counts())
        .isEqualTo(Map.of("n1", Map.of(Status.CHANGED, 1)));
  }

  @Test
  void where_a_skipped_step_would_have_been_done_is_not_asked() {
    stage.applyAsNoted(
        """
          - name: found # ok
            lookup: {key: nothing}
            register: found
          - name: there # skipped
            when: found.found
            on: "{{ found.value }}"
            consul_kv: {key: a, value: 1}
        """);
  }

  @Test
  void a_step_whose_condition_does_not_hold_is_skipped() {
    stage.applyAsNoted(
        """
          - name: yes # changed
            when: cluster.role == "service" and node.ordinal == 1
            consul_kv: {key: a, value: 1}
          - name: no # skipped
            when: cluster.role == "manager"
            consul_kv: {key: b, value: 1}
            register: result
          - name: block # skipped
            when: no
            steps:
              - name: inner
                consul_kv: {key: c, value: 1}
          - name: knows that it was skipped # changed
            when: result.skipped and not result.changed
            consul_kv: {key: d, value: 1}
        """);
  }

  @Test
  void a_loop_does_a_step_for_each_item_and_registers_all_results() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: "set {{ thing }}"
                for_each: [x, y]
                as: thing
                when: thing != "y" or true
                consul_kv: {key: "{{ thing }}", value: "{{ thing }}{{ thing }}"}
                register: results
              - name: results
                consul_kv: {key: r, value: "{% for r in results.results %}{{ r.value }} {% endfor %}"}
              - name: peers
                for_each: cluster.peers
                as: peer
                consul_kv: {key: "{{ peer.name }}", value: "{{ peer.address }} {{ peer.pg.port }}"}
              - name: none
                for_each: []
                consul_kv: {key: none, value: 1}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.steps("n1"))
        .containsExactly(
            "changed set x", "changed set y", "changed results", "changed peers", "changed peers");
    assertThat(stage.target.consul().value("r")).contains("xx yy ");
    assertThat(stage.target.consul().value("n3")).contains("10.0.0.3 5432");
    assertThat(played.finished())
        .extracting(step -> step.at().id())
        .containsExactly(
            "set {{ thing }}[1]", "set {{ thing }}[2]", "results", "peers[1]", "peers[2]");
    assertThat(played.finished())
        .extracting(step -> step.at().item())
        .containsExactly("x", "y", null, "n2", "n3");
  }

  @Test
  void a_loop_over_no_list_fails() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: a
                for_each: node.name
                consul_kv: {key: a, value: 1}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.error("a").message()).contains("must be a list");
  }

  @Test
  void loops_over_blocks_and_nested_loops_keep_their_items() {
    stage.apply(
        """
          - name: outer
            for_each: [a, b]
            as: outer
            steps:
              - name: inner
                for_each: [1, 2]
                consul_kv: {key: "{{ outer }}{{ item }}", value: x}
        """);
    assertThat(stage.target.performedOn("n1"))
        .containsExactly("key.put a1", "key.put a2", "key.put b1", "key.put b2");
  }

  @Test
  void later_steps_see_what_a_step_registered() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: claim
                consul_kv: {key: leader, value: "{{ node.name }}", if_absent: true}
                register: leader
              - name: lead
                when: leader.changed and leader.value == node.name
                consul_kv: {key: led, value: "by {{ leader.value }}"}
              - name: undefined
                assert: {that: leader.nothing == 1, message: m}
            """);
    assertThat(stage.target.consul().value("led")).contains("by n1");
    assertThat(played.error("undefined").code()).isEqualTo(Code.RUNTIME_VARIABLE);
    assertThat(played.error("undefined").at()).isNotNull();
  }

  @Test
  void variables_win_in_four_levels_and_loops_and_results_over_all() {
    stage
        .file(
            "inner.yml",
            """
            plan: inner
            vars: {c: inner plan, d: inner plan, e: inner plan}
            steps:
              - name: inner
                consul_kv: {key: inner, value: "{{ from }},{{ b }},{{ c }},{{ d }},{{ e }}"}
            """)
        .file(
            "plan.yml",
            """
            plan: p
            vars: {from: plan, b: plan, c: plan, d: plan, e: plan}
            steps:
              - name: include
                include: inner.yml
                vars: {d: include, e: include}
              - name: outer
                vars: {b: step}
                consul_kv: {key: outer, value: "{{ b }},{{ c }}"}
              - name: loop
                for_each: [item]
                as: e
                consul_kv: {key: loop, value: "{{ e }}"}
            """)
        .extra("e=command line");
    stage.play(directory.resolve("plan.yml"), false);
    assertThat(stage.target.consul().value("inner"))
        .contains("plan,plan,inner plan,include,command line");
    assertThat(stage.target.consul().value("outer")).contains("step,plan");
    assertThat(stage.target.consul().value("loop")).contains("item");
  }

  @Test
  void a_steps_variable_may_be_made_of_the_outer_one_of_its_name() {
    stage.apply(
        """
          - name: block
            vars: {x: "{{ from }}-1"}
            steps:
              - name: inner
                vars: {x: "{{ x }}-2"}
                steps:
                  - name: innermost
                    consul_kv: {key: k, value: "{{ x }}"}
        """);
    assertThat(stage.target.consul().value("k")).contains("inventory-1-2");
  }

  @Test
  void a_variable_that_is_defined_by_itself_is_told() {
    stage.file(
        "plan.yml",
        """
        plan: p
        vars: {a: "{{ b }}", b: "{{ a }}"}
        steps:
          - name: a
            consul_kv: {key: k, value: "{{ a }}"}
        """);
    RunFixture.Played played = stage.play(directory.resolve("plan.yml"), false);
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.error("a").message()).contains("'a' is defined by itself");
  }

  @Test
  void a_step_is_done_at_the_node_that_on_names_and_so_is_what_it_holds() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: elsewhere
                on: n2
                consul_kv: {key: k, value: "{{ node.name }}"}
              - name: block
                on: "{{ (cluster.peers | last).name }}"
                steps:
                  - name: inner
                    consul_service: {name: s, address: "{{ node.address }}", port: 1}
                  - name: back
                    on: "{{ node.name }}"
                    consul_service: {name: s, port: 1}
            """);
    assertThat(stage.target.performed())
        .extracting(MemoryTarget.Performed::node)
        .containsExactly("n2", "n3", "n1");
    assertThat(stage.target.consul().value("k")).contains("n1");
    assertThat(played.step("elsewhere").at().on()).isEqualTo("n2");
    assertThat(played.step("inner").at().on()).isEqualTo("n3");
    assertThat(played.step("back").at().on()).isNull();
  }

  @Test
  void an_unknown_node_in_on_fails_the_step() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: nowhere
                on: n9
                consul_kv: {key: k, value: v}
            """);
    assertThat(played.error("nowhere").message()).contains("no node 'n9'");
    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
  }

  @Test
  void tags_choose_steps_their_own_or_those_of_what_holds_them() {
    RunFixture.Played played =
        stage
            .tags("now")
            .applyAsNoted(
                """
                  - name: lookup
                    lookup: {key: k}
                    register: found
                  - name: needs the lookup
                    when: found.value == "x"
                    steps:
                      - name: inside
                        consul_kv: {key: a, value: 1}
                  - name: block
                    tags: now
                    steps:
                      - name: in the block # changed
                        consul_kv: {key: b, value: 1}
                  - name: holder
                    steps:
                      - name: deep # changed
                        tags: [other, now]
                        consul_kv: {key: c, value: 1}
                      - name: not this
                        consul_kv: {key: d, value: 1}
                  - name: guard
                    tags: always
                    steps:
                      - name: always # changed
                        consul_kv: {key: e, value: 1}
                """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void an_include_may_be_chosen_by_a_variable() {
    stage.file(
        "by/inventory.yml",
        """
        plan: by inventory
        steps:
          - name: deep
            consul_kv: {key: k, value: "{{ node.name }}"}
        """);
    RunFixture.Played played =
        stage.apply(
            """
              - name: included
                include: by/{{ from }}.yml
            """);
    Event.At deep = played.step("deep").at();
    assertThat(deep.id()).isEqualTo("included/inventory.yml/deep");
    assertThat(deep.plan()).isEqualTo("inventory.yml");
    assertThat(deep.depth()).isEqualTo(1);
  }

  @Test
  void what_is_split_is_a_list_and_a_mode_in_a_variable_stays_as_it_is_written() {
    RunFixture.Played played =
        stage.apply(
            """
              - name: key {{ item }}
                vars: {modes: {private: 0400}}
                for_each: "'a,b' | split(',')"
                consul_kv: {key: "{{ item }}", value: "{{ modes.private }}"}
            """);
    assertThat(played.steps("n1")).containsExactly("changed key a", "changed key b");
    assertThat(stage.target.consul().value("b")).contains("0400");
  }

  @Test
  void a_turn_is_called_by_its_items_name_or_by_some_words_of_it() {
    String words = "word ".repeat(30);
    RunFixture.Played played =
        stage.apply(
            """
              - name: key
                for_each:
                  - {name: named, value: x}
                  - {key: a, value: b}
                  - {key: c, value: "%1$s"}
                  - "%1$s"
                consul_kv: {key: k, value: "{{ item | json }}"}
              - name: put {{ item }}
                for_each: ["%1$s"]
                consul_kv: {key: k, value: "{{ item }}"}
              - name: put map {{ item }}
                for_each: [{key: c, value: "%1$s%1$s"}]
                consul_kv: {key: k, value: v}
            """
                .formatted(words));
    assertThat(played.finished())
        .extracting(one -> one.at().called())
        .containsExactly(
            "key [named]",
            "key [{key=a, value=b}]",
            "key [c]",
            "key [" + words.substring(0, 57) + "...]",
            "put " + words,
            ("put map {key=c, value=" + words + words).substring(0, 157) + "...");
    assertThat(played.finished()).extracting(one -> one.at().id()).contains("key[4]");
  }

  @Test
  void an_item_that_holds_a_secret_is_not_told() {
    stage
        .target
        .node("n1")
        .database("d")
        .observation("SELECT pw", java.util.Map.of("pw", "hidden-word"));
    RunFixture.Played played =
        stage.apply(
            """
              - name: passwords
                lookup: {database: d, sql: SELECT pw, secret: [pw]}
                register: found
              - name: use {{ row.pw }}
                for_each: found.rows
                as: row
                consul_kv: {key: k, value: "{{ row.pw }}"}
            """);
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(stage.target.consul().value("k")).contains("hidden-word");
    assertThat(played.events().toString()).doesNotContain("hidden-word");
    assertThat(List.copyOf(played.steps("n1"))).containsExactly("ok passwords", "changed use ***");
  }
}
