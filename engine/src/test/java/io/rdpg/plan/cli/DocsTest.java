package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.primitives.Primitives;
import io.rdpg.plan.reference.EventPage;
import io.rdpg.plan.reference.KeyPages;
import io.rdpg.plan.reference.PlanSchema;
import io.rdpg.plan.reference.PrimitivePages;
import io.rdpg.plan.step.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".rdpg-plan");

  @Test
  void primitivesAreWhatTheCodeSays() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/primitives.md")))
        .as("out of date: ./rdpg-plan explain --markdown > docs/primitives.md")
        .isEqualTo(PrimitivePages.markdown(Primitives.signatures().values()));
  }

  @Test
  void eventsAreWhatTheCodeSays() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/events.md")))
        .as("out of date: ./rdpg-plan explain events > docs/events.md")
        .isEqualTo(EventPage.markdown());
    assertThat(EventPage.EFFECTS).hasSameSizeAs(Effect.class.getPermittedSubclasses());
  }

  @Test
  void theSchemaIsWhatTheCodeSays() throws IOException {
    assertThat(Files.readString(ROOT.resolve("plans/plan.schema.json")))
        .as("out of date: ./rdpg-plan schema > plans/plan.schema.json")
        .isEqualTo(PlanSchema.of(Primitives.signatures().values()).toPrettyString() + "\n");
  }

  @Test
  void theKeysOfThePlanLanguageAreWhatTheCodeSays() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/plan-language.md")))
        .as("out of date: put in place what ./rdpg-plan explain plan --markdown prints")
        .contains("## A plan's keys\n\n" + KeyPages.planTable() + "\n")
        .as("out of date: put in place what ./rdpg-plan explain step --markdown prints")
        .contains(KeyPages.stepTable() + "\n");
  }

  @Test
  void everyShippedPlanNamesTheSchema() throws IOException {
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

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page).replaceAll("(?s)```.*?```", "");
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group(1).replaceFirst("#.*", "");
        if (!target.isEmpty()
            && !target.matches("[a-z]+:.*")
            && !Files.exists(page.resolveSibling(target))) {
          broken.add(ROOT.relativize(page) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<Path> pages =
          files
              .filter(file -> file.toString().endsWith(".md"))
              .filter(file ->
                  Stream.iterate(file, path -> path != null, Path::getParent)
                      .noneMatch(path -> NOT_OURS.contains(String.valueOf(path.getFileName()))))
              .toList();
      assertThat(pages).hasSizeGreaterThanOrEqualTo(2);
      return pages;
    }
  }
}
