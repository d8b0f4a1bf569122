package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Value;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a step's {@code touches}: a name, a list of names, or a map of what the step makes,
 * removes, changes, replicates and sets. A name is a {@code /path}, {@code key K}, {@code service
 * S}, {@code running S}, or says of something in the node's PostgreSQL what its author calls it.
 */
record TouchesReader(Diagnostics diagnostics) {
  private static final String SETS = "sets";
  private static final List<String> KEYS =
      List.of("makes", "removes", "changes", "replicates", SETS);

  /** Words that give the kind of the name after them. */
  private static final Set<String> KINDS = Set.of("key", "service", "running");

  /** Reports all errors in the step's {@code touches}, if it has some. */
  static void check(MappingReader step, Diagnostics diagnostics) {
    if (step.has("touches")) {
      new TouchesReader(diagnostics).whole(step.value("touches"), step.keyAt("touches"));
    }
  }

  /**
   * Reports a {@code touches} that the step doesn't need.
   *
   * @param primitive empty for a step that includes a plan or holds steps
   */
  static void checkUse(Optional<Signature> primitive, MappingReader step, Diagnostics diagnostics) {
    boolean declares =
        primitive
            .map(signature ->
                step.value(signature.name()) instanceof Value.Mapping arguments
                    && signature
                        .given(Signature.Role.RESOURCE, arguments)
                        .anyMatch(argument -> !isTemplate(arguments.get(argument.name()))))
            .orElse(true);
    if (declares && step.has("touches")) {
      diagnostics.add(
          Diagnostic.at(
                  step.keyAt("touches"),
                  Code.BAD_VALUE,
                  "'touches' is not needed here: it is for SQL and commands, of which it is unknown"
                      + " what they touch")
              .withHint("omit it"));
    }
  }

  /** Whether only the run may know which resource it names. */
  private static boolean isTemplate(@Nullable Value resource) {
    return resource instanceof Value.Str text && text.text().contains("{{");
  }

  private void whole(@Nullable Value given, Span at) {
    switch (given) {
      case null -> nothing(at);
      case Value.Mapping map -> {
        new MappingReader(map, diagnostics).only(KEYS, "'touches'");
        if (map.entries().isEmpty()) {
          nothing(map.at());
        }
        for (String key : KEYS) {
          Value.Entry entry = map.entries().get(key);
          if (entry != null && key.equals(SETS)) {
            rows(entry.value());
          } else if (entry != null) {
            names(key, entry.value());
          }
        }
      }
      case Value other -> names("touches", other);
    }
  }

  /** Of each resource the columns that it sets in the rows that a query of it shows. */
  private void rows(Value given) {
    for (Value.Entry resource : entries(given, "resources, each with the columns that it sets")) {
      for (Value.Entry column : entries(resource.value(), "columns and their values afterwards")) {
        if (column.value() instanceof Value.Seq || column.value() instanceof Value.Mapping) {
          diagnostics.add(
              column.value().at(),
              Code.BAD_VALUE,
              "'sets' gives a column a value or an expression, not " + column.value().kind());
        }
      }
    }
  }

  private Collection<Value.Entry> entries(Value given, String wanted) {
    if (given instanceof Value.Mapping map && !map.entries().isEmpty()) {
      return map.entries().values();
    }
    diagnostics.add(
        Diagnostic.at(given.at(), Code.BAD_VALUE, "'sets' must be a map of " + wanted)
            .withHint("write it as: sets: {pooler/databases: {paused: 1}}"));
    return List.of();
  }

  private void names(String key, Value given) {
    switch (given) {
      case Value.Seq list -> {
        if (list.items().isEmpty()) {
          nothing(list.at());
        }
        list.items().forEach(item -> name(key, item, "is a list of names, and this is "));
      }
      case Value one -> {
        String wanted =
            key.equals("touches")
                ? "must be a name, a list of names or a map of makes, changes and replicates, not "
                : "must be a name or a list of names, not ";
        name(key, one, wanted);
      }
    }
  }

  private void name(String key, Value given, String otherwise) {
    if (!(given instanceof Value.Str(String text, Span at))) {
      diagnostics.add(given.at(), Code.BAD_VALUE, "'" + key + "' " + otherwise + given.kind());
      return;
    }
    String name = text.strip();
    if (name.isEmpty()) {
      nothing(at);
    } else if (KINDS.contains(name)) {
      diagnostics.add(
          Diagnostic.at(at, Code.BAD_VALUE, "which " + name + " does it touch?")
              .withHint("write its name too: " + name + " NAME"));
    } else if (name.startsWith("file /")) {
      diagnostics.add(
          Diagnostic.at(at, Code.BAD_VALUE, "a file is named by its path alone")
              .withHint("write " + name.substring("file ".length())));
    }
  }

  private void nothing(Span at) {
    diagnostics.add(
        Diagnostic.at(at, Code.BAD_VALUE, "'touches' names nothing")
            .withHint("name what the step touches, such as: database rdpg/tables"));
  }
}
