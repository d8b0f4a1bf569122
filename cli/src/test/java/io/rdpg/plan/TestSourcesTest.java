package io.rdpg.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What all tests keep to: their names, where their deadlines stand, what each needs to run. */
class TestSourcesTest {
  private static final Path HOME = Path.of("..");

  /** A deadline that is a number of its own, or an upper bound of how long something took. */
  private static final Pattern OWN_DEADLINE =
      Pattern.compile(
          """
          (?x) \\b(?:get|waitFor|await|join|tryLock|poll)\\( [^;]*? \\b\\d+, \\s* TimeUnit
            | @Timeout\\( [^)]* \\d
            | \\b(?:assertTimeout\\w*|succeedsWithin|waitFor|atMost)\\( \\s* (?:java\\.time\\.)?Duration\\.of
            | Eventually\\.holds\\( [^;]*? , \\s* (?:Duration\\.of|[A-Z_]+,)
            | \\.isLessThan(?:OrEqualTo)?\\( \\s* Duration
          """);

  private static final Pattern TAG =
      Pattern.compile("(?m)^@Tag\\(\"(tool|server|cluster|container)\"\\)$");

  /** A test method's name, after its annotations. */
  private static final Pattern NAME =
      Pattern.compile("(?m)^ {2}@(?:Test|ParameterizedTest|RepeatedTest)\\b[^;{]*? void (\\w+)\\(");

  @Test
  void names_of_test_methods_are_in_snake_case() throws IOException {
    int named = 0;
    for (Path test : tests(".java")) {
      for (MatchResult name : NAME.matcher(Files.readString(test)).results().toList()) {
        assertThat(name.group(1)).as("%s", test).matches("[a-z][a-z0-9_]*");
        named++;
      }
    }
    assertThat(named).isGreaterThan(500);
  }

  @Test
  void deadlines_stand_in_one_place_and_nothing_has_to_be_fast() throws IOException {
    for (Path test : tests(".java")) {
      if (test.endsWith("TestDeadlines.java")) {
        continue;
      }
      Matcher own = OWN_DEADLINE.matcher(Files.readString(test));
      assertThat(own.results().map(found -> found.group())).as("%s", test).isEmpty();
    }
  }

  /** Nor waits for what needs it: {@link Process#onExit}. */
  @Test
  void nothing_blocks_the_common_pool() throws IOException {
    for (Path test : tests(".java")) {
      if (!test.endsWith("OwnThread.java") && !test.endsWith("TestSourcesTest.java")) {
        assertThat(Files.readString(test))
            .as("%s", test)
            .doesNotContainPattern(
                "CompletableFuture\\s*\\.(?:run|supply)Async|parallelStream\\(|\\.onExit\\(");
      }
    }
  }

  @Test
  void tests_on_what_is_real_say_what_they_need() throws IOException {
    List<Path> real = tests("IT.java");
    assertThat(real).hasSizeGreaterThan(20);
    for (Path test : real) {
      assertThat(TAG.matcher(Files.readString(test)).results()).as("%s", test).hasSize(1);
    }
  }

  private static List<Path> tests(String end) throws IOException {
    List<Path> tests = new ArrayList<>();
    for (String module : List.of("engine", "lab", "cli", "junit", "e2e")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/test/java"))) {
        files.filter(file -> file.toString().endsWith(end)).forEach(tests::add);
      }
    }
    return tests;
  }
}
