package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule has a page that shows a plan which breaks it, and what is told of it. */
class RulePagesTest {
  private static final Path PAGES = Path.of("../docs/rules");
  private static final Path PLANS = Path.of("../cli/src/test/resources/bad-plans/rules");

  static Stream<String> rules() {
    return Code.RULES.stream().map(Code::word);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_page_shows_the_bad_plan_and_its_message(String rule) throws IOException {
    assertThat(Files.readString(PAGES.resolve(rule + ".md")))
        .contains("Rule `" + rule + "`")
        .contains("```yaml\n" + Files.readString(PLANS.resolve(rule + ".yml")) + "```")
        .contains("```\n" + Files.readString(PLANS.resolve(rule + ".txt")) + "```")
        .contains("allow: {" + rule + ": ");
    assertThat(Files.readString(PLANS.resolve(rule + ".txt"))).contains("(" + rule + ")");
    assertThat(Files.readString(PAGES.resolve("README.md"))).contains("(" + rule + ".md)");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void explain_prints_the_page(String rule) throws IOException {
    Path home = Path.of("..");
    InProcessCommands commands = new InProcessCommands();
    commands.run(home, home, "explain", rule);
    assertThat(commands.out()).isEqualTo(Files.readString(PAGES.resolve(rule + ".md")));
  }

  @Test
  void there_is_no_page_and_no_plan_of_another_rule() throws IOException {
    assertThat(names(PAGES, ".md"))
        .filteredOn(name -> !name.equals("README"))
        .hasSameElementsAs(rules().toList());
    assertThat(names(PLANS, ".yml")).hasSameElementsAs(rules().toList());
  }

  private static List<String> names(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .toList();
    }
  }
}
