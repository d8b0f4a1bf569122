package io.rdpg.plan.load;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Value;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * One YAML 1.1 document as a {@link Value} that knows where all of it stands. Keys are the strings
 * that were written ({@code on} stays {@code on}). Differs from YAML 1.1 where it surprises people:
 * a key that is given twice is refused, timestamps and base-60 numbers ({@code 22:22}) stay
 * strings.
 */
public final class YamlSource {
  /** More values than any plan has; what aliases of aliases grow to is refused beyond it. */
  private static final int MOST_VALUES = 100_000;

  private static final String QUOTE_BRACES = "quote a value that begins with {{";

  private final String name;
  private final List<String> lines;
  private final Diagnostics diagnostics;
  private final Function<String, Code> duplicates;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int values;

  private YamlSource(
      String name, String text, Diagnostics diagnostics, Function<String, Code> duplicates) {
    this.name = name;
    this.lines = text.lines().toList();
    this.diagnostics = diagnostics;
    this.duplicates = duplicates;
  }

  /** The document in a file; empty when it can't be read, which is told. */
  public static Optional<Value> read(Path file, Diagnostics diagnostics) {
    return read(file, diagnostics, key -> Code.DUPLICATE_KEY);
  }

  /**
   * The document in a file.
   *
   * @param duplicates the code for a key given twice in the map at the given key
   */
  static Optional<Value> read(
      Path file, Diagnostics diagnostics, Function<String, Code> duplicates) {
    try {
      return read(file.toString(), Files.readString(file), diagnostics, duplicates);
    } catch (CharacterCodingException e) {
      diagnostics.add(Span.of(file.toString()), Code.SYNTAX, "the file is not UTF-8");
    } catch (IOException e) {
      diagnostics.add(
          Diagnostic.of(Code.MISSING_FILE, "the file " + file + " can't be read")
              .withHint(Files.exists(file) ? "is it a file that you may read?" : null));
    }
    return Optional.empty();
  }

  /** The document in a string; empty when it can't be understood, which is told. */
  public static Optional<Value> read(String name, String text, Diagnostics diagnostics) {
    return read(name, text, diagnostics, key -> Code.DUPLICATE_KEY);
  }

  private static Optional<Value> read(
      String name, String text, Diagnostics diagnostics, Function<String, Code> duplicates) {
    YamlSource source = new YamlSource(name, text, diagnostics, duplicates);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      return Optional.of(root == null ? new Value.Nothing(Span.of(name)) : source.value(root, ""));
    } catch (TooLarge e) {
      diagnostics.add(
          Diagnostic.at(Span.of(name), Code.SYNTAX, "its aliases grow to too many values")
              .withHint("write out what differs, alias less"));
    } catch (MarkedYAMLException e) {
      diagnostics.add(source.syntax(e));
    } catch (ReaderException e) {
      diagnostics.add(
          source.at(text, e.getPosition()),
          Code.SYNTAX,
          String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()));
    } catch (YAMLException e) {
      diagnostics.add(Span.of(name), Code.SYNTAX, firstLine(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private Value value(Node node, String parentKey) {
    Span at = at(node.getStartMark());
    if (++values > MOST_VALUES) {
      throw new TooLarge();
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, at);
      case SequenceNode sequence -> {
        if (!open.add(node)) {
          yield itself(at);
        }
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(value(item, parentKey));
        }
        open.remove(node);
        yield new Value.Seq(items, at);
      }
      case MappingNode mapping when isUnquotedVariable(mapping) -> {
        diagnostics.add(
            Diagnostic.at(at, Code.SYNTAX, "to YAML this is a map in a map, not a variable")
                .withHint(QUOTE_BRACES));
        yield new Value.Nothing(at);
      }
      case MappingNode mapping -> {
        if (!open.add(node)) {
          yield itself(at);
        }
        Value.Mapping map = new Value.Mapping(entries(mapping, parentKey), at);
        open.remove(node);
        yield map;
      }
      default -> new Value.Nothing(at);
    };
  }

  /** Whether it is written {@code {{ name }}}. */
  private static boolean isUnquotedVariable(MappingNode mapping) {
    return mapping.getFlowStyle() == DumperOptions.FlowStyle.FLOW
        && mapping.getValue().size() == 1
        && mapping.getValue().getFirst().getKeyNode() instanceof MappingNode;
  }

  private Value itself(Span at) {
    diagnostics.add(at, Code.SYNTAX, "this contains itself by an alias");
    return new Value.Nothing(at);
  }

  private Map<String, Value.Entry> entries(MappingNode mapping, String parentKey) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Span keyAt = at(tuple.getKeyNode().getStartMark());
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merged.add(tuple.getValueNode());
        continue;
      }
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        diagnostics.add(keyAt, Code.SYNTAX, "a key must be a single word, not a list or a map");
        continue;
      }
      String key = keyNode.getValue();
      Value.Entry earlier = entries.get(key);
      if (earlier != null) {
        Code code = duplicates.apply(parentKey);
        diagnostics.add(
            Diagnostic.at(keyAt, code, "'" + key + "' is given twice")
                .withHint("it already stands at line " + earlier.keyAt().line()));
        continue;
      }
      entries.put(key, new Value.Entry(keyAt, value(tuple.getValueNode(), key)));
    }
    for (Node node : merged) {
      merge(node, parentKey, entries);
    }
    return entries;
  }

  /** What a merge key brings; what is given, and what was merged earlier, wins over it. */
  private void merge(Node node, String parentKey, Map<String, Value.Entry> into) {
    switch (value(node, parentKey)) {
      case Value.Mapping map -> map.entries().forEach(into::putIfAbsent);
      case Value.Seq seq
          when seq.items().stream().allMatch(item -> item instanceof Value.Mapping) -> {
        for (Value item : seq.items()) {
          ((Value.Mapping) item).entries().forEach(into::putIfAbsent);
        }
      }
      case Value other ->
          diagnostics.add(
              other.at(), Code.SYNTAX, "'<<' merges a map or a list of maps, not " + other.kind());
    }
  }

  private Value scalar(ScalarNode node, Span at) {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR) || tag.equals(Tag.TIMESTAMP) || tag.equals(Tag.MERGE)) {
      return new Value.Str(text, at);
    }
    if (tag.equals(Tag.NULL)) {
      return new Value.Nothing(at);
    }
    if (tag.equals(Tag.BOOL)) {
      return new Value.Bool(
          text, Set.of("yes", "true", "on").contains(text.toLowerCase(Locale.ROOT)), at);
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return YamlNumbers.parse(text)
          .<Value>map(number -> new Value.Num(text, number, at))
          .orElseGet(() -> new Value.Str(text, at));
    }
    diagnostics.add(
        Diagnostic.at(at, Code.SYNTAX, "the tag " + tag.getValue() + " means nothing here")
            .withHint("secrets come by {{ secret('file:...') }}"));
    return new Value.Str(text, at);
  }

  private Diagnostic syntax(MarkedYAMLException e) {
    Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
    String problem = firstLine(String.valueOf(e.getProblem()));
    Span at = mark == null ? Span.of(name) : at(mark);
    String hint = null;
    if (problem.contains("TAB")) {
      hint = "indent with spaces, YAML takes no tabs";
    } else if (problem.contains("mapping values are not allowed")) {
      hint = "quote a value that holds ': ', and check the indentation";
    } else if (at.text().contains(": {{")) {
      hint = QUOTE_BRACES;
    } else if (e.getContext() != null && e.getContextMark() != null) {
      hint = e.getContext() + " at line " + (e.getContextMark().getLine() + 1);
    }
    return Diagnostic.at(at, Code.SYNTAX, problem).withHint(hint);
  }

  private Span at(Mark mark) {
    return at(mark.getLine(), mark.getColumn());
  }

  private Span at(String text, int offset) {
    String before = text.substring(0, Math.min(offset, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return at(line, before.length() - before.lastIndexOf('\n') - 1);
  }

  private Span at(int line, int column) {
    return new Span(name, line + 1, column + 1, line < lines.size() ? lines.get(line) : "");
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("this is not YAML").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private static final class TooLarge extends RuntimeException {}
}
