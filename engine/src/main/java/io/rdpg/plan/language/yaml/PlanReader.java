package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.ForeignWord;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Defaults;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads plans with all that they include, each file once, and reports every error of every file at
 * once. An include is searched beside the plan that names it, then beside the plan that was named
 * first, then in {@code plans/}. Not thread-safe.
 */
public final class PlanReader {
  private static final List<String> KEYS = Key.names(Keys.PLAN);

  /** The folder of files of default variables, as roles have in Ansible. */
  private static final String DEFAULTS = "defaults";

  private final Map<String, Signature> primitives;
  private final FileLayers layers;
  private final Map<Path, Document> documents = new HashMap<>();

  /** What a file holds, and what is wrong with it as YAML. */
  private record Document(Optional<Value> value, List<Diagnostic> errors) {}

  /**
   * @param primitives what steps can name, {@code consul_lock} among them
   * @param layers where plans are searched
   */
  public PlanReader(Map<String, Signature> primitives, FileLayers layers) {
    this.primitives = Map.copyOf(primitives);
    this.layers = layers;
  }

  /**
   * A plan, as far as it could be read: only worth something when nothing was reported.
   *
   * @param includePaths asked for paths that hold a template
   * @param diagnostics is given all errors
   */
  public Plan read(Path file, IncludePaths includePaths, Diagnostics diagnostics) {
    return new Reading(file, includePaths, diagnostics)
        .plan(file, List.of(), StepReader.Surroundings.NONE);
  }

  /** The host pattern of the nodes that a plan concerns; reports nothing. */
  public String targets(Path file) {
    Diagnostics unheard = new Diagnostics();
    String targets =
        document(file, unheard).orElse(null) instanceof Value.Mapping map
            ? targets(new MappingReader(map, unheard))
            : null;
    return Objects.requireNonNullElse(targets, "all");
  }

  private static @Nullable String targets(MappingReader fields) {
    return fields.value("targets") instanceof Value.Seq
        ? fields.values("targets").stream()
            .flatMap(value -> LiteralOrTemplate.scalar(value).stream())
            .collect(Collectors.joining(","))
        : fields.string("targets");
  }

  private Optional<Value> document(Path file, Diagnostics diagnostics) {
    Document document = documents.computeIfAbsent(file, PlanReader::read);
    diagnostics.begin(file.toString());
    document.errors().forEach(diagnostics::add);
    return document.value();
  }

  private static Document read(Path file) {
    Diagnostics errors = new Diagnostics();
    Optional<Value> value = YamlDocument.read(file, errors);
    return new Document(value, errors.all());
  }

  /** One reading of a root plan. */
  private final class Reading {
    private final Path root;
    private final IncludePaths includePaths;
    private final Diagnostics diagnostics;

    /** Those that are reported: several plans may name the same file. */
    private final Set<String> missingDefaults = new HashSet<>();

    Reading(Path root, IncludePaths includePaths, Diagnostics diagnostics) {
      this.root = root;
      this.includePaths = includePaths;
      this.diagnostics = diagnostics;
    }

    Plan plan(Path file, List<Path> includers, StepReader.Surroundings around) {
      Value source = document(file, diagnostics).orElse(null);
      Span at = Span.of(file.toString());
      return switch (source) {
        case null -> empty(file, at);
        case Value.Mapping map -> plan(file, map, includers, around);
        case Value other -> {
          diagnostics.add(
              Diagnostic.at(other.at(), Code.BAD_VALUE, "a plan is a map, not " + other.kind())
                  .withHint(
                      other instanceof Value.Seq
                          ? "one plan in each file, without the '-' at its start: plan: NAME, and"
                              + " below it targets and steps"
                          : "its keys are: " + String.join(", ", KEYS)));
          yield empty(file, at);
        }
      };
    }

    private Plan plan(
        Path file, Value.Mapping map, List<Path> includers, StepReader.Surroundings around) {
      MappingReader fields = new MappingReader(map, diagnostics);
      fields.only(KEYS, "a plan", ForeignWord.PLAN_KEY::hint);
      String name = fields.string("plan");
      if (name == null) {
        missing(fields, map, "plan", "a plan needs its name");
      }
      Map<String, Value> vars = fields.vars("vars");
      List<Value> items = fields.items("steps");
      if (items == null) {
        missing(fields, map, "steps", "a plan needs steps");
      }
      List<Path> chain = Stream.concat(includers.stream(), Stream.of(file)).toList();
      StepReader steps =
          new StepReader(
              primitives, (path, place) -> included(path, file, chain, place), diagnostics);
      String targets = targets(fields);
      return new Plan(
          Objects.requireNonNullElse(name, ""),
          fields.string("about"),
          Objects.requireNonNullElse(targets, "all"),
          vars,
          defaults(fields, file, around.inPlan(vars)),
          fields.count("serial", 1),
          "cluster".equals(fields.oneOf("scope", List.of("node", "cluster"))),
          fields.flag("needs_lock"),
          items == null ? List.of() : steps.steps(items, around.inPlan(vars)),
          file,
          Span.of(file.toString()));
    }

    private Defaults defaults(MappingReader fields, Path plan, StepReader.Surroundings around) {
      if (!(fields.value("defaults") instanceof Value.Str path)) {
        var _ = fields.string("defaults"); // says what is wrong with it
        return Defaults.NONE;
      }
      Map<String, Defaults.VariablesFile> files = new LinkedHashMap<>();
      for (String rendered : rendered(path, around)) {
        Optional<Path> found = find(rendered, plan, path.at(), DEFAULTS);
        if (found.isEmpty() && missingDefaults.add(rendered)) {
          diagnostics.add(
              Diagnostic.at(
                      path.at(),
                      Code.MISSING_FILE,
                      "there is no file '" + rendered + "' of defaults")
                  .withHint(nearbyDefaults(rendered)));
        } else if (found.isPresent()) {
          files.put(rendered, new Defaults.VariablesFile(found.get(), variables(found.get())));
        }
      }
      return new Defaults(path, files);
    }

    private Map<String, Value> variables(Path file) {
      return switch (document(file, diagnostics).orElse(null)) {
        case null -> Map.of();
        case Value.Mapping map -> new MappingReader(map, diagnostics).vars();
        case Value.Nothing _ -> Map.of();
        case Value other -> {
          diagnostics.add(
              other.at(), Code.BAD_VALUE, "defaults are a map of variables, not " + other.kind());
          yield Map.of();
        }
      };
    }

    private String nearbyDefaults(String name) {
      List<String> there =
          layers.folders(DEFAULTS).stream().flatMap(folder -> yamlIn(folder).stream()).toList();
      return Suggestions.didYouMean(name, there)
          .orElse(
              there.isEmpty()
                  ? "it is searched beside this plan, then beside " + root + ", then in defaults/"
                  : "in defaults/ there are: " + String.join(", ", new TreeSet<>(there)));
    }

    private void missing(MappingReader fields, Value.Mapping map, String key, String message) {
      if (fields.value(key) == null && !meant(map, key)) {
        diagnostics.add(
            fields.has(key) ? fields.keyAt(key) : map.at(), Code.MISSING_ARGUMENT, message);
      }
    }

    /** Whether the missing key is there under another tool's name, which is reported. */
    private boolean meant(Value.Mapping map, String key) {
      return map.entries().keySet().stream()
          .filter(word -> !KEYS.contains(word))
          .anyMatch(word ->
              ForeignWord.PLAN_KEY
                      .hint(word)
                      .filter(hint -> hint.contains("'" + key + "'"))
                      .isPresent()
                  || Suggestions.nearest(word, KEYS).filter(key::equals).isPresent());
    }

    private Map<String, Plan> included(
        Value.Str path, Path includer, List<Path> chain, StepReader.Surroundings around) {
      Map<String, Plan> plans = new LinkedHashMap<>();
      Set<String> forms = rendered(path, around);
      // Where there is a plan for some nodes, the others may be kept from the include.
      Map<String, Optional<Path>> files = new LinkedHashMap<>();
      forms.forEach(form -> files.put(form, find(form, includer, path.at(), "plans")));
      boolean some = files.values().stream().anyMatch(Optional::isPresent);
      for (String rendered : forms) {
        Optional<Path> found = files.getOrDefault(rendered, Optional.empty());
        if (found.isEmpty() && some) {
          continue;
        }
        if (found.isEmpty()) {
          diagnostics.add(
              Diagnostic.at(path.at(), Code.MISSING_FILE, "there is no plan '" + rendered + "'")
                  .withHint(nearby(rendered, includer)));
        } else if (chain.stream().anyMatch(file -> same(file, found.get()))) {
          diagnostics.add(
              Diagnostic.at(path.at(), Code.INCLUDE_CYCLE, "this plan includes itself")
                  .withHint(cycle(chain, found.get())));
        } else {
          plans.put(rendered, plan(found.get(), chain, around));
        }
      }
      return plans;
    }

    private Set<String> rendered(Value.Str path, StepReader.Surroundings around) {
      if (!LiteralOrTemplate.isTemplate(path)) {
        return Set.of(path.text());
      }
      try {
        return new LinkedHashSet<>(includePaths.of(path, around.vars()));
      } catch (Failure failure) {
        diagnostics.add(ofAnInclude(failure.diagnostic().orAt(path.at())));
      } catch (Diagnostics.Rejected rejected) {
        rejected.diagnostics().forEach(diagnostic -> diagnostics.add(diagnostic.orAt(path.at())));
      }
      return Set.of();
    }

    /** At this time nothing runs yet, so what isn't defined will never be. */
    private static Diagnostic ofAnInclude(Diagnostic diagnostic) {
      if (diagnostic.code() == Code.BAD_ARGUMENT_VALUE) {
        return new Diagnostic(
            Code.BAD_VALUE,
            diagnostic.message(),
            diagnostic.at(),
            diagnostic.node(),
            diagnostic.hint());
      }
      return diagnostic.code() == Code.RUNTIME_VARIABLE
          ? new Diagnostic(
              Code.UNDEFINED_VARIABLE,
              diagnostic.message(),
              diagnostic.at(),
              diagnostic.node(),
              diagnostic.hint() != null
                  ? diagnostic.hint()
                  : "an include's path can use inventory and plan variables only: it is read before"
                      + " anything runs")
          : diagnostic;
    }

    private Optional<Path> find(String name, Path includer, Span at, String folder) {
      try {
        return layers
            .find(name, List.of(includer, root), folder)
            .map(file -> file.isAbsolute() ? FileLayers.shown(file) : file);
      } catch (Failure unmarked) {
        throw unmarked.diagnostic().orAt(at).failure();
      }
    }

    private @Nullable String nearby(String name, Path includer) {
      Path beside = includer.resolveSibling(name);
      Path directory = beside.getParent() == null ? Path.of("") : beside.getParent();
      List<String> there = yamlIn(directory);
      return Suggestions.nearest(String.valueOf(beside.getFileName()), there)
          .map(near -> "did you mean '" + Path.of(name).resolveSibling(near) + "'?")
          .orElse("it is searched beside this plan, then beside " + root + ", then in plans/");
    }

    /** The names of the YAML files in a directory; none when it can't be read. */
    private static List<String> yamlIn(Path directory) {
      try (Stream<Path> files = Files.list(directory)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> String.valueOf(file.getFileName()))
            .filter(file -> file.endsWith(".yml") || file.endsWith(".yaml"))
            .sorted()
            .toList();
      } catch (IOException e) {
        return List.of();
      }
    }

    private String cycle(List<Path> chain, Path again) {
      int start = 0;
      while (!same(chain.get(start), again)) {
        start++;
      }
      return Stream.concat(chain.subList(start, chain.size()).stream(), Stream.of(again))
          .map(file -> String.valueOf(file.getFileName()))
          .collect(Collectors.joining(" -> "));
    }

    private boolean same(Path one, Path other) {
      return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private Plan empty(Path file, Span at) {
      return new Plan(
          "", null, "all", Map.of(), Defaults.NONE, null, false, false, List.of(), file, at);
    }
  }
}
