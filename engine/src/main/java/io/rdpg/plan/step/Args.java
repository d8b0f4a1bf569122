package io.rdpg.plan.step;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A step's rendered arguments, read by type. Each accessor throws {@link Failure} with {@link
 * Code#BAD_ARGUMENT_VALUE} and the value's own place when the value is of another type.
 */
public final class Args {
  private static final String KEY_WORD = "(?!\\.{1,2}(?:/|\\z))[^/]+";
  private static final Pattern KEY = Pattern.compile("%1$s(?:/%1$s)*/?".formatted(KEY_WORD));

  private final Value.Mapping mapping;

  public Args(Value.Mapping mapping) {
    this.mapping = mapping;
  }

  /** All of them, as they were rendered. */
  public Value.Mapping all() {
    return mapping;
  }

  public boolean has(String name) {
    Value value = mapping.get(name);
    return value != null && !(value instanceof Value.Nothing);
  }

  /** The position of an argument's value, else of the arguments. */
  public Span at(String name) {
    Value value = mapping.get(name);
    return value == null ? mapping.at() : value.at();
  }

  public Optional<Text> text(String name) {
    return given(name).map(value -> scalar(name, value));
  }

  public Text requiredText(String name) {
    return text(name).orElseThrow(() -> missing(name));
  }

  /** SQL, with one statement at least. */
  public Optional<Text> sql(String name) {
    return text(name)
        .map(sql -> {
          if (StatementWords.areNone(sql.reveal())) {
            throw wrong(name, "holds no statement");
          }
          return sql;
        });
  }

  public Text requiredSql(String name) {
    return sql(name).orElseThrow(() -> missing(name));
  }

  /** A string that names something and so holds no secret: a path, a key, a service. */
  public Optional<String> name(String name) {
    return text(name)
        .map(text -> {
          if (text.holdsSecret()) {
            throw wrong(name, "must not contain a secret: it is shown in events");
          }
          return text.reveal();
        });
  }

  /** A user's or a group's name: what owns a file is read by name, so a number would never fit. */
  public Optional<String> account(String name) {
    Optional<String> account = name(name);
    if (account.filter(word -> word.matches("\\d+")).isPresent()) {
      throw wrong(name, "must be a name, not the id " + account.get());
    }
    return account;
  }

  public String requiredName(String name) {
    return name(name).orElseThrow(() -> missing(name));
  }

  /**
   * A key in Consul, or what keys begin with. Where it has an empty word, {@code .} or {@code ..},
   * some of Consul's endpoints take it for another key, and others don't.
   */
  public String requiredKey(String name) {
    String key = requiredName(name);
    if (!KEY.matcher(key).matches()) {
      throw wrong(
          name,
          "must be a key such as rdpg/c1/leader, not '"
              + key
              + "': without a leading '/', and no word between '/' is empty, '.' or '..'");
    }
    return key;
  }

  public Optional<Boolean> bool(String name) {
    return given(name)
        .map(value ->
            switch (value) {
              case Value.Bool bool -> bool.value();
              case Value.Str str when str.text().strip().equals("true") -> true;
              case Value.Str str when str.text().strip().equals("false") -> false;
              case Value other -> throw wrong(name, "must be true or false, not " + show(other));
            });
  }

  public boolean flag(String name) {
    return bool(name).orElse(false);
  }

  public Optional<Long> integer(String name) {
    return given(name)
        .map(value -> {
          try {
            return Long.parseLong(scalar(name, value).reveal().strip());
          } catch (NumberFormatException e) {
            throw wrong(name, "must be a whole number, not " + show(value));
          }
        });
  }

  public int requiredPort(String name) {
    long port = integer(name).orElseThrow(() -> missing(name));
    if (port < 1 || port > 65_535) {
      throw wrong(name, "must be a port from 1 to 65535, not " + port);
    }
    return (int) port;
  }

  /** A host and a port. */
  public Endpoint requiredEndpoint(String name) {
    String written = requiredName(name);
    return Endpoint.parse(written)
        .orElseThrow(() ->
            wrong(
                name,
                "must be host:port, not '"
                    + written
                    + "': a port from 1 to 65535, an IPv6 address in brackets"));
  }

  /** A URL of the schemes {@code http} and {@code https}. */
  public String requiredUrl(String name) {
    return url(name, requiredName(name));
  }

  /** The same, of a value that an argument holds among others. */
  public String url(String name, String written) {
    if (HttpUrl.parse(written).isEmpty()) {
      throw wrong(name, "must be a URL such as http://host:port/path, not '" + written + "'");
    }
    return written;
  }

  public Optional<Duration> duration(String name) {
    return given(name)
        .map(value ->
            Durations.parse(scalar(name, value).reveal().strip())
                .orElseThrow(() ->
                    wrong(
                        name, "must be a duration such as 500ms, 15s or 5m, not " + show(value))));
  }

  /** Permission bits, octal whether quoted or not. */
  public Optional<Integer> mode(String name) {
    return given(name)
        .map(value -> {
          String digits = scalar(name, value).reveal().strip();
          if (!digits.matches("0?[0-7]{3,4}")) {
            throw wrong(name, "must be octal permission bits such as 0644, not " + show(value));
          }
          return Integer.parseInt(digits, 8);
        });
  }

  /** A list of strings; a single string counts as a list of one. */
  public List<Text> texts(String name) {
    return values(name).stream().map(item -> scalar(name, item)).toList();
  }

  /** A list of names, which must not contain secrets. */
  public List<String> nameList(String name) {
    List<Text> texts = texts(name);
    if (texts.stream().anyMatch(Text::holdsSecret)) {
      throw wrong(name, "must not contain a secret: it is shown in events");
    }
    return texts.stream().map(Text::reveal).toList();
  }

  /** A command and its arguments, which must not contain secrets. */
  public List<Text> commandLine(String name) {
    List<Text> words = texts(name);
    if (words.stream().anyMatch(Text::holdsSecret)) {
      throw wrong(name, "must not contain a secret: a process list shows it");
    }
    return words;
  }

  /** The values of a list; a single value counts as a list of one. */
  public List<Value> values(String name) {
    return given(name)
        .map(value -> value instanceof Value.Seq seq ? seq.items() : List.of(value))
        .orElse(List.of());
  }

  /** A map of strings, in its written order. */
  public Map<String, Text> textMap(String name) {
    Map<String, Text> map = new LinkedHashMap<>();
    nested(name)
        .ifPresent(args ->
            args.mapping
                .entries()
                .forEach((key, entry) -> map.put(key, scalar(key, entry.value()))));
    return map;
  }

  /** A map of its own as arguments. */
  public Optional<Args> nested(String name) {
    return given(name)
        .map(value -> {
          if (value instanceof Value.Mapping inner) {
            return new Args(inner);
          }
          throw wrong(name, "must be a map, not " + show(value));
        });
  }

  /** The names that are given, in their written order. */
  public List<String> names() {
    return List.copyOf(mapping.entries().keySet());
  }

  /** Refuses names that aren't among these, for maps that a signature doesn't describe. */
  public void allow(String... known) {
    List<String> words = List.of(known);
    for (String name : mapping.entries().keySet()) {
      if (!words.contains(name)) {
        throw new Failure(
            Diagnostic.at(
                    mapping.entries().get(name).keyAt(),
                    Code.BAD_ARGUMENT_VALUE,
                    "unknown key '" + name + "'")
                .withHint(Suggestions.hint(name, words)));
      }
    }
  }

  /** An error in an argument's value, at its position. */
  public Failure wrong(String name, String message) {
    return new Failure(
        Diagnostic.at(at(name), Code.BAD_ARGUMENT_VALUE, "'" + name + "' " + message));
  }

  private Failure missing(String name) {
    return wrong(name, "is missing");
  }

  private Optional<Value> given(String name) {
    return has(name) ? Optional.ofNullable(mapping.get(name)) : Optional.empty();
  }

  private Text scalar(String name, Value value) {
    return switch (value) {
      case Value.Str str -> Text.marked(str.text());
      case Value.Num num -> Text.plain(num.source());
      case Value.Bool bool -> Text.plain(bool.source());
      case Value.Nothing _ -> Text.EMPTY;
      case Value.Seq _, Value.Mapping _ ->
          throw wrong(name, "must be a single value, not " + value.kind());
    };
  }

  private static String show(Value value) {
    return switch (value) {
      case Value.Str str -> "'" + str + "'";
      case Value.Num num -> num.source();
      case Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> value.kind();
    };
  }

  @Override
  public String toString() {
    return "arguments " + names();
  }
}
