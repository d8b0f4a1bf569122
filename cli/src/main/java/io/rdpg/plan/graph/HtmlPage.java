package io.rdpg.plan.graph;

import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.markup.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A picture as one page that needs no server and no network. All of the plan is in it; what the
 * picture folds is closed at first. It can be read without its script, which only draws the lines
 * of waits and opens and closes all boxes at once.
 */
final class HtmlPage {
  private final PlanGraph picture;
  private final Markup page = new Markup();
  private final Map<Integer, Caption> captions = new HashMap<>();
  private final Map<Integer, Set<Integer>> satisfies = new HashMap<>();

  HtmlPage(PlanGraph picture) {
    this.picture = picture;
    picture.each(part -> part.step().ifPresent(step -> captions.put(step.number(), step)));
    for (WaitEdge waiting : picture.waits()) {
      for (int by : waiting.by()) {
        satisfies.computeIfAbsent(by, _ -> new LinkedHashSet<>()).add(waiting.step());
      }
    }
  }

  String write() {
    page.add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none';"
            + " form-action 'none'\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.add("<title>Plan %s</title>\n<style>\n", picture.name());
    page.raw(resource("page.css")).raw(colours()).raw("</style>\n</head>\n<body>\n");
    page.raw("<svg class=\"store\" aria-hidden=\"true\">\n");
    for (StepCategory kind : StepCategory.values()) {
      symbol(word(kind), Icons.of(kind));
    }
    for (GraphElement.Frame frame : GraphElement.Frame.values()) {
      symbol(word(frame), Icons.of(frame));
    }
    page.raw("</svg>\n");
    heading();
    page.raw("<main id=\"plan\">\n");
    flow(picture.parts());
    page.raw("</main>\n<script>\n").raw(resource("page.js")).raw("</script>\n</body>\n</html>\n");
    return page.toString();
  }

  private static String colours() {
    StringBuilder css = new StringBuilder();
    for (StepCategory kind : StepCategory.values()) {
      css.append(".").append(word(kind)).append("{--kind:").append(kind.colour()).append("}\n");
    }
    return css.toString();
  }

  private void symbol(String name, String path) {
    page.add(
        "<symbol id=\"sign-%s\" viewBox=\"0 0 16 16\"><path d=\"%s\"/></symbol>\n", name, path);
  }

  private static String word(StepCategory kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String word(GraphElement.Frame frame) {
    return "frame-" + frame.name().toLowerCase(Locale.ROOT);
  }

  // --- head ---

  private void heading() {
    page.add("<header>\n<h1>%s</h1>\n", picture.name());
    if (!picture.about().isEmpty()) {
      page.add("<p class=\"about\">%s</p>\n", picture.about());
    }
    String serial = picture.serial().map(nodes -> ", " + nodes + " at once").orElse("");
    page.add(
        "<p class=\"facts\"><code>%s</code> on nodes <code>%s</code>%s · %d steps</p>\n",
        picture.file(), picture.targets(), serial, captions.size());
    page.raw(
        "<p class=\"tools\" hidden><button type=\"button\" id=\"open\">Unfold all</button>"
            + "<button type=\"button\" id=\"close\">Fold all</button>"
            + "<button type=\"button\" id=\"lines\" aria-pressed=\"true\">Lines of waits</button>"
            + "</p>\n");
    page.raw("<details class=\"legend\" open><summary>How to read it</summary>\n<ul>\n");
    Set<StepCategory> kinds = EnumSet.noneOf(StepCategory.class);
    picture.each(part -> {
      if (part instanceof GraphElement.Card card) {
        kinds.add(card.kind());
      }
    });
    for (StepCategory kind : kinds) {
      page.raw("<li>");
      sign(word(kind), shape(kind.shape()));
      page.add(
          "%s</li>\n",
          kind == StepCategory.RELEASE ? "lock released: free from here on" : kind.word());
    }
    page.raw("<li>");
    sign("frame-lock", "round");
    page.raw("lock taken: held along the broad line</li>\n<li>");
    sign("frame-include", "frame");
    page.raw("another file's steps</li>\n");
    page.raw("<li><span class=\"sample dashed\"></span>only if</li>\n");
    page.raw("<li><span class=\"sample loop\"></span>once for each</li>\n</ul>\n</details>\n");
    page.raw("</header>\n");
  }

  // --- flow ---

  private void flow(List<GraphElement> parts) {
    String after = parts.isEmpty() ? "" : " after-" + word(parts.getLast().after());
    page.add("<ol class=\"flow%s\" style=\"--reach:%d\">\n", after, depth(parts));
    parts.forEach(this::part);
    page.raw("</ol>\n");
  }

  /** How many frames extend to the left of these parts. */
  private static int depth(List<GraphElement> parts) {
    return parts.stream().mapToInt(HtmlPage::depth).max().orElse(0);
  }

  private static int depth(GraphElement part) {
    return switch (part) {
      case GraphElement.Card _ -> 0;
      case GraphElement.Box box -> 1 + depth(box.inside());
      case GraphElement.Fork fork -> depth(fork.branches().getFirst().parts());
    };
  }

  private void part(GraphElement part) {
    switch (part) {
      case GraphElement.Card card -> card(card);
      case GraphElement.Box box -> box(box);
      case GraphElement.Fork fork -> fork(fork);
    }
  }

  private static String held(GraphElement part) {
    return "before-" + word(part.before()) + " after-" + word(part.after());
  }

  private static String word(LockCertainty held) {
    return held.name().toLowerCase(Locale.ROOT);
  }

  private void card(GraphElement.Card card) {
    Caption caption = card.caption();
    page.add(
        "<li class=\"step %s %s %s\" id=\"%s\"",
        word(card.kind()), held(card), marks(caption), caption.id());
    by(caption);
    page.raw(">");
    sign(word(card.kind()), shape(card.kind().shape()));
    page.raw("<div class=\"plate\"><details class=\"more\"><summary>");
    condition(caption);
    page.add("<span class=\"name\"><bdi>%s</bdi></span>", caption.name());
    if (!card.does().isEmpty()) {
      page.add("<code class=\"does\"><bdi>%s</bdi></code>", card.does());
    }
    tags(caption);
    page.raw("</summary>\n<dl>");
    entry("step", card.primitive());
    facts(caption);
    page.raw("</dl></details>");
    links("waits for", waitsFor(caption));
    page.raw("</div></li>\n");
  }

  private void box(GraphElement.Box box) {
    Caption caption = box.caption();
    page.add(
        "<li class=\"box %s %s %s\" id=\"%s\" style=\"--reach:%d\"",
        word(box.frame()), held(box), marks(caption), caption.id(), depth(box));
    by(caption);
    page.raw("><span class=\"frame\"></span>");
    page.raw(box.folded() ? "<details class=\"fold\">" : "<details class=\"fold\" open>");
    page.raw("<summary>");
    sign(word(box.frame()), box.frame() == GraphElement.Frame.LOCK ? "round" : "frame");
    condition(caption);
    page.add("<span class=\"name\"><bdi>%s</bdi></span>", caption.name());
    if (!box.detail().isEmpty()) {
      page.add("<code class=\"does\"><bdi>%s</bdi></code>", box.detail());
    }
    tags(caption);
    page.add("<span class=\"tag count\">%s</span>", Plural.of(box.steps(), "step"));
    page.raw("</summary>\n");
    if (!box.about().isEmpty()) {
      page.add("<p class=\"about\">%s</p>\n", box.about());
    }
    links("waits for", waitsFor(caption));
    flow(box.inside());
    page.raw("</details></li>\n");
  }

  private void fork(GraphElement.Fork fork) {
    page.add("<li class=\"fork %s\"><div class=\"ways\">\n", held(fork));
    for (GraphElement.Branch branch : fork.branches()) {
      page.add("<div class=\"way %s\" style=\"--reach:%d\">", held(fork), depth(branch.parts()));
      page.add("<p class=\"condition\"><span>if <bdi>%s</bdi></span></p>\n", branch.condition());
      flow(branch.parts());
      LockCertainty after =
          branch.parts().isEmpty() ? fork.before() : branch.parts().getLast().after();
      page.add("<span class=\"down after-%s\"></span></div>\n", word(after));
    }
    page.raw("</div></li>\n");
  }

  private void by(Caption caption) {
    List<Integer> by = waitsFor(caption);
    if (!by.isEmpty()) {
      page.add(" data-by=\"%s\"", String.join(" ", by.stream().map(step -> "s" + step).toList()));
    }
  }

  private List<Integer> waitsFor(Caption caption) {
    return picture.waits().stream()
        .filter(wait -> wait.step() == caption.number())
        .flatMap(wait -> wait.by().stream())
        .toList();
  }

  private static String marks(Caption caption) {
    return (caption.when().isPresent() ? "optional " : "")
        + (caption.each().isPresent() ? "loop" : "");
  }

  private void condition(Caption caption) {
    caption
        .when()
        .ifPresent(when -> page.add("<span class=\"when\">if <bdi>%s</bdi></span>", when));
  }

  private void tags(Caption caption) {
    caption.each().ifPresent(each -> tag("each", each));
    caption.on().ifPresent(on -> tag("on", on));
    caption.deadline().ifPresent(limit -> tag("limit", "≤ " + limit));
    if (picture.isFromOutside(caption)) {
      tag("limit", "from outside");
    }
  }

  private void tag(String type, String text) {
    page.add("<span class=\"tag %s\"><bdi>%s</bdi></span>", type, text);
  }

  private void facts(Caption caption) {
    entry("written in", caption.place());
    caption.when().ifPresent(when -> entry("only if", when));
    caption.each().ifPresent(each -> entry("repeated", each));
    caption.on().ifPresent(on -> entry("done", on));
    caption.deadline().ifPresent(limit -> entry("waits at most", limit));
    caption.register().ifPresent(register -> entry("result is called", register));
    Set<Integer> waiting = satisfies.getOrDefault(caption.number(), Set.of());
    if (!waiting.isEmpty()) {
      page.raw("<dt>satisfies</dt><dd>");
      waiting.forEach(this::link);
      page.raw("</dd>");
    }
  }

  private void entry(String what, String text) {
    page.add("<dt>%s</dt><dd><bdi>%s</bdi></dd>", what, text);
  }

  private void links(String what, List<Integer> steps) {
    if (!steps.isEmpty()) {
      page.add("<p class=\"links\">%s ", what);
      steps.forEach(this::link);
      page.raw("</p>");
    }
  }

  /** To a step, with the names of the steps around it, since names may repeat. */
  private void link(int step) {
    Caption to = Objects.requireNonNull(captions.get(step));
    List<String> names = to.path().names();
    String around =
        String.join(
            " › ", names.subList(0, names.size() - 1).stream().map(DisplayText::name).toList());
    page.add(
        "<a href=\"#%s\" title=\"%s\"><bdi>%s</bdi></a> ",
        to.id(), around.isEmpty() ? to.place() : "in " + around, to.name());
  }

  private void sign(String name, String shape) {
    page.add(
        "<span class=\"sign %s %s\"><svg aria-hidden=\"true\"><use"
            + " href=\"#sign-%s\"/></svg></span>",
        name, shape, name);
  }

  private static String shape(StepCategory.Shape shape) {
    return shape.name().toLowerCase(Locale.ROOT);
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(HtmlPage.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
