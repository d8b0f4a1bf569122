package io.rdpg.plan.language.format;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.YamlDocument;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.Event;

/**
 * Everything in a text that formatting must not change.
 *
 * @param values as plans are read
 * @param events as YAML reads it: with the styles of scalars, anchors, aliases and tags
 * @param comments with their lines
 * @param blankLines their numbers, from 0
 */
record YamlFingerprint(
    Object values, List<String> events, List<Placed> comments, List<Integer> blankLines) {

  /** A comment and its line. */
  record Placed(int line, String text) {}

  /**
   * The fingerprint of a text; empty when it can't be parsed, which is reported.
   *
   * @param name the file's name, for diagnostics
   * @param text with line feeds as line ends
   * @throws FormatException as {@link YamlParts#of} does
   */
  static Optional<YamlFingerprint> of(String name, String text, Diagnostics diagnostics) {
    return values(name, text, diagnostics)
        .map(values -> new YamlFingerprint(values, events(text), comments(text), blankLines(text)));
  }

  /** The values of any text; empty when it can't be parsed, which is reported. */
  static Optional<Object> values(String name, String text, Diagnostics diagnostics) {
    Diagnostics own = new Diagnostics();
    Optional<Value> value = YamlDocument.read(name, text, own);
    own.all().forEach(diagnostics::add);
    return own.isEmpty() ? value.map(YamlFingerprint::plain) : Optional.empty();
  }

  /** A phrase that says what differs; null when nothing does. */
  @Nullable String differenceTo(YamlFingerprint other) {
    if (!values.equals(other.values)) {
      return "a value";
    }
    if (!events.equals(other.events)) {
      return "how a value is written";
    }
    if (!comments.equals(other.comments)) {
      return "a comment";
    }
    return blankLines.equals(other.blankLines) ? null : "a blank line";
  }

  /** A value without its place. */
  private static Object plain(Value value) {
    return switch (value) {
      case Value.Str str -> List.of("string", str.text());
      case Value.Num num -> List.of("number", num.source());
      case Value.Bool bool -> List.of("truth", bool.source());
      case Value.Nothing _ -> "nothing";
      case Value.Seq seq -> seq.items().stream().map(YamlFingerprint::plain).toList();
      case Value.Mapping mapping -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> plain.put(key, plain(entry.value())));
        yield List.copyOf(plain.entrySet());
      }
    };
  }

  private static List<String> events(String text) {
    List<String> events = new ArrayList<>();
    for (Event event : new Yaml(new LoaderOptions()).parse(new StringReader(text))) {
      events.add(event.toString());
    }
    return events;
  }

  private static List<Placed> comments(String text) {
    List<Placed> comments = new ArrayList<>();
    for (YamlPart part : YamlParts.of(text)) {
      switch (part) {
        case YamlPart.Word word -> {
          word.comments().forEach(comment -> comments.add(placed(comment)));
          int hash = word.kind() == YamlPart.Kind.BLOCK ? word.first().indexOf('#') : -1;
          if (hash >= 0) {
            comments.add(new Placed(word.line(), word.first().substring(hash)));
          }
        }
        case YamlPart.End end -> end.comments().forEach(comment -> comments.add(placed(comment)));
        case YamlPart.BlockStart _, YamlPart.BlockEnd _, YamlPart.SimpleKey _ -> {}
      }
    }
    return comments;
  }

  private static Placed placed(Comment comment) {
    return new Placed(comment.line(), comment.text());
  }

  private static List<Integer> blankLines(String text) {
    // What comes after the last line end is a line only where there is something in it.
    List<String> lines = List.of(text.split("\n", -1));
    int count = lines.getLast().isBlank() ? lines.size() - 1 : lines.size();
    return IntStream.range(0, count).filter(i -> lines.get(i).isBlank()).boxed().toList();
  }
}
