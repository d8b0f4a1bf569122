package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.sealed.SealKey;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedPreview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Previews that are sealed and performed by the whole command line, on this machine's files. */
@Tag("tool")
class SealedCommandIT {
  private static final String SECRET = "s3cret-of-a-file";
  private static final String EXTRA = "an-extra-value";

  @TempDir Path directory;

  @BeforeEach
  void writeAPlan() throws IOException {
    Files.createDirectory(directory.resolve("to"));
    write("secret", SECRET + "\n");
    write("part.cfg", "part\n");
    write("x.cfg", "{% include 'part.cfg' %}wanted {{ secret('file:" + at("secret") + "') }}\n");
    write(
        "inventory.yml",
        "all:\n  hosts:\n    one: {ansible_host: 127.0.0.1, ansible_connection: local}\n");
    plan("render_template: {template: x.cfg, dest: " + at("to/x.cfg") + "}");
  }

  @Test
  void is_performed_when_nothing_has_changed() throws IOException {
    seal();
    assertThat(applySealed().exit()).isZero();
    assertThat(at("to/x.cfg")).hasContent("part\nwanted " + SECRET + "\n");
  }

  @Test
  void a_template_that_was_edited_is_told_before_anything_is_contacted() throws IOException {
    seal();
    write("part.cfg", "another part\n");
    RanInDirectory drifted = applySealed().exits(6);
    assertThat(drifted.err())
        .isEqualTo(
            """
            part.cfg has changed since it was previewed (drifted)
              hint: nothing was done: make a new preview
            """);
    write("x.cfg", "another\n");
    Files.delete(at("part.cfg"));
    assertThat(applySealed().err())
        .contains("part.cfg can no longer be found", "x.cfg has changed since it was previewed");
    assertThat(at("to/x.cfg")).doesNotExist();
  }

  @Test
  void an_edited_plan_is_told() throws IOException {
    seal();
    Files.writeString(at("p.yml"), Files.readString(at("p.yml")) + "# a word\n");
    RanInDirectory drifted = applySealed().exits(6);
    assertThat(drifted.err()).startsWith("plan p.yml has changed since it was previewed (drifted)");
    assertThat(at("to/x.cfg")).doesNotExist();
  }

  @Test
  void another_versions_preview_is_refused() throws IOException {
    seal();
    SealedFile sealed = SealedFile.read(at("sealed"), SealKey.read(at("seal.key")));
    SealedPreview made = sealed.preview();
    new SealedFile(
            new SealedPreview(
                "0.0.9",
                made.time(),
                made.run(),
                made.key(),
                made.nonce(),
                made.asked(),
                made.sources(),
                made.nodes(),
                made.locks(),
                made.steps()),
            sealed.sealing())
        .write(at("sealed"));
    RanInDirectory refused = applySealed().exits(6);
    assertThat(refused.err()).startsWith("it was made by rdpg-plan 0.0.9, and this is ");
    assertThat(at("to/x.cfg")).doesNotExist();
  }

  @Test
  void a_preview_that_fails_writes_nothing() throws IOException {
    plan("render_template: {template: x.cfg, dest: " + at("nowhere/x.cfg") + "}");
    RanInDirectory failed = preview().exits(1);
    assertThat(failed.out()).contains("directory nowhere doesn't exist, so nowhere/x.cfg can't be");
    assertThat(failed.err())
        .endsWith("no sealed preview is written to sealed: the preview failed on one\n");
    assertThat(at("sealed")).doesNotExist();
    try (var files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder(
              "state", "inventory.yml", "p.yml", "part.cfg", "seal.key", "secret", "to", "x.cfg");
    }
  }

  @Test
  void a_preview_that_fails_leaves_an_earlier_one_as_it_is() throws IOException {
    seal();
    String before = Files.readString(at("sealed"));
    plan("assert: {that: 1 == 2, message: m}");
    assertThat(preview().exit()).isEqualTo(1);
    assertThat(at("sealed")).hasContent(before);
  }

  @Test
  void its_words_hold_neither_secrets_nor_values_of_the_command_line() throws IOException {
    write(
        "p.yml",
        """
        plan: p
        vars: {pw: "{{ secret('file:%s') }}"}
        steps:
          - name: "first {{ pw }} {{ extra }}"
            consul_lock:
              key: "locks/{{ extra }}"
              wait: 1m
              steps:
                - name: "file {{ extra }}"
                  render_template:
                    {template: x.cfg, dest: "%s/{{ extra }}.cfg"}
                - name: "each {{ item }}"
                  for_each: ["{{ extra }}", "{{ pw }}"]
                  command:
                    run: [echo, "{{ extra }}"]
                    env: {PW: "{{ pw }}"}
                    stdin: "{{ item }}"
                    unless: [test, -e, "/{{ extra }}"]
        """
            .formatted(at("secret"), at("to")));
    preview("-e", "extra=" + EXTRA).exits(0);
    String text = Files.readString(at("sealed"));
    assertThat(text).doesNotContain(SECRET).doesNotContain(EXTRA);
    assertThat(text).contains("first *** ***", "locks/***", "to/***.cfg", "file {{ extra }}");
    write("x.cfg", "of another\n");
    assertThat(applySealed().err()).contains("x.cfg has changed").doesNotContain(SECRET);
  }

  @Test
  void a_secret_in_the_key_of_a_lock_is_refused() throws IOException {
    write(
        "p.yml",
        """
        plan: p
        steps:
          - name: a
            consul_lock:
              key: "{{ secret('file:%s') }}"
              wait: 1m
              steps: []
        """
            .formatted(at("secret")));
    RanInDirectory refused = preview().exits(2);
    assertThat(refused.err()).contains("must not contain a secret");
    assertThat(refused.out() + refused.err()).doesNotContain(SECRET);
    assertThat(at("sealed")).doesNotExist();
  }

  @Test
  void a_page_names_the_digest_of_what_this_run_has_sealed_and_of_nothing_else()
      throws IOException {
    plan("render_template: {template: x.cfg, dest: " + at("to/x.cfg") + "}");
    preview("--html", "page.html").exits(0);
    assertThat(Files.readString(at("page.html"))).contains(", SHA-256 ");

    plan("render_template: {template: x.cfg, dest: " + at("nowhere/x.cfg") + "}");
    preview("--html", "page.html").exits(1);
    assertThat(at("sealed")).exists();
    assertThat(Files.readString(at("page.html")))
        .contains("No sealed preview was written to ")
        .doesNotContain("SHA-256");
  }

  private void seal() {
    RanInDirectory sealed = preview().exits(0);
    assertThat(sealed.err()).contains("sealed preview written to sealed");
  }

  private RanInDirectory preview(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("apply", "p.yml", "-i", "inventory.yml", "--dry-run", "--out", "sealed"));
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  private RanInDirectory applySealed() {
    return run(List.of("apply", "--sealed", "sealed"));
  }

  private RanInDirectory run(List<String> arguments) {
    return RanInDirectory.of(directory, arguments.toArray(String[]::new));
  }

  private Path at(String name) {
    return directory.resolve(name);
  }

  /** A plan of one step. */
  private void plan(String action) throws IOException {
    write("p.yml", "plan: p\nsteps:\n  - name: a\n    " + action + "\n");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(at(name), content);
  }
}
