package io.rdpg.plan.graph;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Defaults;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.StepPath;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.testing.Choices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans of any shape, named as badly as can be. */
final class RandomGraphs {
  static final Span AT = new Span("sketch.yml", 7, 3, "");

  static final List<String> NAMES =
      List.of(
          "plain",
          "<script>alert('x')</script>",
          "a \"quoted\" & 'odd' name ]]> --> %% ; # end",
          "`${tick}` \\back\\slash $$x^2$$ {{ node.name }} {% if x %}",
          "W".repeat(300),
          "many words that go on ".repeat(14),
          "מצב השרת עברית ואנגלית together",
          "群組已就緒 データベース 데이터베이스",
          "two\nlines\tand a tab\r\nand \u0007 a bell",
          "family 👨‍👩‍👧‍👦 and flags 🇳🇱🇺🇳 e\u0301 \u202Eevil\u202C \uFFFE \uD800",
          " ",
          "graph TB; subgraph x[y]|z|((end))");

  private static final List<String> CONDITIONS =
      List.of(
          "x == \"a\"",
          "x != \"a\"",
          "not found",
          "found",
          "(a | split(\" \") | first) == node.address and b\n  or c",
          "y".repeat(200));

  private static final List<String> PRIMITIVES =
      List.of(
          "sql_exec",
          "consul_kv",
          "consul_service",
          "render_template",
          "reload_service",
          "register_watch",
          "wait_for",
          "lookup",
          "assert",
          "command",
          "of_somebody_else");

  private final Choices choices;
  private int names;

  private RandomGraphs(Choices choices) {
    this.choices = choices;
  }

  static Plan plan(long seed) {
    RandomGraphs sketch = new RandomGraphs(Choices.at(seed));
    return plan(sketch.steps(0, false));
  }

  static Plan plan(List<Step> steps) {
    return new Plan(
        NAMES.get(1),
        NAMES.get(5) + NAMES.get(2),
        "all",
        Map.of(),
        Defaults.NONE,
        2,
        false,
        false,
        steps,
        Path.of("a<b>.yml"),
        AT);
  }

  static PlanGraph picture(long seed) {
    Plan plan = plan(seed);
    Choices choices = Choices.at(seed + 1_000_000);
    List<StepPath> all = new ArrayList<>();
    PlanGraph bare =
        PlanGraph.of(plan, Primitives.signatures(), new Templates(FileLayers.none()), Map.of());
    bare.each(part -> part.step().ifPresent(step -> all.add(step.path())));
    Map<StepPath, Set<StepPath>> satisfies = new LinkedHashMap<>();
    for (StepPath path : all) {
      if (choices.oneIn(5)) {
        satisfies.put(path, choices.oneIn(4) ? Set.of() : Set.of(choices.among(all)));
      }
    }
    return PlanGraph.of(plan, Primitives.signatures(), new Templates(FileLayers.none()), satisfies);
  }

  private List<Step> steps(int depth, boolean locked) {
    List<Step> steps = new ArrayList<>();
    int many = choices.below(5) + (depth == 0 ? 2 : 0);
    for (int i = 0; i < many; i++) {
      steps.add(step(depth, locked));
    }
    return steps;
  }

  private Step step(int depth, boolean locked) {
    int kind = choices.below(depth > 3 ? 7 : 12);
    return switch (kind) {
      case 7, 8 -> new Step.Block(head(), steps(depth + 1, locked), List.of());
      case 9 -> new Step.LockScope(head(), arguments(), steps(depth + 1, true));
      case 10 -> new Step.Include(head(), string("x/{{ y }}.yml"), plans(depth, locked));
      case 11 -> locked ? new Step.Release(head()) : task();
      default -> task();
    };
  }

  private Map<String, Plan> plans(int depth, boolean locked) {
    Map<String, Plan> plans = new LinkedHashMap<>();
    for (int i = choices.below(3); i >= 0; i--) {
      plans.put("x/" + i + choices.among(NAMES) + ".yml", plan(steps(depth + 1, locked)));
    }
    return plans;
  }

  private Step task() {
    return new Step.Task(head(), choices.among(PRIMITIVES), arguments());
  }

  private Value.Mapping arguments() {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    for (String name :
        List.of("key", "database", "name", "dest", "that", "service", "timeout", "http", "port")) {
      if (choices.oneIn(2)) {
        entries.put(name, new Value.Entry(AT, string(choices.among(NAMES))));
      }
    }
    return new Value.Mapping(entries, AT);
  }

  private Step.Head head() {
    boolean loop = choices.oneIn(6);
    boolean optional = choices.oneIn(3);
    return head(
        choices.among(NAMES) + (names++ > 0 ? names : ""),
        optional ? string(choices.among(CONDITIONS)) : null,
        loop ? string("cluster.peers") : null,
        choices.oneIn(6) ? string("{{ peer.name }}") : null,
        null);
  }

  @SuppressWarnings("NullAway") // the annotation of a nested type is lost in class files
  static Step.Head head(
      String name,
      @Nullable Value when,
      @Nullable Value forEach,
      Value.@Nullable Str on,
      @Nullable String register) {
    return new Step.Head(
        name,
        when,
        forEach,
        "peer",
        register,
        List.of(),
        Map.of(),
        null,
        0,
        null,
        on,
        Step.Become.UNSAID,
        Set.of(),
        Map.of(),
        AT,
        AT);
  }

  static Value.Str string(String text) {
    return new Value.Str(text, AT);
  }

  static Step.Task task(String name, @Nullable String when, String primitive, String... arguments) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      entries.put(arguments[i], new Value.Entry(AT, string(arguments[i + 1])));
    }
    return new Step.Task(
        head(name, when == null ? null : string(when), null, null, null),
        primitive,
        new Value.Mapping(entries, AT));
  }
}
