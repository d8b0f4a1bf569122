package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Holds the pages for people to what is there: links, commands, whole plans. */
class LinksTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern LINK =
      Pattern.compile("(?:\\[[^\\]]*]\\(|\\b(?:src|srcset)=\")([^)\"\\s]+)[)\"]");
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".rdpg-plan", "node_modules");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern COMMAND = Pattern.compile("(?m)(?:\\./|^)rdpg-plan ([^|>#)\\n]+)");

  @TempDir Path directory;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(HOME)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file ->
              Stream.of(HOME.relativize(file).toString().split("/")).noneMatch(NOT_OURS::contains))
          .sorted()
          .toList()
          .stream();
    }
  }

  @Test
  void the_pages_are_there() throws IOException {
    assertThat(pages().map(page -> HOME.relativize(page).toString()))
        .contains(
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "docs/architecture.md",
            "docs/bootstrap.md",
            "docs/plan-language.md",
            "docs/primitives.md");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_lead_somewhere(Path page) {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : matches(LINK, FENCE.matcher(TestFiles.read(page)).replaceAll(""))) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      int hash = target.indexOf('#');
      String path = hash < 0 ? target : target.substring(0, hash);
      Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
      if (!Files.exists(file)
          || (hash >= 0 && !anchors(TestFiles.read(file)).contains(target.substring(hash + 1)))) {
        broken.add(target);
      }
    }
    assertThat(broken).as("broken links of %s", HOME.relativize(page)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commands_are_understood(Path page) {
    CommandLine line =
        new RootCommand(new InProcessCommands().streams(), new Installation(HOME, HOME, Map.of()))
            .line();
    for (MatchResult fence : matches(FENCE, TestFiles.read(page))) {
      for (MatchResult command : matches(COMMAND, fence.group(2))) {
        String words = command.group(1).strip();
        assertThatCode(() -> line.parseArgs(words.split("\\s+")))
            .as("./rdpg-plan %s", words)
            .doesNotThrowAnyException();
      }
    }
  }

  /** All but those on rules, whose plans break them. */
  static Stream<Path> pagesWithRightPlans() throws IOException {
    return pages().filter(page -> !page.startsWith(HOME.resolve("docs/rules")));
  }

  /** Plans in the text, as a reader would save and check them. */
  @ParameterizedTest
  @MethodSource("pagesWithRightPlans")
  void whole_plans_are_valid(Path page) throws IOException {
    int plans = 0;
    for (MatchResult fence : matches(FENCE, TestFiles.read(page))) {
      if (fence.group(1).equals("yaml") && fence.group(2).startsWith("plan:")) {
        Path plan = directory.resolve("plan" + ++plans + ".yml");
        Files.writeString(plan, fence.group(2));
        // What an example includes is looked for beside it.
        Path driver = directory.resolve("replication/native/prepare.yml");
        TestFiles.write(driver, "plan: prepare\nsteps: []\n");
        InProcessCommands commands = new InProcessCommands();
        Path cwd = Path.of("").toAbsolutePath();
        assertThat(commands.run(cwd, HOME, "validate", plan.toString()))
            .as(commands.err())
            .isZero();
      }
    }
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(String page) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (MatchResult heading : matches(HEADING, FENCE.matcher(page).replaceAll(""))) {
      String anchor =
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
    }
    return anchors;
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
