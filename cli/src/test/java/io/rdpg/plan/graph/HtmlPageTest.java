package io.rdpg.plan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlPageTest {
  private static final Set<String> TAGS =
      Set.of(
          "html", "head", "meta", "title", "style", "body", "svg", "symbol", "path", "use",
          "header", "h1", "p", "code", "button", "details", "summary", "ul", "ol", "li", "span",
          "div", "dl", "dt", "dd", "a", "bdi", "main", "script");

  @Test
  void holds_every_step_with_its_place() {
    PlanGraph picture = ShippedPlanGraphs.bootstrap();
    String page = GraphFormat.HTML.write(picture, false, false);
    picture.each(part ->
        part.step().ifPresent(step -> assertThat(page).contains("id=\"" + step.id() + "\"")));
    assertThat(page).contains("bootstrap.yml:", "leader.yml:", "take-over.yml:");
  }

  @Test
  void asks_nobody_for_anything() {
    String page = GraphFormat.HTML.write(ShippedPlanGraphs.bootstrap(), false, false);
    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("src=", "@import", "url(", "<link", "fetch(", "XMLHttpRequest");
    assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
  }

  @Test
  void a_wait_links_to_what_satisfies_it() {
    PlanGraph picture = ShippedPlanGraphs.bootstrap();
    String wait =
        ShippedPlanGraphs.part(picture, "there is a write master").step().orElseThrow().id();
    String by = ShippedPlanGraphs.part(picture, "take the writes").step().orElseThrow().id();
    assertThat(GraphFormat.HTML.write(picture, false, false))
        .containsPattern("id=\"" + wait + "\" data-by=\"" + by + "\"")
        .contains("<a href=\"#" + by + "\"");
  }

  static List<PlanGraph> sketches() {
    return LongStream.range(0, 40).mapToObj(RandomGraphs::picture).toList();
  }

  @ParameterizedTest
  @MethodSource("sketches")
  void names_are_never_markup(PlanGraph picture) {
    String page = GraphFormat.HTML.write(picture, true, false);
    List<String> open = new ArrayList<>();
    String body = page.replaceAll("(?s)<style>.*?</style>|<script>.*</script>", "");
    for (MatchResult tag :
        Pattern.compile("<(/?)([^\\s>/]+)[^>]*?(/?)>").matcher(body).results().toList()) {
      String name = tag.group(2);
      if (name.equals("!doctype") || name.equals("meta") || !tag.group(3).isEmpty()) {
        continue;
      }
      assertThat(name).isIn(TAGS);
      if (tag.group(1).isEmpty()) {
        open.add(name);
      } else {
        assertThat(open.removeLast()).isEqualTo(name);
      }
    }
    assertThat(open).isEmpty();
    List<String> ids =
        Pattern.compile(" id=\"(\\w+)\"").matcher(body).results().map(id -> id.group(1)).toList();
    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    Pattern.compile("data-by=\"([^\"]*)\"")
        .matcher(body)
        .results()
        .forEach(by -> assertThat(ids).contains(by.group(1).split(" ")));
  }
}
