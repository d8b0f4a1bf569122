package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.sealed.DocumentSeal;
import io.rdpg.plan.run.sealed.PreviewRecording;
import io.rdpg.plan.run.sealed.SealKey;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedPreview;
import io.rdpg.plan.step.Effect;
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

  @Test
  void what_a_block_does_after_a_failure_is_done_though_no_preview_shows_it() {
    RunFixture stage = new RunFixture(directory).on("n1", "n2");
    SealedFile sealed =
        sealed(
            stage,
            """
            - name: with care
              steps:
                - name: pause
                  consul_kv: {key: "paused/{{ node.name }}", value: 1}
                - name: work
                  consul_kv: {key: "worked/{{ node.name }}", value: 1}
              on_failure:
                - name: alone
                  consul_lock:
                    key: resume
                    steps:
                      - name: resume
                        consul_kv: {key: "paused/{{ node.name }}", absent: true}
            """);
    stage.target.beforePerform((node, _, effect) -> {
      if (node.equals("n1")
          && effect instanceof Effect.PutKey put
          && put.key().startsWith("worked")) {
        throw Failure.of(Code.SQL_FAILED, "no");
      }
    });

    RunFixture.Played played = stage.applySealed(sealed);

    assertThat(played.exit()).isEqualTo(ExitCode.STEP_FAILED);
    assertThat(played.steps("n1"))
        .containsSubsequence("changed pause", "failed work", "changed resume");
    assertThat(stage.target.consul().value("paused/n1")).isEmpty();
    assertThat(stage.target.consul().value("paused/n2")).hasValue("1");
  }

  @Test
  void who_waits_for_what_a_drifted_node_was_to_do_is_told_so_at_once() {
    RunFixture stage = new RunFixture(directory).file("x.tpl", "wanted\n").on("n1", "n2", "n3");
    stage.target.node("n1").put("/etc/x", "old\n");
    SealedFile sealed =
        sealed(
            stage,
            """
            - name: write it
              when: node.name == "n1"
              render_template: {template: x.tpl, dest: /etc/x}
            - name: register
              consul_service: {id: "s-{{ node.name }}", name: s, address: "{{ node.address }}"}
            - name: set
              when: node.name == "n1"
              consul_kv: {key: k, value: v}
            - name: the key
              when: node.name == "n2"
              wait_for: {key: k, timeout: 10h}
            - name: all of them
              when: node.name == "n3"
              wait_for: {service: s, addresses: cluster.nodes, timeout: 10h}
            """);
    stage.target.node("n1").put("/etc/x", "another\n");

    RunFixture.Played played = stage.applySealed(sealed);

    assertThat(played.steps("n1")).isEmpty();
    assertThat(played.on("n2").error("the key").code()).isEqualTo(Code.PEER_FAILED);
    assertThat(played.on("n2").error("the key").message()).endsWith(": n1 failed");
    assertThat(played.on("n3").error("all of them").code()).isEqualTo(Code.PEER_FAILED);
    assertThat(played.of(Event.RunFinished.class))
        .singleElement()
        .satisfies(end -> assertThat(end.counts()).containsOnlyKeys("n1", "n2", "n3"));
  }

  @Test
  void no_batch_follows_that_of_a_drifted_node() {
    RunFixture stage = new RunFixture(directory).file("x.tpl", "wanted\n").on("n1", "n2", "n3");
    SealedFile sealed = sealed(stage, STEPS + "serial: 1\n");
    stage.target.node("n2").put("/etc/x", "another\n");

    RunFixture.Played played = stage.applySealed(sealed);

    assertThat(played.exit()).isEqualTo(ExitCode.PREVIEW_OUTDATED);
    assertThat(played.steps("n1")).containsExactly("changed write it");
    assertThat(played.steps("n3")).isEmpty();
  }

  private SealedFile sealed(RunFixture stage) {
    return sealed(stage, STEPS);
  }

  private SealedFile sealed(RunFixture stage, String steps) {
    PreviewRecording recording = new PreviewRecording();
    stage.findings(recording).preview(steps);
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
