package io.rdpg.plan.language.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanReaderTest {
  @TempDir Path directory;

  private final List<Map<String, Value>> asked = new ArrayList<>();

  @Test
  void reads_all_that_a_step_can_say() throws IOException {
    Plan plan =
        read(
            """
            plan: p
            about: what it does
            targets: [mc*, "!mc1"]
            serial: 2
            vars: {a: 1}
            steps:
              - name: whole {{ item }}
                when: cluster.role == 'service'
                for_each: [x, y]
                as: thing
                register: result
                touches: tables
                vars: {b: 2}
                timeout: 1m
                retries: 3
                every: 2s
                on: "{{ thing }}"
                tags: now
                command: {run: [a], always: true}
              - name: block
                when: yes
                steps:
                  - name: inner
                    command: {run: [x], unless: [y]}
              - name: lock
                consul_lock:
                  key: k
                  steps:
                    - name: let go
                      consul_lock: {release: true}
            """);
    assertThat(plan.name()).isEqualTo("p");
    assertThat(plan.targets()).isEqualTo("mc*,!mc1");
    assertThat(plan.serial()).isEqualTo(2);
    assertThat(plan.steps().get(0))
        .isInstanceOfSatisfying(
            Step.Task.class,
            task -> {
              Step.Head head = task.head();
              assertThat(head.name()).isEqualTo("whole {{ item }}");
              assertThat(head.when()).isInstanceOf(Value.Str.class);
              assertThat(head.forEach()).isInstanceOf(Value.Seq.class);
              assertThat(head.as()).isEqualTo("thing");
              assertThat(head.register()).isEqualTo("result");
              assertThat(head.touches()).hasSize(1);
              assertThat(head.vars()).containsOnlyKeys("b");
              assertThat(head.timeout()).isEqualTo(Duration.ofMinutes(1));
              assertThat(head.retries()).isEqualTo(3);
              assertThat(head.every()).isEqualTo(Duration.ofSeconds(2));
              assertThat(head.on()).isNotNull();
              assertThat(head.tags()).isEqualTo(Set.of("now"));
              assertThat(head.at().line()).isEqualTo(7);
              assertThat(task.primitive()).isEqualTo("command");
              assertThat(task.arguments().entries()).containsOnlyKeys("run", "always");
            });
    assertThat(plan.steps().get(1)).isInstanceOf(Step.Block.class);
    assertThat(plan.steps().get(2))
        .isInstanceOfSatisfying(
            Step.LockScope.class,
            lock -> {
              assertThat(lock.arguments().entries()).containsOnlyKeys("key");
              assertThat(lock.steps()).singleElement().isInstanceOf(Step.Release.class);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          never              | 'never' is no tag here, it is a word of Ansible
          [a, untagged]      | 'untagged' is no tag here, it is a word of Ansible
          "a,b"              | 'a,b' is no tag: -t can't name it
          "{{ a }}"          | '{{ a }}' is no tag: -t can't name it
          """,
      quoteCharacter = '`')
  void tags_that_choose_nothing_are_refused(String tags, String message) throws IOException {
    write(
        "plan.yml",
        "plan: p\nsteps:\n  - {name: a, tags: " + tags + ", command: {run: [a], always: true}}\n");
    Diagnostics diagnostics = new Diagnostics();
    read(directory.resolve("plan.yml"), diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::message).containsExactly(message);
  }

  @Test
  void includes_are_found_beside_the_includer_and_beside_the_root() throws IOException {
    Files.createDirectories(directory.resolve("replication/native"));
    write(
        "replication/native/join.yml",
        """
        plan: join
        steps:
          - name: a
            include: ready.yml
          - name: b
            include: common.yml
        """);
    write("replication/native/ready.yml", "plan: ready\nsteps: []\n");
    write("common.yml", "plan: common\nsteps: []\n");
    Plan plan =
        read(
            """
            plan: p
            vars: {replication: x, depth: plan}
            steps:
              - name: join
                vars: {depth: step}
                include: "replication/{{ replication }}/join.yml"
            """);
    Step.Include include = (Step.Include) plan.steps().getFirst();
    assertThat(include.plans()).containsOnlyKeys("replication/native/join.yml");
    Plan join = Objects.requireNonNull(include.plans().get("replication/native/join.yml"));
    assertThat(((Step.Include) join.steps().get(0)).plans()).containsOnlyKeys("ready.yml");
    assertThat(((Step.Include) join.steps().get(1)).plans().get("common.yml"))
        .extracting(Plan::name)
        .isEqualTo("common");
    assertThat(asked)
        .singleElement()
        .satisfies(vars -> {
          assertThat(vars).containsKeys("replication", "depth");
          assertThat(
                  LiteralOrTemplate.scalar(Objects.requireNonNull(vars.get("depth"))).orElseThrow())
              .isEqualTo("step");
        });
  }

  @Test
  void an_includes_variables_win_over_plans_and_an_inner_plan_over_an_outer() throws IOException {
    write(
        "inner.yml",
        """
        plan: inner
        vars: {a: inner, b: inner, c: inner}
        steps: [{name: x, include: "{{ replication }}.yml"}]
        """);
    write("native.yml", "plan: native\nsteps: []\n");
    read(
        """
        plan: p
        vars: {a: outer, b: outer, d: outer}
        steps: [{name: x, vars: {b: step}, include: inner.yml}]
        """);
    assertThat(asked)
        .singleElement()
        .satisfies(vars ->
            assertThat(vars.values().stream().map(v -> LiteralOrTemplate.scalar(v).orElseThrow()))
                .containsExactlyInAnyOrder("inner", "step", "inner", "outer"));
  }

  @Test
  void a_release_may_stand_in_what_a_lock_includes() throws IOException {
    write("inner.yml", "plan: inner\nsteps:\n- name: r\n  consul_lock: {release: true}\n");
    read(
        """
        plan: p
        steps:
          - name: lock
            consul_lock: {key: k, steps: [{name: in, include: inner.yml}]}
        """);
    Diagnostics diagnostics = new Diagnostics();
    read(directory.resolve("inner.yml"), diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.BAD_VALUE);
  }

  static List<Signature> signatures() {
    return List.copyOf(Primitives.signatures().values());
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void the_example_of_every_primitive_is_read(Signature signature) throws IOException {
    Plan plan = read("plan: p\nsteps:\n" + signature.example().indent(2));
    assertThat(plan.steps()).isNotEmpty();
  }

  @Test
  void extra_variables_are_strings_or_yaml() throws IOException {
    write("vars.yml", "a: 1\nb: [x]\n");
    Diagnostics diagnostics = new Diagnostics();
    Map<String, Value> vars =
        ExtraVars.read(
            List.of("c=5", "d=a b=c", "@" + directory.resolve("vars.yml"), "{e: true, a: 2}", "f="),
            Vault.WITHOUT_PASSWORDS,
            diagnostics);
    assertThat(diagnostics.isEmpty()).isTrue();
    assertThat(vars).containsOnlyKeys("a", "b", "c", "d", "e", "f");
    assertThat(vars.get("c")).isInstanceOf(Value.Str.class);
    assertThat(vars.get("d"))
        .isInstanceOfSatisfying(Value.Str.class, str -> assertThat(str.text()).isEqualTo("a b=c"));
    assertThat(vars.get("a"))
        .isInstanceOfSatisfying(Value.Num.class, num -> assertThat(num.source()).isEqualTo("2"));
    assertThat(vars.get("e")).isInstanceOf(Value.Bool.class);
    ExtraVars.read(
        List.of("nonsense", "a-b=1", "@/no/such", "{x"), Vault.WITHOUT_PASSWORDS, diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::code)
        .containsExactly(
            Code.BAD_COMMAND_LINE, Code.BAD_COMMAND_LINE, Code.MISSING_FILE, Code.SYNTAX);
  }

  private Plan read(String text) throws IOException {
    write("plan.yml", text);
    Diagnostics diagnostics = new Diagnostics();
    Plan plan = read(directory.resolve("plan.yml"), diagnostics);
    assertThat(diagnostics.all()).isEmpty();
    return plan;
  }

  private Plan read(Path file, Diagnostics diagnostics) {
    return new PlanReader(Primitives.signatures(), FileLayers.none())
        .read(
            file,
            (path, vars) -> {
              asked.add(vars);
              return Set.of(path.text().replace("{{ replication }}", "native"));
            },
            diagnostics);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
