package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FileDiffTest {

  @Test
  void the_lines_around_a_secret_are_shown() {
    assertThat(diff("# users\nrdpg old\nlast\n", "# users\nrdpg <new>\nadded\nlast\n"))
        .isEqualTo(
            """
            --- /f
            +++ /f
            @@ -1,3 +1,4 @@
             # users
            -(a line that is not shown: this file holds secrets)
            +rdpg ***
            +added
             last\
            """);
  }

  @Test
  void where_there_is_no_line_a_hunk_begins_at_line_0() {
    assertThat(diff("", "a\nb\n")).isEqualTo("--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b");
    assertThat(diff("", "<x>\n")).isEqualTo("--- /dev/null\n+++ /f\n@@ -0,0 +1,1 @@\n+***");
    assertThat(diff("a\nb\n", "")).isEqualTo("--- /f\n+++ /f\n@@ -1,2 +0,0 @@\n-a\n-b");
  }

  @Test
  void old_lines_that_no_new_one_equals_are_only_counted() {
    assertThat(diff("a\nb\nsame\nc\n", "same\n<x>\n"))
        .isEqualTo(
            """
            --- /f
            +++ /f
            @@ -1,4 +1,2 @@
            -(2 lines that are not shown: this file holds secrets)
             same
            -(a line that is not shown: this file holds secrets)
            +***\
            """);
  }

  @Test
  void a_line_that_moves_is_shown_as_the_new_one_is() {
    assertThat(diff("pw=x\na\nb\n", "a\nb\npw=<x>\n"))
        .isEqualTo("--- /f\n+++ /f\n@@ -1,3 +1,3 @@\n-pw=***\n a\n b\n+pw=***");
  }

  @Test
  void a_line_that_equals_one_with_a_secret_is_hidden_too() {
    assertThat(diff("", "pw=x\npw=<x>\n").lines().skip(3)).containsOnly("+***");
    assertThat(diff("", "pw=x<y>\npw=<xy>\n").lines().skip(3)).containsOnly("+***");
  }

  @Test
  void a_secret_of_several_lines_is_hidden_in_each() {
    assertThat(diff("key: one\n\ntwo!\n", "key: <uno\n\ndos>!\n"))
        .isEqualTo(
            """
            --- /f
            +++ /f
            @@ -1,3 +1,3 @@
            -(a line that is not shown: this file holds secrets)
            +key: ***
             ***
            -(a line that is not shown: this file holds secrets)
            +***!\
            """);
  }

  @Test
  void where_only_line_ends_differ_that_is_said() {
    assertThat(diff("a\n<x>".replaceAll("[<>]", ""), "a\n<x>\n"))
        .isEqualTo("(only the ends of its lines differ)");
    assertThat(diff("", "")).isEqualTo("(an empty file)");
  }

  /** Old secrets are of capitals, new ones of digits, and nothing else is. */
  @Test
  void no_secret_old_or_new_is_ever_shown() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      String before = text(random, List.of("A", "B", "AB", "ABC\n\nB", "", "C\r\n")).reveal();
      Text after = text(random, List.of("1", "2", "12", "123\n\n2", "", "3\r\n", "\n"));
      if (after.holdsSecret()) {
        assertThat(FileDiff.unified("/f", before, after).replaceAll("(?m)^@@.*|^-.\\d+ lines", ""))
            .as("%s and then %s", before, after.marked())
            .doesNotContainPattern("[A-C1-3]");
      }
    }
  }

  private static Text text(Random random, List<String> secrets) {
    StringBuilder marked = new StringBuilder();
    IntStream.range(0, random.nextInt(12))
        .forEach(_ -> {
          String secret = secrets.get(random.nextInt(secrets.size()));
          marked.append(
              switch (random.nextInt(5)) {
                case 0 -> "x";
                case 1 -> "\n";
                case 2 -> "y\r\n";
                case 3 -> Text.secret(secret).marked();
                // A secret that another one was rendered into.
                default -> Text.secret(Text.secret(secret).marked() + secret).marked();
              });
        });
    return Text.marked(marked.toString());
  }

  /** What stands in angle brackets is secret. */
  private static String diff(String before, String after) {
    StringBuilder marked = new StringBuilder();
    for (String piece : after.split("(?=<)|(?<=>)", -1)) {
      marked.append(
          piece.startsWith("<")
              ? Text.secret(piece.substring(1, piece.length() - 1)).marked()
              : piece);
    }
    return FileDiff.unified("/f", before, Text.marked(marked.toString()));
  }
}
