package io.rdpg.plan.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.reference.NodePackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of a status and of a run in the browser that people open them with. */
@Tag("tool")
class PagesIT {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final Path LOOK =
      Path.of("../e2e/src/test/resources/pictures/look.mjs").toAbsolutePath().normalize();

  /** Screenshots stay here, for people to look at. */
  private static final Path SHOTS = Path.of("target", "pictures").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void a_status() throws IOException {
    JsonNode seen = seen(new StatusPage(SampleStatus.withProblems()).write(), "status");
    assertThat(seen.path("title").asText()).isEqualTo("Status of i.yml");
    assertThat(seen.path("text").asText())
        .contains(
            "2 problems",
            "a: it is <b>down</b> & out <script>alert(1)</script>",
            "hint: do it",
            "16 MB",
            "2.0 kB, 0.3 s",
            "rdpg/c/lock",
            "dial tcp: refused");
  }

  @Test
  void a_preview_and_a_run() throws IOException {
    RunPage preview = new RunPage(CLOCK, () -> "Sealed preview x, SHA-256 abc");
    SampleRun.preview().forEach(preview::on);
    assertThat(seen(preview.content(), "preview").path("text").asText())
        .contains(
            "Preview of plans/bootstrap.yml on inventories/lab.yml",
            "1 step would change, 1 tentative",
            "Sealed preview x, SHA-256 abc",
            "run in postgres: CREATE DATABASE rdpg");

    RunPage run = new RunPage(CLOCK, () -> "");
    SampleRun.apply().forEach(run::on);
    assertThat(seen(run.content(), "run").path("text").asText())
        .contains(
            "1 step failed; 1 step changed",
            "+host all all 127.0.0.12/32 scram-sha-256",
            "PASSWORD ***",
            "add an unless");
  }

  /** What a browser sees of a page that is quiet, alone and not too wide, light and dark. */
  private JsonNode seen(String page, String name) throws IOException {
    Files.createDirectories(SHOTS);
    Path file = Files.writeString(directory.resolve(name + ".html"), page);
    List<String> command =
        List.of(
            DebianProgram.find("node", "nodejs").toString(),
            LOOK.toString(),
            "report",
            DebianProgram.find("chromium", "chromium").toString(),
            NodePackages.install("pictures").toString(),
            file.toString(),
            SHOTS.resolve(name).toString());
    String said = Running.run(directory, Map.of(), command).exits(0).said();
    JsonNode seen = new ObjectMapper().readTree(said.lines().toList().getLast());
    assertThat(seen.path("said")).as("console").isEmpty();
    assertThat(seen.path("asked")).as("requests: itself, light and dark").hasSize(2);
    assertThat(seen.path("closed").asInt()).isZero();
    assertThat(seen.path("scripts").asInt()).isZero();
    assertThat(seen.path("images").asInt()).isZero();
    assertThat(seen.path("tooWide").asBoolean(true)).isFalse();
    assertThat(seen.path("light").asText()).isEqualTo("rgb(255, 255, 255)");
    assertThat(seen.path("dark").asText()).isEqualTo("rgb(13, 17, 23)");
    return seen;
  }
}
