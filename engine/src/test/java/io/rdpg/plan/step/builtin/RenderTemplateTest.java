package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenderTemplateTest {
  private static final String YAML = "{template: new, dest: /f, owner: o, mode: 0640}";

  @Test
  void owners_are_names() {
    for (String who : List.of("owner", "group")) {
      assertThatThrownBy(
              () -> diff("{template: new, dest: /f, " + who + ": 0}", new Observation.NoFile()))
          .hasMessageContaining("'" + who + "' must be a name, not the id 0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "new, o, 416,",
    "old, o, 416, content differs",
    "new, x, 416, owner differs",
    "old, o, 420, content and mode differ",
  })
  void content_owner_and_mode_are_kept(
      String content, String owner, int mode, @Nullable String differs) {
    Diff diff = diff(YAML, new Observation.File(Text.plain(content), owner, "any", mode));
    if (differs == null) {
      assertThat(diff).isEqualTo(new Diff.InSync("content, owner and mode are equal"));
    } else {
      assertThat(((Diff.Change) diff).because()).isEqualTo(differs);
    }
  }

  @Test
  void a_new_file_is_shown_as_diff_shows_it() {
    Diff.Change change = (Diff.Change) diff(YAML, new Observation.NoFile());
    assertThat(change.effects())
        .containsExactly(new Effect.WriteFile("/f", Text.plain("new"), "o", null, 0640, List.of()));
    assertThat(change.detail()).isEqualTo("--- /dev/null\n+++ /f\n@@ -0,0 +1,1 @@\n+new");
  }

  @Test
  void a_changed_file_is_shown_as_diff_shows_it() {
    Diff.Change change =
        (Diff.Change) diff(YAML, new Observation.File(Text.plain("old\n"), "o", "g", 0640));
    assertThat(change.detail()).isEqualTo("--- /f\n+++ /f\n@@ -1,1 +1,1 @@\n-old\n+new");
  }

  @Test
  void where_only_the_mode_differs_no_difference_is_shown() {
    Diff.Change change =
        (Diff.Change) diff(YAML, new Observation.File(Text.plain("new"), "o", "g", 0644));
    assertThat(change.detail()).isNull();
  }

  @Test
  void nothing_but_a_file_is_overwritten() {
    assertThat(((Diff.Refused) diff(YAML, new Observation.OtherFile("a directory"))).message())
        .isEqualTo("/f is a directory, not a regular file");
  }

  @Test
  void what_has_no_directory_is_refused_with_what_makes_one() {
    Diff.Refused refused = (Diff.Refused) diff(YAML, new Observation.NoDirectory("/etc/app"));
    assertThat(refused.message())
        .isEqualTo("directory /etc/app doesn't exist, so /f can't be written");
    assertThat(refused.hint())
        .isEqualTo(
            "create it in an earlier step, with command: {run: [install, -d, /etc/app], unless:"
                + " [test, -d, /etc/app]}");
  }

  @Test
  void a_destination_is_absolute() {
    assertThatThrownBy(() -> diff("{template: x, dest: f}", new Observation.NoFile()))
        .hasMessageContaining("absolute path");
  }

  private static Diff diff(String yaml, Observation observation) {
    return StepArguments.diff(new RenderTemplate(), yaml, observation);
  }
}
