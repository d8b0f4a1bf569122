package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Parses a TOML document to a {@link Value} with positions. Dates and times are strings. */
final class TomlDocument {
  private final String file;
  private final List<String> lines;

  private TomlDocument(String file, String text) {
    this.file = file;
    this.lines = SourceFile.lines(text);
  }

  /** The document; empty when it can't be parsed, which is reported with every error. */
  static Optional<Value> read(String file, String text, Diagnostics diagnostics) {
    TomlDocument document = new TomlDocument(file, text);
    try {
      TomlParseResult parsed = Toml.parse(text);
      parsed
          .errors()
          .forEach(error ->
              diagnostics.add(
                  document.at(error.position()), Code.SYNTAX, sentence(error.getMessage())));
      return parsed.hasErrors()
          ? Optional.empty()
          : Optional.of(document.table(parsed, Span.of(file), 1));
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
    } catch (StackOverflowError e) { // the parser's own, which knows no limit
      diagnostics.add(tooDeep(Span.of(file)));
    }
    return Optional.empty();
  }

  private static Diagnostic tooDeep(Span at) {
    return Diagnostic.at(at, Code.SYNTAX, "this is nested too deeply")
        .withHint("check that it is the right file");
  }

  private static String sentence(@Nullable String message) {
    String text = message == null || message.isEmpty() ? "this is no TOML" : message;
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private Value table(TomlTable table, Span at, int depth) {
    if (depth > SourceFile.DEEPEST) {
      throw tooDeep(at).failure();
    }
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    table.keySet().stream()
        .map(key -> Map.entry(key, place(table.inputPositionOf(List.of(key)), at)))
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparingInt(Span::line).thenComparingInt(Span::column)))
        .forEach(entry ->
            entries.put(
                entry.getKey(),
                new Value.Entry(
                    entry.getValue(),
                    value(table.get(List.of(entry.getKey())), entry.getValue(), depth))));
    return new Value.Mapping(entries, at);
  }

  private Value value(@Nullable Object value, Span at, int depth) {
    return switch (value) {
      case null -> new Value.Nothing(at);
      case TomlTable table -> table(table, at, depth + 1);
      case TomlArray array -> {
        if (depth >= SourceFile.DEEPEST) {
          throw tooDeep(at).failure();
        }
        List<Value> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
          items.add(value(array.get(i), place(array.inputPositionOf(i), at), depth + 1));
        }
        yield new Value.Seq(items, at);
      }
      case Boolean bool -> new Value.Bool(bool.toString(), bool, at);
      case Long number -> new Value.Num(number.toString(), number, at);
      case Double number -> new Value.Num(number.toString(), number, at);
      case Object other -> new Value.Str(other.toString(), at); // strings, dates and times
    };
  }

  private Span place(@Nullable TomlPosition position, Span otherwise) {
    return position == null ? otherwise : at(position);
  }

  private Span at(TomlPosition position) {
    int line = position.line();
    return new Span(file, line, position.column(), line <= lines.size() ? lines.get(line - 1) : "");
  }
}
