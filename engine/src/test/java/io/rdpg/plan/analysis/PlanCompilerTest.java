package io.rdpg.plan.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCompilerTest {
  private static final String INCLUDES = "plan: p\nsteps: [{name: part, include: part.yml}]\n";

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    write("inventory.yml", "all: {vars: {a: '{{ nothing }}'}, hosts: {n1: }}\n");
    write("part.yml", "plan: part\nsteps: [{name: s, assert: {that: 1 == 1, message: m}}]\n");
  }

  @Test
  void a_file_is_read_once_however_many_plans_include_it() throws IOException {
    write("inventory.yml", "all: {hosts: {n1: }}\n");
    write("one.yml", INCLUDES);
    write("other.yml", INCLUDES);
    PlanCompiler compiler = compiler();
    assertThat(compile(compiler, "one.yml")).isEmpty();
    write("part.yml", "{");
    assertThat(compile(compiler, "other.yml")).isEmpty();
    assertThat(compile(compiler(), "other.yml")).isNotEmpty();
  }

  @Test
  void errors_are_reported_file_by_file_as_they_were_read_and_from_top_to_bottom()
      throws IOException {
    write("part.yml", "plan: part\nsteps:\n- {name: a, assert: {}}\n- {name: '{{ b }}', x: y}\n");
    write(
        "plan.yml", INCLUDES.replace("plan: p", "plan: p\nvars: {c: '{{ d }}'}\ntargets: nosuch"));
    assertThat(compile(compiler(), "plan.yml"))
        .extracting(PlanCompilerTest::place)
        .containsExactly(
            "plan.yml:1", "plan.yml:2", "part.yml:3", "part.yml:3", "part.yml:4", "part.yml:4");
  }

  private static String place(Diagnostic diagnostic) {
    var at = Objects.requireNonNull(diagnostic.at());
    return Path.of(at.file()).getFileName() + ":" + at.line();
  }

  private PlanCompiler compiler() {
    return new PlanCompiler(
        Sources.read(directory.resolve("inventory.yml"), List.of(), _ -> Map.of()),
        Primitives.all(),
        Primitives.signatures());
  }

  private List<Diagnostic> compile(PlanCompiler compiler, String plan) {
    return compiler
        .compile(directory.resolve(plan), NodeSelection.of("all"), List.of(), null)
        .diagnostics()
        .all();
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }
}
