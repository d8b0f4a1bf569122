package io.rdpg.plan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.reference.NodePackages;
import io.rdpg.plan.testing.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures in the programs that people open them with: Graphviz, Mermaid, a browser. */
@Tag("tool")
@Tag("long")
class RenderedGraphsIT {
  private static final Path SOURCE =
      Path.of("../e2e/src/test/resources/pictures").toAbsolutePath().normalize();

  /** Screenshots stay here, for people to look at. */
  private static final Path SHOTS = Path.of("target", "pictures").toAbsolutePath();

  private static Path chromium = SHOTS;
  private static Path modules = SHOTS;

  @TempDir Path directory;

  record Case(String name, PlanGraph picture) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> pictures() {
    Case bootstrap = new Case("bootstrap", ShippedPlanGraphs.bootstrap());
    return Stream.concat(
            Stream.of(bootstrap),
            Sweep.of(List.of(1L, 2L, 5L), 1).stream()
                .map(seed -> new Case("sketch-" + seed, RandomGraphs.picture(seed))))
        .toList();
  }

  @BeforeAll
  static void programs() throws IOException {
    chromium = DebianProgram.find("chromium", "chromium");
    modules = NodePackages.install("pictures");
    Files.createDirectories(SHOTS);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void graphviz_draws_it(Case one) throws IOException {
    String dot = DebianProgram.find("dot", "graphviz").toString();
    for (boolean whole : new boolean[] {false, true}) {
      Path file = written(GraphFormat.DOT, one, whole);
      Path svg = directory.resolve("drawn.svg");
      String said = run(dot, "-Tsvg", "-o", svg.toString(), file.toString());
      assertThat(said).as("what Graphviz complains of").doesNotContain("rror", "syntax");
      FlowEdges flow = new FlowEdges(whole ? one.picture() : one.picture().folded());
      assertThat(Files.readString(svg).split("class=\"edge\"", -1))
          .hasSize(flow.edges().size() + flow.wires().size() + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void mermaid_draws_it(Case one) throws IOException {
    Path file = written(GraphFormat.MERMAID, one, false);
    JsonNode seen = read("mermaid", file, one.name() + "-mermaid");
    FlowEdges flow = new FlowEdges(one.picture().folded());
    assertThat(seen.path("edges").asInt()).isEqualTo(flow.edges().size() + flow.wires().size());
    assertThat(seen.path("nodes").asInt()).isPositive();
    assertThat(seen.path("scripts").asInt()).isZero();
    assertThat(seen.path("said")).isEmpty();
    assertThat(seen.path("asked")).isEmpty();
    if (one.name().equals("bootstrap")) {
      assertThat(seen.path("text").asText())
          .contains("rdpg/{{ cluster.id }}/bootstrap/lock", "if leader.value == (node.address ~");
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void a_browser_keeps_texts_in_their_plates(Case one) throws IOException {
    JsonNode seen = read("svg", written(GraphFormat.SVG, one, false), one.name() + "-svg");
    assertThat(seen.path("texts").asInt()).isPositive();
    assertThat(seen.path("over")).as("texts that reach out").isEmpty();
    assertThat(seen.path("across")).as("texts over each other").isEmpty();
    assertThat(seen.path("said")).isEmpty();
    assertThat(seen.path("asked")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void a_browser_opens_the_page_without_a_server(Case one) throws IOException {
    Path file = written(GraphFormat.HTML, one, false);
    JsonNode seen = read("page", file, one.name() + "-page");
    assertThat(seen.path("said")).as("console").isEmpty();
    assertThat(seen.path("asked")).as("requests").hasSize(1);
    for (String list : List.of("clipped", "clippedWhole", "overlapping", "overlappingWhole")) {
      assertThat(seen.path(list)).as(list).isEmpty();
    }
    assertThat(seen.path("openAfterFoldAll").asInt()).isZero();
    assertThat(seen.path("closedAfterUnfoldAll").asInt()).isZero();
    assertThat(seen.path("dark").asText()).isEqualTo("rgb(13, 17, 23)");
    assertThat(seen.path("details").asText()).contains("written in");
  }

  @Test
  void the_page_of_the_bootstrap_folds_and_lights() throws IOException {
    Case bootstrap = pictures().getFirst();
    JsonNode seen = read("page", written(GraphFormat.HTML, bootstrap, false), "bootstrap-page");
    assertThat(seen.path("folding").toString())
        .as("closed, opened by a click, closed by a key")
        .isEqualTo("[false,true,false]");
    assertThat(seen.path("lit"))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(seen.path("wanted"));
    assertThat(seen.path("litLines").asInt()).isPositive();
    assertThat(seen.path("jumped").asBoolean()).as("a link opens what its step is in").isTrue();
    assertThat(seen.path("lines").asInt()).isPositive();
  }

  @Test
  void the_page_can_be_read_without_its_script() throws IOException {
    Case bootstrap = pictures().getFirst();
    JsonNode seen = read("plain", written(GraphFormat.HTML, bootstrap, false), "");
    assertThat(seen.path("tools").asBoolean()).isFalse();
    assertThat(seen.path("links").asInt()).as("who satisfies waits").isPositive();
    assertThat(seen.path("stepsAfter").asInt()).isGreaterThan(seen.path("steps").asInt());
  }

  private Path written(GraphFormat format, Case one, boolean whole) throws IOException {
    String text = format.write(one.picture(), whole, false);
    return Files.writeString(
        directory.resolve("picture." + format.name().toLowerCase(Locale.ROOT)), text);
  }

  private JsonNode read(String task, Path file, String shot) throws IOException {
    String said =
        run(
            DebianProgram.find("node", "nodejs").toString(),
            SOURCE.resolve("look.mjs").toString(),
            task,
            chromium.toString(),
            modules.toString(),
            file.toString(),
            shot.isEmpty() ? "" : SHOTS.resolve(shot).toString());
    return new ObjectMapper().readTree(said.lines().toList().getLast());
  }

  /** All that a program says that ends well. */
  private String run(String... command) {
    CommandResult result = Running.run(directory, Map.of(), List.of(command)).exits(0);
    return result.said();
  }
}
