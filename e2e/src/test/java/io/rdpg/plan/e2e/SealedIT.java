package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Previews that are sealed, and performed later: each test goes on where the one before ended. */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SealedIT {
  private static final String LIMIT = "rdpg/rdpgsc1/capacity/instances/limit";

  @AutoClose private static final LabUnderTest LAB = LabUnderTest.serviceCluster();

  @Test
  @Order(1)
  void a_sealed_preview_of_a_bare_cluster_is_performed_exactly() throws IOException {
    Path file = seal("bootstrap");
    Map<String, List<String>> sealed = sealedEffects(file);
    assertThat(sealed).hasSizeGreaterThan(20);
    CommandResult done = applySealed(file).exits(0);
    assertThat(performed(done)).isEqualTo(sealed);
    LAB.run("apply", "bootstrap", "--dry-run", "--detailed-exitcode").exits(0);
  }

  @Test
  @Order(2)
  void a_sealed_preview_is_its_owners_alone_and_holds_no_secret() throws IOException {
    Path file = LAB.directory().resolve("bootstrap.sealed");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String text = Files.readString(file);
    try (Stream<Path> secrets = Files.list(LAB.home().resolve("secrets"))) {
      List<String> values =
          secrets.filter(Files::isRegularFile).map(TestFiles::read).map(String::strip).toList();
      assertThat(values).hasSizeGreaterThan(2).doesNotContain("");
      assertThat(values).noneMatch(text::contains);
    }
  }

  @Test
  @Order(3)
  void one_that_was_tampered_with_is_refused() throws IOException {
    Path file = LAB.directory().resolve("tampered.sealed");
    String text = Files.readString(LAB.directory().resolve("bootstrap.sealed"));
    Files.writeString(file, text.replaceFirst("would_change", "would_chanke"));
    CommandResult refused = applySealed(file).exits(2);
    assertThat(refused.stdout()).contains("bad_seal", "was changed after it was sealed");
    assertThat(refused.events("run_started")).isEmpty();
  }

  @Test
  @Order(4)
  void a_plan_that_was_edited_since_is_drift() throws IOException {
    PlanCopy plans = PlanCopy.in(LAB.directory());
    Path file = seal(plans.path("bootstrap.yml"));
    plans.replace("watches.yml", "steps:", "steps: # another");
    CommandResult drifted = applySealed(file).exits(6);
    assertThat(drifted.stdout()).contains("watches.yml has changed since it was previewed");
    assertThat(drifted.stdout()).doesNotContain("leader.yml has changed");
    assertThat(drifted.events("run_started")).isEmpty();
  }

  @Test
  @Order(5)
  void a_node_that_drifted_is_left_alone_and_the_other_is_done() throws IOException {
    Path atOne = LAB.file("sc1", "haproxy/haproxy.cfg");
    Path atTwo = LAB.file("sc2", "haproxy/haproxy.cfg");
    String wanted = Files.readString(atOne);
    Files.delete(atOne);
    Files.delete(atTwo);
    String limit = LAB.kv(LIMIT).orElseThrow();
    LAB.consulDelete("/v1/kv/" + LIMIT);
    Path file = seal("bootstrap", "-e", "of_no_use=a-word-to-hide");
    assertThat(Files.readString(file)).contains(LIMIT).doesNotContain("a-word-to-hide");

    Files.writeString(atTwo, "# somebody's own\n");
    CommandResult drifted = applySealed(file).exits(6);
    assertThat(atTwo).hasContent("# somebody's own\n");
    assertThat(atOne).hasContent(wanted);
    assertThat(LAB.kv(LIMIT)).contains(limit);
    Map<String, List<String>> sealed = new TreeMap<>(sealedEffects(file));
    sealed.keySet().removeIf(step -> step.startsWith("sc2: "));
    assertThat(performed(drifted)).isEqualTo(sealed).hasSizeGreaterThan(1);
    assertThat(drifted.events("diagnostic"))
        .isNotEmpty()
        .allSatisfy(told -> {
          assertThat(told.path("node").asText()).isEqualTo("sc2");
          assertThat(told.path("code").asText()).isEqualTo("drifted");
        })
        .anySatisfy(told ->
            assertThat(told.path("message").asText())
                .contains("haproxy.cfg was no file when it was previewed, and is a file of"));
  }

  private static Path seal(String plan, String... more) {
    Path file = LAB.directory().resolve(Path.of(plan).getFileName() + ".sealed");
    CommandResult sealed =
        LAB.run(List.of("apply", plan, "--dry-run", "--out", file.toString()), more).exits(0);
    assertThat(sealed.stderr())
        .containsPattern(
            "sealed preview written to \\S*" + Pattern.quote(file.getFileName() + "\n"));
    return file;
  }

  private static CommandResult applySealed(Path file) {
    return LAB.run("apply", "--sealed", file.toString(), "-o", "json");
  }

  /** What a sealed preview is going to do, by {@code node: id}. */
  private static Map<String, List<String>> sealedEffects(Path file) throws IOException {
    Map<String, List<String>> effects = new TreeMap<>();
    JsonNode steps = CommandResult.event(Files.readString(file)).path("steps");
    for (Map.Entry<String, JsonNode> node : steps.properties()) {
      node.getValue()
          .forEach(step -> add(effects, node.getKey(), step.path("id"), step.path("effects")));
    }
    return effects;
  }

  /** What was done, by {@code node: id}. */
  private static Map<String, List<String>> performed(CommandResult run) {
    Map<String, List<String>> effects = new TreeMap<>();
    for (JsonNode step : run.events("step_finished")) {
      add(effects, step.path("node").asText(), step.path("id"), step.path("effects"));
    }
    return effects;
  }

  private static void add(
      Map<String, List<String>> all, String node, JsonNode id, JsonNode effects) {
    List<String> deeds = new ArrayList<>();
    effects.forEach(
        one -> deeds.add(one.path("kind").asText() + " " + one.path("target").asText()));
    if (!deeds.isEmpty()) {
      all.put(node + ": " + id.asText(), deeds);
    }
  }
}
