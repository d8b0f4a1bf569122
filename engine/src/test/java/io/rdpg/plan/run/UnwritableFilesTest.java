package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.testing.MemoryNode;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in which a file couldn't be written isn't begun. */
class UnwritableFilesTest {
  private static final String FIRST =
      """
        - name: first
          render_template: {template: file.conf, dest: /etc/first.conf}
      """;
  private static final String LAST =
      """
        - name: last
          render_template: {template: file.conf, dest: /etc/app/file.conf}
      """;

  @TempDir Path directory;
  private RunFixture stage;
  private MemoryNode node;

  @BeforeEach
  void stage() {
    stage =
        new RunFixture(directory)
            .file("file.conf", "node {{ node.name }}\n")
            .on("n1")
            .whereFilesCanBeWritten();
    node = stage.target.node("n1");
  }

  private void assertRefused(String last, String why) {
    RunFixture.Played played = stage.apply(FIRST + last);

    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(stage.target.performed()).isEmpty();
    assertThat(played.events())
        .filteredOn(Event.DiagnosticReported.class::isInstance)
        .singleElement()
        .satisfies(event ->
            assertThat(((Event.DiagnosticReported) event).diagnostic().message())
                .isEqualTo(why + ", so step 'last' couldn't write /etc/app/file.conf"));
  }

  @Test
  void whose_directory_is_missing() {
    node.lacks("/etc/app");

    assertRefused(LAST, "directory /etc/app doesn't exist");
  }

  @Test
  void whose_owner_is_missing_whatever_is_there() {
    String owned = LAST.replace("}", ", owner: stranger}");
    assertRefused(owned, "user stranger doesn't exist");

    node.put("/etc/app/file.conf", "node n1\n");
    assertRefused(owned, "user stranger doesn't exist");
  }

  @Test
  void whose_directory_is_closed_unless_it_is_there_and_may_be_in_sync() {
    node.put("/etc/app/file.conf", "node n1\n");
    node.closes("/etc/app");
    assertThat(stage.apply(FIRST + LAST).exit()).isEqualTo(ExitCode.DONE);

    node.remove("/etc/first.conf");
    node.remove("/etc/app/file.conf");
    stage.target.forgetCounts();
    assertRefused(LAST, "user nobody may not write in /etc/app");
  }

  @Test
  void but_not_one_that_a_command_may_make_room_for() {
    node.closes("/etc/app");
    node.makes("open", "is-open");
    String command =
        """
          - name: open
            command: {run: [open], unless: [is-open]}
        """;

    assertThat(stage.apply(FIRST + command + LAST).exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(node.content("/etc/first.conf")).isPresent();
  }
}
