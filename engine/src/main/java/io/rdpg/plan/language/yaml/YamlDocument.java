package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Parses one YAML 1.1 document to a {@link Value} with positions. Keys are strings as written
 * ({@code on} stays {@code on}). Differs from YAML 1.1: a duplicate key is refused, timestamps and
 * base-60 numbers ({@code 22:22}) stay strings.
 */
public final class YamlDocument {
  /** Quotes that word processors write, in pairs; to YAML they are text. */
  private static final Map<Character, Character> TYPOGRAPHIC =
      Map.of('\u201c', '\u201d', '\u201e', '\u201c', '\u2018', '\u2019', '\u00ab', '\u00bb');

  private static final String NO_VAULT =
      "it can be in an inventory, in the variables beside one, and in -e @file.yml";

  private static final Tag VAULT = new Tag("!vault");

  /** Ansible's, for strings that aren't rendered; of a list or map it means each in it. */
  private static final Tag UNSAFE = new Tag("!unsafe");

  private final String name;
  private final List<String> lines;
  private final Diagnostics diagnostics;
  private final Function<String, Code> duplicates;

  /** Opens encrypted values; null where none are allowed. */
  private final @Nullable Vault vault;

  /** Whether all of it was encrypted, so that nothing of it may be shown. */
  private final boolean secret;

  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int values;
  private int depth;

  /** How many lists and maps around the value are {@code !unsafe}. */
  private int unsafe;

  private YamlDocument(
      String name,
      String text,
      Diagnostics diagnostics,
      Function<String, Code> duplicates,
      @Nullable Vault vault,
      boolean secret) {
    this.name = name;
    this.lines = SourceFile.lines(text);
    this.diagnostics = diagnostics;
    this.duplicates = duplicates;
    this.vault = vault;
    this.secret = secret;
  }

  /** The document in a file; empty when it can't be read, which is reported. */
  public static Optional<Value> read(Path file, Diagnostics diagnostics) {
    return read(file, diagnostics, key -> Code.DUPLICATE_KEY, null);
  }

  /** The same; values, or all of it, may be encrypted. */
  public static Optional<Value> read(Path file, Vault vault, Diagnostics diagnostics) {
    return read(file, diagnostics, key -> Code.DUPLICATE_KEY, vault);
  }

  /**
   * The document in a file.
   *
   * @param duplicates the code for a key given twice in the map at the given key
   * @param vault opens what is encrypted; null where nothing may be
   */
  public static Optional<Value> read(
      Path file,
      Diagnostics diagnostics,
      Function<String, Code> duplicates,
      @Nullable Vault vault) {
    String name = file.toString();
    diagnostics.begin(name);
    try {
      String text = SourceFile.read(file, SourceFile.MOST_YAML);
      if (!Vault.isEncrypted(text)) {
        return read(name, text, diagnostics, duplicates, vault, false);
      }
      if (vault == null) {
        throw Diagnostic.at(Span.of(name), Code.SYNTAX, "this file is encrypted")
            .withHint(NO_VAULT)
            .failure();
      }
      return encrypted(name, vault.decrypt(text, Span.of(name)), diagnostics, duplicates, vault);
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
      return Optional.empty();
    }
  }

  /** Messages of the parser may repeat what is in the file: only their places are told. */
  private static Optional<Value> encrypted(
      String name,
      String text,
      Diagnostics diagnostics,
      Function<String, Code> duplicates,
      Vault vault) {
    Diagnostics own = new Diagnostics();
    Optional<Value> value = read(name, text, own, duplicates, vault, true);
    for (Diagnostic diagnostic : own.all()) {
      boolean quotes = diagnostic.code() == Code.SYNTAX || diagnostic.code() == Code.DUPLICATE_KEY;
      diagnostics.add(
          quotes
              ? Diagnostic.at(
                      Objects.requireNonNullElse(diagnostic.at(), Span.of(name)),
                      diagnostic.code(),
                      "what is encrypted here can't be read as YAML")
                  .withHint("the line is that of ansible-vault view " + name)
              : diagnostic);
    }
    return value;
  }

  /** The document in a string, whose values may be encrypted; empty when it can't be parsed. */
  public static Optional<Value> read(
      String name, String text, Vault vault, Diagnostics diagnostics) {
    return read(name, text, diagnostics, key -> Code.DUPLICATE_KEY, vault, false);
  }

  /** The document in a string; empty when it can't be parsed, which is reported. */
  public static Optional<Value> read(String name, String text, Diagnostics diagnostics) {
    return read(name, text, diagnostics, key -> Code.DUPLICATE_KEY, null, false);
  }

  private static Optional<Value> read(
      String name,
      String text,
      Diagnostics diagnostics,
      Function<String, Code> duplicates,
      @Nullable Vault vault,
      boolean secret) {
    String plain = SourceFile.withoutMark(text);
    YamlDocument source = new YamlDocument(name, plain, diagnostics, duplicates, vault, secret);
    try {
      Node root = composer(plain).getSingleNode();
      return Optional.of(root == null ? new Value.Nothing(Span.of(name)) : source.value(root, ""));
    } catch (TooLarge e) {
      diagnostics.add(e.diagnostic);
    } catch (BoundedParser.TooMany e) {
      diagnostics.add(
          Diagnostic.at(
                  Span.of(name),
                  Code.SYNTAX,
                  "there are more than " + SourceFile.MOST_VALUES + " values in it")
              .withHint("check that it is the right file; if so, split it"));
    } catch (MarkedYAMLException e) {
      YamlErrors words = YamlErrors.of(e, source.lines);
      Span at = words.at() == null ? Span.of(name) : source.at(words.at());
      diagnostics.add(Diagnostic.at(at, Code.SYNTAX, words.message()).withHint(words.hint()));
    } catch (ReaderException e) {
      diagnostics.add(
          Diagnostic.at(
                  source.at(plain, e.getPosition()),
                  Code.SYNTAX,
                  String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()))
              .withHint(
                  e.getCodePoint() == 0
                      ? "check that it is the right file: it doesn't look like text"
                      : "remove it; many editors don't show it"));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // A bug of the parser, such as for an escape that the file's end cuts off.
      diagnostics.add(Span.of(name), Code.SYNTAX, "this can't be read as YAML to its end");
    } catch (YAMLException e) {
      diagnostics.add(Span.of(name), Code.SYNTAX, YamlErrors.plain(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private static Composer composer(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(SourceFile.DEEPEST);
    options.setCodePointLimit(SourceFile.MOST_YAML);
    return new Composer(
        new BoundedParser(new ParserImpl(new StreamReader(text), options)),
        new Resolver(),
        options);
  }

  private Value value(Node node, String parentKey) {
    Span at = at(node.getStartMark());
    if (++values > SourceFile.MOST_VALUES) {
      throw new TooLarge(
          Diagnostic.at(Span.of(name), Code.SYNTAX, "its aliases grow to too many values")
              .withHint("write out what differs, alias less"));
    }
    if (depth > SourceFile.DEEPEST) {
      throw new TooLarge(Diagnostic.at(at, Code.SYNTAX, "this is nested too deeply"));
    }
    boolean marked = node.getTag().equals(UNSAFE);
    depth++;
    unsafe += marked ? 1 : 0;
    try {
      return value(node, parentKey, at);
    } finally {
      depth--;
      unsafe -= marked ? 1 : 0;
    }
  }

  private Value value(Node node, String parentKey, Span at) {
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, at);
      case SequenceNode sequence when hasTag(sequence, Tag.SEQ) -> {
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
                .withHint(YamlErrors.QUOTE_BRACES));
        yield new Value.Nothing(at);
      }
      case MappingNode mapping when hasTag(mapping, Tag.MAP) -> {
        if (!open.add(node)) {
          yield itself(at);
        }
        Value.Mapping map = new Value.Mapping(entries(mapping, parentKey), at);
        open.remove(node);
        yield map;
      }
      case Node other -> {
        diagnostics.add(unknown(other.getTag(), at));
        yield new Value.Nothing(at);
      }
    };
  }

  private static boolean hasTag(Node node, Tag usual) {
    return node.getTag().equals(usual) || node.getTag().equals(UNSAFE);
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
    Span mergedAt = null;
    for (NodeTuple tuple : mapping.getValue()) {
      Span keyAt = at(tuple.getKeyNode().getStartMark());
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        if (mergedAt != null) {
          diagnostics.add(
              Diagnostic.at(keyAt, duplicates.apply(parentKey), "'<<' is given twice")
                  .withHint(
                      "it is already at line "
                          + mergedAt.line()
                          + "; a list merges several: <<: [*one, *other]"));
          continue;
        }
        mergedAt = keyAt;
        merged.add(tuple.getValueNode());
        continue;
      }
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        diagnostics.add(keyAt, Code.SYNTAX, "a key must be a single word, not a list or a map");
        continue;
      }
      String key = keyNode.getValue();
      invisible(key)
          .ifPresent(hidden ->
              diagnostics.add(
                  Diagnostic.at(
                          keyAt, Code.SYNTAX, "an invisible character is in this line: " + hidden)
                      .withHint("write the line again, with plain spaces")));
      Value.Entry earlier = entries.get(key);
      if (earlier != null) {
        Code code = duplicates.apply(parentKey);
        diagnostics.add(
            Diagnostic.at(keyAt, code, "'" + key + "' is given twice")
                .withHint("it is already at line " + earlier.keyAt().line()));
        continue;
      }
      entries.put(key, new Value.Entry(keyAt, value(tuple.getValueNode(), key)));
    }
    for (Node node : merged) {
      merge(node, parentKey, entries);
    }
    return entries;
  }

  /** Adds what a merge key refers to; what is given, and what was merged earlier, overrides it. */
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
    if (tag.equals(UNSAFE)
        || tag.equals(Tag.STR)
        || tag.equals(Tag.TIMESTAMP)
        || tag.equals(Tag.MERGE)) {
      checkCharacters(node, at);
      return secret
          ? secret(text, at)
          : new Value.Str(unsafe > 0 ? LiteralOrTemplate.verbatim(text) : text, at);
    }
    if (tag.equals(Tag.NULL)) {
      return new Value.Nothing(at);
    }
    if (tag.equals(Tag.BOOL)) {
      return new Value.Bool(
          text, Set.of("yes", "true", "on").contains(text.toLowerCase(Locale.ROOT)), at);
    }
    if (tag.equals(VAULT) && vault != null) {
      return decrypted(text, vault, at);
    }
    if (secret && (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT))) {
      return secret(text, at); // a number may be a password
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return YamlNumbers.parse(text)
          .<Value>map(number -> new Value.Num(text, number, at))
          .orElseGet(() -> new Value.Str(text, at));
    }
    diagnostics.add(unknown(tag, at));
    return new Value.Str(text, at);
  }

  private static Diagnostic unknown(Tag tag, Span at) {
    return tag.equals(VAULT)
        ? Diagnostic.at(at, Code.SYNTAX, "an encrypted value can't be here").withHint(NO_VAULT)
        : Diagnostic.at(
                at, Code.SYNTAX, "to YAML '!' begins a tag, and " + shown(tag) + " means nothing")
            .withHint(
                "quote a value that begins with !; secrets are read by {{ secret('file:...') }}");
  }

  private Value decrypted(String text, Vault opening, Span at) {
    try {
      return secret(opening.decrypt(text, at), at);
    } catch (Failure failure) {
      diagnostics.add(failure.diagnostic());
      return new Value.Nothing(at);
    }
  }

  /** What was encrypted is a secret, as it is: to render it could show it. */
  private Value secret(String text, Span at) {
    if (unsafe == 0) {
      refuseTemplate(text, at).ifPresent(diagnostics::add);
    }
    return new Value.Str(Text.secret(text).marked(), at);
  }

  /** An error for a text that was encrypted and is a template. */
  public static Optional<Diagnostic> refuseTemplate(String text, Span at) {
    return LiteralOrTemplate.isTemplate(new Value.Str(text, at))
        ? Optional.of(
            Diagnostic.at(at, Code.BAD_VALUE, "what is encrypted here holds a template")
                .withHint(
                    "encrypt the secret alone, and use its variable in a template that is not"
                        + " encrypted"))
        : Optional.empty();
  }

  private static String shown(Tag tag) {
    return tag.getValue().startsWith(Tag.PREFIX)
        ? "!!" + tag.getValue().substring(Tag.PREFIX.length())
        : tag.getValue();
  }

  private void checkCharacters(ScalarNode node, Span at) {
    String text = node.getValue();
    if (text.isEmpty()) {
      return;
    }
    Character closing = TYPOGRAPHIC.get(text.charAt(0));
    if (node.isPlain() && closing != null && text.charAt(text.length() - 1) == closing) {
      diagnostics.add(
          Diagnostic.at(
                  at,
                  Code.SYNTAX,
                  "to YAML " + text.charAt(0) + " and " + closing + " are text, not quotes")
              .withHint("write \" or ', or put these in such quotes if they are meant"));
    }
    for (int line = node.getStartMark().getLine() + 1;
        node.isPlain() && line <= node.getEndMark().getLine() && line < lines.size();
        line++) {
      String written = lines.get(line).stripLeading();
      if (written.startsWith("- ")
          && (line < node.getEndMark().getLine()
              || lines.get(line).length() - written.length() < node.getEndMark().getColumn())) {
        diagnostics.add(
            Diagnostic.at(
                    at(line, lines.get(line).length() - written.length()),
                    Code.SYNTAX,
                    "to YAML this '-' begins no item: the line goes on with the text above")
                .withHint("indent it as far as the items above, or quote the text if it is meant"));
      }
    }
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      diagnostics.add(at, Code.SYNTAX, "an escape in this string is half a character");
    }
  }

  /** A character that is shown as a space or not at all. */
  private static Optional<String> invisible(String key) {
    return key.codePoints()
        .filter(c ->
            c != ' '
                && (Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SPACE_SEPARATOR))
        .mapToObj(c -> String.format("U+%04X, %s", c, Character.getName(c)))
        .findFirst();
  }

  private Span at(Mark mark) {
    return at(mark.getLine(), mark.getColumn());
  }

  /**
   * @param offset counted in characters, as the parser counts them
   */
  private Span at(String text, int offset) {
    int units = text.offsetByCodePoints(0, Math.min(offset, text.codePointCount(0, text.length())));
    List<String> before = SourceFile.lines(text.substring(0, units) + "x");
    return at(before.size() - 1, before.getLast().codePointCount(0, before.getLast().length()) - 1);
  }

  private Span at(int line, int column) {
    String shown = line < lines.size() ? lines.get(line) : "";
    int last = shown.codePointCount(0, shown.length());
    return new Span(name, line + 1, Math.min(column, last) + 1, secret ? "" : shown);
  }

  private static final class TooLarge extends RuntimeException {
    private final transient Diagnostic diagnostic;

    TooLarge(Diagnostic diagnostic) {
      super(diagnostic.message());
      this.diagnostic = diagnostic;
    }
  }
}
