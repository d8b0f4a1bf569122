package io.rdpg.plan.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a node is sure to write, before anything is known of its state. */
class WrittenFilesTest {
  @TempDir Path directory;

  private List<String> written(String steps) throws IOException {
    return found(steps).stream().map(written -> written.placing().path()).toList();
  }

  private List<WrittenFiles.Written> found(String steps) throws IOException {
    Path inventory =
        Files.writeString(
            directory.resolve("inventory.yml"),
            """
            all:
              vars: {role: service}
              hosts:
                n1: {ansible_host: 10.0.0.1}
                n2: {ansible_host: 10.0.0.2}
            """);
    Files.writeString(directory.resolve("a.txt"), "{{ node.name }}");
    Path file =
        Files.writeString(directory.resolve("p.yml"), "plan: p\nsteps:\n" + steps.indent(2));
    Sources sources = Sources.read(inventory, List.of(), _ -> Map.of());
    Plan plan =
        new PlanCompiler(sources, Primitives.all(), Primitives.signatures())
            .read(file, NodeSelection.of("all"), null)
            .plan();
    return WrittenFiles.of(
        plan,
        Set.of(),
        NodeKnowledge.of(
            sources.templates(),
            sources.facts(),
            sources.inventory().node("n1").orElseThrow(),
            new HashMap<>()),
        new ArgumentRenderer(sources.templates(), sources.files()),
        Primitives.all());
  }

  @Test
  void with_the_owner_and_group_as_far_as_they_are_known() throws IOException {
    assertThat(
            found(
                LOOK
                    + """
                    - name: file
                      render_template:
                        {template: a.txt, dest: /a/x, owner: "{{ role }}", group: "{{ look.value }}"}
                    """))
        .singleElement()
        .satisfies(written ->
            assertThat(written.placing()).isEqualTo(new Read.Placing("/a/x", "service", null)));
  }

  private static String file(String path, String more) {
    return """
    - name: "file %1$s"
      render_template: {template: a.txt, dest: "%1$s"}
      %2$s
    """
        .formatted(path, more);
  }

  private static final String LOOK =
      """
      - name: look
        lookup: {key: k}
        register: look
      """;

  @Test
  void those_of_every_step_that_it_comes_to() throws IOException {
    assertThat(
            written(
                file("/a/{{ node.name }}", "")
                    + file("/b/x", "when: role == 'service'")
                    + file("/c/x", "when: role == 'other'")
                    + """
                    - name: a lock
                      consul_lock:
                        key: k
                        wait: 1m
                        steps:
                    """
                    + file("/d/x", "").indent(6)
                    + """
                    - name: watch
                      register_watch: {name: w, type: services, handler: [/h], config_dir: /e}
                    """))
        .containsExactly("/a/n1", "/b/x", "/d/x", "/e/");
  }

  @Test
  void not_those_of_which_the_run_decides() throws IOException {
    assertThat(
            written(
                LOOK
                    + file("/a/x", "when: look.found")
                    + file("/b/{{ look.value }}", "")
                    + file("/c/x", "on: n2")
                    + """
                    - name: try
                      steps:
                    """
                    + file("/d/x", "").indent(4)
                    + "  on_failure:\n"
                    + file("/e/x", "").indent(4)))
        .containsExactly("/d/x");
  }

  @Test
  void none_after_a_command_which_may_make_directories() throws IOException {
    String command = "- {name: make, command: {run: [install, -d, /b], always: true}%s}\n";
    assertThat(written(file("/a/x", "") + command.formatted("") + file("/b/x", "")))
        .containsExactly("/a/x");
    assertThat(written(command.formatted(", when: node.name == 'n2', on: n1") + file("/b/x", "")))
        .as("which another node runs")
        .isEmpty();
  }
}
