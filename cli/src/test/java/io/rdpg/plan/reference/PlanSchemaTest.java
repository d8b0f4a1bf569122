package io.rdpg.plan.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.rdpg.plan.step.builtin.Primitives;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class PlanSchemaTest {
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(PlanSchema.of(Primitives.signatures().values()));

  static Iterable<String> examples() {
    return Primitives.signatures().values().stream().map(s -> s.example()).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_fits(String example) {
    assertThat(SCHEMA.validate(plan(example))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"key k", "[/a/, service s]", "{makes: x, changes: [y, 'database z/t']}"})
  void every_form_of_touches_fits(String touches) {
    assertThat(
            SCHEMA.validate(
                plan("- name: t\n  command: {run: [a], always: true}\n  touches: " + touches)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- nmae: no name\n  assert: {that: 'true'}",
        "- name: no primitive",
        "- name: two\n  assert: {that: 'true'}\n  include: x.yml",
        "- name: unknown\n  sql_exce: {}",
        "- name: rule\n  sql_exec: {database: d, sql: s}",
        "- name: argument\n  assert: {taht: 'true'}",
        "- name: touches\n  command: {run: [a], always: true}\n  touches: {chagnes: x}",
        "- name: touches\n  command: {run: [a], always: true}\n  touches: [{makes: x}]",
        "- name: nested\n  steps:\n    - name: no primitive"
      })
  void faults_do_not(String steps) {
    assertThat(SCHEMA.validate(plan(steps))).isNotEmpty();
  }

  private static JsonNode plan(String steps) {
    String yaml = "plan: example\nsteps:\n" + steps.indent(2);
    Object read = new Yaml().load(yaml);
    return new ObjectMapper().valueToTree(read);
  }
}
