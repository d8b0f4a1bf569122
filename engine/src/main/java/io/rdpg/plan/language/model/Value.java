package io.rdpg.plan.language.model;

import io.rdpg.plan.language.diagnostic.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A YAML value with its position. The same type before and after rendering. */
public sealed interface Value {
  Span at();

  /** The kind of value, as YAML's users name it. */
  default String kind() {
    return switch (this) {
      case Str _ -> "a string";
      case Num _ -> "a number";
      case Bool _ -> "true or false";
      case Nothing _ -> "nothing";
      case Seq _ -> "a list";
      case Mapping _ -> "a map";
    };
  }

  /**
   * A string.
   *
   * @param text with {@link Text}'s marks once rendered
   */
  record Str(String text, Span at) implements Value {
    /** Never the secrets that a rendered string may hold. */
    @Override
    public String toString() {
      return Text.marked(text).toString();
    }
  }

  /**
   * A number.
   *
   * @param source as written, so that {@code 0644} can still mean what a Unix person means
   * @param number a Long, a Double or a BigInteger, as YAML 1.1 reads the source
   */
  record Num(String source, Number number, Span at) implements Value {}

  /**
   * A truth value.
   *
   * @param source as written ({@code yes}, {@code on}, {@code true})
   */
  record Bool(String source, boolean value, Span at) implements Value {}

  /** An empty value or {@code null}. */
  record Nothing(Span at) implements Value {}

  record Seq(List<Value> items, Span at) implements Value {
    public Seq {
      items = List.copyOf(items);
    }
  }

  /** A map in its written order. */
  record Mapping(Map<String, Entry> entries, Span at) implements Value {
    public Mapping {
      entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public static Mapping empty(Span at) {
      return new Mapping(Map.of(), at);
    }

    /** The value at a key; null when the key is absent. */
    public @Nullable Value get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** The same with other values at its keys, without the keys of which none is given. */
    public Mapping with(BiFunction<String, Value, Optional<Value>> values) {
      Map<String, Entry> changed = new LinkedHashMap<>();
      entries.forEach((key, entry) ->
          values
              .apply(key, entry.value())
              .ifPresent(value -> changed.put(key, new Entry(entry.keyAt(), value))));
      return new Mapping(changed, at);
    }
  }

  /**
   * A value in a map.
   *
   * @param keyAt the position of its key
   */
  record Entry(Span keyAt, Value value) {}
}
