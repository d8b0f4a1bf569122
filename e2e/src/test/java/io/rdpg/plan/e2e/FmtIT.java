package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fmt} as editors and commit hooks call it. */
@Tag("tool")
class FmtIT {
  @TempDir Path directory;

  @Test
  void standard_input_goes_to_standard_output_whatever_the_locale() throws IOException {
    Files.writeString(directory.resolve("plan.yml"), "plan:   größe # 日本\r\n");
    assertThat(fmt("-").stdout()).isEqualTo("plan: größe # 日本\n");
    assertThat(fmt("- --check")).isEqualTo(new CommandResult(10, "<stdin>\n", ""));
    assertThat(fmt("- --check --diff").stdout()).contains("<stdin>", "@@ -1,1 +1,1 @@");
  }

  @Test
  void what_is_in_its_form_or_is_no_yaml() throws IOException {
    Files.writeString(directory.resolve("plan.yml"), "plan: p\n");
    assertThat(fmt("--check -")).isEqualTo(new CommandResult(0, "", ""));
    Files.writeString(directory.resolve("plan.yml"), "plan: [\n");
    CommandResult refused = fmt("-");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.stdout()).isEmpty();
    assertThat(refused.stderr()).startsWith("<stdin>:2:1: ");
    assertThat(fmt("- plan.yml").stderr()).contains("- is standard input");
  }

  private CommandResult fmt(String words) throws IOException {
    return Running.run(
        directory,
        LabUnderTest.ENVIRONMENT,
        List.of("sh", "-c", "LC_ALL=C \"$RDPG_PLAN\" fmt " + words + " <plan.yml"));
  }
}
