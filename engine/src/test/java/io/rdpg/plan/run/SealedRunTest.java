package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.sealed.DocumentSeal;
import io.rdpg.plan.run.sealed.PreviewRecording;
import io.rdpg.plan.run.sealed.SealKey;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedPreview;
import io.rdpg.plan.testing.RunFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedRunTest {
  private static final String STEPS =
      """
      - name: write it
        render_template: {template: x.tpl, dest: /etc/x}
      """;

  @TempDir Path directory;

  @Test
  void a_drifted_node_is_left_alone_and_the_others_go_on() {
    RunFixture stage = new RunFixture(directory).file("x.tpl", "wanted\n").on("n1", "n2");
    stage.target.node("n1").put("/etc/x", "old\n");
    SealedFile sealed = sealed(stage);
    stage.target.node("n1").put("/etc/x", "another\n");

    RunFixture.Played played = stage.applySealed(sealed);

    assertThat(played.exit()).isEqualTo(ExitCode.PREVIEW_OUTDATED);
    assertThat(stage.target.node("n1").content("/etc/x")).hasValue("another\n");
    assertThat(stage.target.node("n2").content("/etc/x")).hasValue("wanted\n");
    assertThat(played.of(Event.DiagnosticReported.class))
        .singleElement()
        .satisfies(told -> {
          assertThat(told.diagnostic().code()).isEqualTo(Code.DRIFTED);
          assertThat(told.diagnostic().node()).isEqualTo("n1");
          assertThat(told.diagnostic().message()).contains("file /etc/x was a file of 4");
        });
  }

  @Test
  void what_fits_is_performed() {
    RunFixture stage = new RunFixture(directory).file("x.tpl", "wanted\n").on("n1", "n2");
    RunFixture.Played played = stage.applySealed(sealed(stage));
    assertThat(played.exit()).isEqualTo(ExitCode.DONE);
    assertThat(played.steps("n1")).containsExactly("changed write it");
    assertThat(stage.target.performedOn("n2")).containsExactly("file.write /etc/x");
  }

  private SealedFile sealed(RunFixture stage) {
    PreviewRecording recording = new PreviewRecording();
    stage.findings(recording).preview(STEPS);
    DocumentSeal sealing = DocumentSeal.anew(SealKey.readOrMake(directory.resolve("seal.key")));
    return new SealedFile(
        new SealedPreview(
            "1",
            "now",
            "run",
            "key",
            "nonce",
            new SealedPreview.Asked("p", null, "all", List.of(), null, false, ""),
            List.of(),
            List.of("n1", "n2"),
            recording.locks(sealing, words -> words),
            recording.steps(sealing, words -> words)),
        sealing);
  }
}
