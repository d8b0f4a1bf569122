package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.reference.EventReference;
import io.rdpg.plan.reference.KeyReference;
import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.reference.PrimitiveReference;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.builtin.Primitives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocsTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path directory;

  @Test
  void primitives_are_what_the_code_says() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/primitives.md")))
        .as("out of date: ./rdpg-plan explain --markdown > docs/primitives.md")
        .isEqualTo(PrimitiveReference.markdown(Primitives.signatures().values()));
  }

  @Test
  void events_are_what_the_code_says() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/events.md")))
        .as("out of date: ./rdpg-plan explain events > docs/events.md")
        .isEqualTo(EventReference.markdown());
    assertThat(Effect.Kind.values()).hasSameSizeAs(Effect.class.getPermittedSubclasses());
  }

  @Test
  void the_schema_is_what_the_code_says() throws IOException {
    assertThat(Files.readString(ROOT.resolve("plans/plan.schema.json")))
        .as("out of date: ./rdpg-plan schema > plans/plan.schema.json")
        .isEqualTo(PlanSchema.of(Primitives.signatures().values()).toPrettyString() + "\n");
  }

  @Test
  void the_keys_of_the_plan_language_are_what_the_code_says() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/plan-language.md")))
        .as("out of date: put in place what ./rdpg-plan explain plan --markdown prints")
        .contains("## A plan's keys\n\n" + KeyReference.planTable() + "\n")
        .as("out of date: put in place what ./rdpg-plan explain step --markdown prints")
        .contains(KeyReference.stepTable() + "\n");
  }

  @Test
  void every_shipped_plan_names_the_schema() throws IOException {
    Path plans = ROOT.resolve("plans");
    try (Stream<Path> files = Files.walk(plans)) {
      for (Path plan : files.filter(file -> file.toString().endsWith(".yml")).toList()) {
        String first = Files.readString(plan).lines().findFirst().orElse("");
        assertThat(first).as("%s", plan).startsWith("# yaml-language-server: $schema=");
        assertThat(plan.resolveSibling(first.substring(first.indexOf('=') + 1)).normalize())
            .isEqualTo(plans.resolve("plan.schema.json").normalize());
      }
    }
  }

  /** The plan that the README shows, mistyped as it shows. */
  @Test
  void the_faults_of_the_readme_are_what_validate_says() throws IOException {
    String page = Files.readString(ROOT.resolve("README.md"));
    String plan = page.substring(page.indexOf("plan: analytics"));
    Files.writeString(
        directory.resolve("analytics.yml"),
        plan.substring(0, plan.indexOf("```"))
            .replace("\"{{ database }}\"", "\"{{ databse }}\"")
            .replace("unless: SELECT 1 FROM pg_extension", "unles: SELECT 1 FROM pg_extension"));
    InProcessCommands commands = new InProcessCommands();
    Path home = ROOT.toAbsolutePath().normalize();
    assertThat(commands.run(directory, home, "validate", "analytics.yml")).isEqualTo(2);
    String told = commands.err().replace(directory + "/", "");
    assertThat(page).contains("$ ./rdpg-plan validate analytics.yml\n" + told);
  }
}
