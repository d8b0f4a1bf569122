package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the steps of one plan file; includes are read by the caller. */
final class StepReader {
  private static final String INCLUDE = "include";
  private static final String STEPS = "steps";
  private static final String ON_FAILURE = "on_failure";
  private static final List<String> HEAD = Key.names(Keys.STEP);
  private static final List<String> DEEDS = Key.names(Keys.DEEDS);

  /** Ansible's keys of a list to repeat over, read as {@code for_each} once they are reported. */
  private static final List<String> PEER_LOOPS = List.of("loop", "with_items", "with_list");

  /** Keys without effect on a step that contains steps. */
  private static final List<String> ONLY_PRIMITIVES = List.of("timeout", "retries", "every");

  /** Tags by which Ansible chooses in ways of its own. */
  private static final Set<String> OTHER_TAGS = Set.of("never", "all", "tagged", "untagged");

  /** Reads the plans that an include names. */
  interface Includes {
    Map<String, Plan> read(Value.Str path, Surroundings around);
  }

  /**
   * The context of a step.
   *
   * @param planVars the variables of the plans on the way to it, the inner plan's winning
   * @param stepVars those of the includes and blocks on the way to it, which win over all plans'
   * @param locked whether it is in a lock's scope, its includers' counted
   */
  record Surroundings(Map<String, Value> planVars, Map<String, Value> stepVars, boolean locked) {
    static final Surroundings NONE = new Surroundings(Map.of(), Map.of(), false);

    Surroundings inPlan(Map<String, Value> vars) {
      return new Surroundings(over(planVars, vars), stepVars, locked);
    }

    Surroundings inStep(Map<String, Value> vars) {
      return new Surroundings(planVars, over(stepVars, vars), locked);
    }

    Surroundings underLock() {
      return new Surroundings(planVars, stepVars, true);
    }

    /** All variables, the winning ones of each name. */
    Map<String, Value> vars() {
      return over(planVars, stepVars);
    }

    private static Map<String, Value> over(Map<String, Value> outer, Map<String, Value> inner) {
      Map<String, Value> all = new LinkedHashMap<>(outer);
      all.putAll(inner);
      return all;
    }
  }

  private final Map<String, Signature> primitives;
  private final Includes includes;
  private final Diagnostics diagnostics;
  private final Map<String, Span> names = new HashMap<>();

  StepReader(Map<String, Signature> primitives, Includes includes, Diagnostics diagnostics) {
    this.primitives = primitives;
    this.includes = includes;
    this.diagnostics = diagnostics;
  }

  List<Step> steps(List<Value> items, Surroundings around) {
    List<Step> steps = new ArrayList<>();
    for (Value item : items) {
      if (item instanceof Value.Mapping map) {
        Step step = step(map, around);
        if (step != null) {
          steps.add(step);
        }
      } else {
        diagnostics.add(
            Diagnostic.at(item.at(), Code.BAD_VALUE, "a step is a map, not " + item.kind())
                .withHint("write '- name: ...' and below it what the step does"));
      }
    }
    return steps;
  }

  private @Nullable Step step(Value.Mapping map, Surroundings around) {
    MappingReader fields = new MappingReader(map, diagnostics);
    Step.Head head = head(fields, map.at());
    List<String> actions = new ArrayList<>();
    boolean mistyped = false;
    List<String> outside = argumentsOutside(map);
    for (String key : map.entries().keySet()) {
      if (isAction(key)) {
        actions.add(key);
      } else if (outside.contains(key)) {
        diagnostics.add(
            Diagnostic.at(
                    fields.keyAt(key),
                    Code.UNKNOWN_KEY,
                    "'" + key + "' is an argument, not a step's key")
                .withHint("indent it further, below the primitive"));
      } else if (HEAD.contains(key)) {
        refuseEmpty(key, fields);
      } else {
        mistyped |= unknown(key, fields);
      }
    }
    if (actions.isEmpty()) {
      if (!mistyped) {
        diagnostics.add(
            Diagnostic.at(map.at(), Code.MISSING_ARGUMENT, "this step does nothing")
                .withHint("give it a primitive, 'include' or 'steps'"));
      }
      return null;
    }
    if (actions.size() > 1) {
      diagnostics.add(
          Diagnostic.at(
                  fields.keyAt(actions.get(1)),
                  Code.BAD_VALUE,
                  "a step does one thing, this one has " + String.join(" and ", actions))
              .withHint("split it into two steps"));
      return null;
    }
    return outside.isEmpty()
        ? action(actions.getFirst(), fields, head, around.inStep(head.vars()))
        : null;
  }

  /** A key without a value is a mistake. */
  private void refuseEmpty(String key, MappingReader fields) {
    if (fields.value(key) == null && !key.equals("name") && !key.equals("touches")) {
      diagnostics.add(
          Diagnostic.at(fields.keyAt(key), Code.BAD_VALUE, "'" + key + "' has no value")
              .withHint("write one, or leave '" + key + "' out"));
    }
  }

  /** The arguments of a primitive without any, when they are beside it instead of below it. */
  private List<String> argumentsOutside(Value.Mapping map) {
    return map.entries().entrySet().stream()
        .filter(entry ->
            primitives.containsKey(entry.getKey())
                && entry.getValue().value() instanceof Value.Nothing)
        .findFirst()
        .map(entry -> signature(entry.getKey()))
        .map(signature ->
            signature.argumentNames().stream()
                .filter(name -> map.entries().containsKey(name) && !HEAD.contains(name))
                .filter(name -> !isAction(name))
                .toList())
        .orElse(List.of());
  }

  /** Whether a step has such a key, whatever it does. */
  static boolean isHead(String key) {
    return HEAD.contains(key);
  }

  private @Nullable Step action(
      String action, MappingReader fields, Step.Head head, Surroundings around) {
    if (action.equals(INCLUDE) || action.equals(STEPS) || action.equals(Keys.LOCK)) {
      ONLY_PRIMITIVES.stream()
          .filter(fields::has)
          .forEach(key ->
              diagnostics.add(
                  Diagnostic.at(
                          fields.keyAt(key),
                          Code.BAD_VALUE,
                          "'" + key + "' has no effect on a step that contains others")
                      .withHint("give it to the steps inside")));
    }
    if (!action.equals(STEPS) && fields.has(ON_FAILURE)) {
      diagnostics.add(
          Diagnostic.at(
                  fields.keyAt(ON_FAILURE),
                  Code.BAD_VALUE,
                  "'on_failure' belongs to a block, beside 'steps'")
              .withHint("put the step that may fail into the 'steps' of a block"));
    }
    TouchesReader.checkUse(Optional.ofNullable(primitives.get(action)), fields, diagnostics);
    if (head.register() != null && (action.equals(INCLUDE) || action.equals(STEPS))) {
      diagnostics.add(
          fields.keyAt("register"), Code.BAD_VALUE, "only a primitive has a result to register");
    }
    return switch (action) {
      case INCLUDE -> include(fields, head, around);
      case STEPS -> block(fields, head, around);
      default -> task(action, fields, head, around);
    };
  }

  private @Nullable Step include(MappingReader fields, Step.Head head, Surroundings around) {
    Value.Str path = fields.template(INCLUDE);
    if (path == null) {
      emptyUnlessTold(fields, INCLUDE);
      return null;
    }
    return new Step.Include(head, path, includes.read(path, around));
  }

  private @Nullable Step block(MappingReader fields, Step.Head head, Surroundings around) {
    List<Value> items = fields.items(STEPS);
    if (items == null) {
      emptyUnlessTold(fields, STEPS);
      return null;
    }
    List<Value> onFailure = fields.items(ON_FAILURE);
    return new Step.Block(
        head, steps(items, around), onFailure == null ? List.of() : steps(onFailure, around));
  }

  private @Nullable Step task(
      String primitive, MappingReader fields, Step.Head head, Surroundings around) {
    Value.Mapping arguments = arguments(primitive, fields);
    if (arguments == null) {
      return null;
    }
    ArgumentCheck.check(signature(primitive), arguments, fields.keyAt(primitive), diagnostics);
    return primitive.equals(Keys.LOCK)
        ? lock(arguments, fields, head, around)
        : new Step.Task(head, primitive, arguments);
  }

  private Step lock(
      Value.Mapping arguments, MappingReader fields, Step.Head head, Surroundings around) {
    if (head.register() != null) {
      diagnostics.add(fields.keyAt("register"), Code.BAD_VALUE, "a lock has no result to register");
    }
    Value release = arguments.get("release");
    if (release != null) {
      if (!(release instanceof Value.Bool(String _, boolean yes, Span _)) || !yes) {
        diagnostics.add(
            release.at(), Code.BAD_VALUE, "'release' can only be true, omit it otherwise");
      }
      if (!around.locked()) {
        diagnostics.add(
            Diagnostic.at(
                    fields.keyAt(Keys.LOCK), Code.BAD_VALUE, "there is no lock to release here")
                .withHint("it must be in the steps of a consul_lock, or included by them"));
      }
      return new Step.Release(head);
    }
    List<Value> items = new MappingReader(arguments, diagnostics).items(STEPS);
    Map<String, Value.Entry> own = new LinkedHashMap<>(arguments.entries());
    own.remove(STEPS);
    return new Step.LockScope(
        head,
        new Value.Mapping(own, arguments.at()),
        items == null ? List.of() : steps(items, around.underLock()));
  }

  private Value.@Nullable Mapping arguments(String action, MappingReader fields) {
    Value value = fields.value(action);
    return switch (value) {
      case null -> Value.Mapping.empty(fields.keyAt(action));
      case Value.Mapping map -> map;
      case Value other -> {
        diagnostics.add(
            Diagnostic.at(
                    other.at(),
                    Code.BAD_VALUE,
                    action + " needs its arguments, not " + other.kind())
                .withHint("they are: " + String.join(", ", signature(action).argumentNames())));
        yield null;
      }
    };
  }

  private Step.Head head(MappingReader fields, Span at) {
    String name = fields.string("name");
    if (name == null || name.isBlank()) {
      if (fields.value("name") == null || name != null) {
        diagnostics.add(
            Diagnostic.at(at, Code.MISSING_ARGUMENT, "a step needs a name")
                .withHint("write what holds when it is done, such as 'user rdpg exists'"));
      }
    } else {
      Span earlier = names.putIfAbsent(name, fields.keyAt("name"));
      if (earlier != null) {
        diagnostics.add(
            Diagnostic.at(
                    fields.keyAt("name"),
                    Code.DUPLICATE_NAME,
                    "two steps of this plan are called '" + name + "'")
                .withHint("the other is at line " + earlier.line()));
      }
    }
    String as = fields.identifier("as");
    if (as != null && fields.value("for_each") == null) {
      diagnostics.add(fields.keyAt("as"), Code.BAD_VALUE, "'as' names the items of a 'for_each'");
    }
    TouchesReader.check(fields, diagnostics);
    Integer retries = fields.count("retries", 0);
    return new Step.Head(
        Objects.requireNonNullElse(name, ""),
        fields.condition("when"),
        forEach(fields),
        Objects.requireNonNullElse(as, "item"),
        fields.identifier("register"),
        fields.values("touches"),
        fields.vars("vars"),
        fields.duration("timeout"),
        Objects.requireNonNullElse(retries, 0),
        fields.duration("every"),
        fields.template("on"),
        new Step.Become(fields.flagOrTemplate("become"), fields.template("become_user")),
        tags(fields),
        AllowReader.read(fields, diagnostics),
        name == null ? at : fields.atValue("name"),
        at);
  }

  /** Words that {@code -t} can name; those that mean something else to Ansible are refused. */
  private Set<String> tags(MappingReader fields) {
    for (Value value : fields.values("tags")) {
      String tag = LiteralOrTemplate.scalar(value).orElse("");
      if (OTHER_TAGS.contains(tag)) {
        diagnostics.add(
            Diagnostic.at(
                    value.at(),
                    Code.BAD_VALUE,
                    "'" + tag + "' is no tag here, it is a word of Ansible")
                .withHint("a step that should not run: leave it out, or give it a 'when'"));
      } else if (tag.contains(",") || LiteralOrTemplate.isTemplate(value)) {
        diagnostics.add(
            Diagnostic.at(value.at(), Code.BAD_VALUE, "'" + tag + "' is no tag: -t can't name it")
                .withHint("several are a list: [one, other]; a tag can't be a template"));
      }
    }
    return fields.words("tags");
  }

  private @Nullable Value forEach(MappingReader fields) {
    return fields.has("for_each")
        ? fields.list("for_each")
        : PEER_LOOPS.stream()
            .map(fields::value)
            .flatMap(Stream::ofNullable)
            .filter(value -> !LiteralOrTemplate.isTemplate(value))
            .findFirst()
            .orElse(null);
  }

  private boolean isAction(String key) {
    return DEEDS.contains(key) || primitives.containsKey(key);
  }

  /**
   * Reports a word that is neither a step's key nor a primitive; true when it stood for a
   * primitive.
   */
  private boolean unknown(String key, MappingReader fields) {
    if (diagnostics.tellsOfSyntax(fields.keyAt(key))) {
      return true;
    }
    Set<String> actions = new LinkedHashSet<>(primitives.keySet());
    actions.addAll(DEEDS);
    Set<String> words = new LinkedHashSet<>(HEAD);
    words.addAll(actions);
    Optional<String> peer = ForeignWord.STEP_KEY.hint(key);
    if (peer.isPresent()) {
      unknownKey(fields, key, peer.get());
      return false;
    }
    Optional<String> doing = ForeignWord.ACTION.qualifiedHint(key);
    if (doing.isPresent()) {
      unknownPrimitive(fields, key, doing.get());
      return true;
    }
    String near = Suggestions.nearest(key, words).orElse(null);
    if (near == null ? fields.value(key) instanceof Value.Mapping : actions.contains(near)) {
      unknownPrimitive(fields, key, Suggestions.hint(key, near == null ? actions : words));
      return true;
    }
    unknownKey(fields, key, Suggestions.hint(key, near == null ? HEAD : words));
    return false;
  }

  private void unknownPrimitive(MappingReader fields, String key, String hint) {
    diagnostics.add(
        Diagnostic.at(
                fields.keyAt(key), Code.UNKNOWN_PRIMITIVE, "there is no primitive '" + key + "'")
            .withHint(hint));
  }

  private void unknownKey(MappingReader fields, String key, String hint) {
    diagnostics.add(
        Diagnostic.at(fields.keyAt(key), Code.UNKNOWN_KEY, "a step has no key '" + key + "'")
            .withHint(hint));
  }

  private void emptyUnlessTold(MappingReader fields, String action) {
    if (fields.value(action) == null) {
      diagnostics.add(fields.keyAt(action), Code.MISSING_ARGUMENT, "'" + action + "' is empty");
    }
  }

  private Signature signature(String primitive) {
    Signature signature = primitives.get(primitive);
    if (signature == null) {
      throw new IllegalStateException("no primitive " + primitive);
    }
    return signature;
  }
}
