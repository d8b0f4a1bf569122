package io.rdpg.plan.language.template;

import io.rdpg.plan.language.model.Text;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values as the template library sees them. A {@link Text} is a string that still carries its
 * marks, so that whatever joins strings keeps secrets marked.
 */
final class TemplateValues {
  private TemplateValues() {}

  /**
   * Carries what a scope threw through the template library. Without a stack trace: the original
   * has one, and what only a run can tell is thrown thousands of times while a plan is checked.
   */
  static final class Thrown extends RuntimeException {
    private final RuntimeException original;

    Thrown(RuntimeException original) {
      super(null, original, false, false);
      this.original = original;
    }

    RuntimeException original() {
      return original;
    }
  }

  /** A scope's value for templates; maps and lists are views that convert when they are asked. */
  static @Nullable Object of(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Text text -> text.marked();
      case MapView view -> view;
      case ListView view -> view;
      case Map<?, ?> map -> new MapView(map);
      case List<?> list -> new ListView(list);
      default -> value;
    };
  }

  /**
   * A template's value for its caller: strings that hold a secret are {@link Text}, whole numbers
   * are Long, maps and lists are copies.
   */
  static @Nullable Object result(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String string -> {
        Text text = Text.marked(string);
        yield text.holdsSecret() ? text : string;
      }
      case Integer number -> number.longValue();
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), result(item)));
        yield copy;
      }
      case Iterable<?> items -> {
        List<@Nullable Object> copy = new ArrayList<>();
        items.forEach(item -> copy.add(result(item)));
        yield copy;
      }
      default -> value;
    };
  }

  static boolean isSecret(@Nullable Object value) {
    return value instanceof String string && Text.marked(string).holdsSecret();
  }

  /** The value with every secret in clear, for comparing and for computing on. */
  static @Nullable Object revealed(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String string -> Text.marked(string).reveal();
      case Map<?, ?> map -> {
        Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(revealed(key), revealed(item)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(revealed(item)));
        yield copy;
      }
      default -> value;
    };
  }

  /** The value with every string in it marked as one secret. */
  static @Nullable Object secret(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String string -> Text.secret(string).marked();
      case Character character -> Text.secret(character.toString()).marked();
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(secret(item)));
        yield copy;
      }
      default -> value;
    };
  }

  /** Asks a scope, or a map or list of a scope. */
  static <T extends @Nullable Object> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (Thrown thrown) {
      throw thrown;
    } catch (RuntimeException e) {
      throw new Thrown(e);
    }
  }

  private static final class ListView extends AbstractList<@Nullable Object> {
    private final List<?> list;

    ListView(List<?> list) {
      this.list = list;
    }

    @Override
    public @Nullable Object get(int index) {
      Objects.checkIndex(index, size());
      return of(TemplateValues.<@Nullable Object>ask(() -> list.get(index)));
    }

    @Override
    public int size() {
      return ask(list::size);
    }
  }

  private static final class MapView extends AbstractMap<String, @Nullable Object> {
    private final Map<?, ?> map;

    MapView(Map<?, ?> map) {
      this.map = map;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return ask(() -> map.containsKey(key));
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      return of(TemplateValues.<@Nullable Object>ask(() -> map.get(key)));
    }

    /** Without a look at the values: one that can't be computed doesn't hide which there are. */
    @Override
    public Set<String> keySet() {
      return ask(() ->
          map.keySet().stream()
              .map(String::valueOf)
              .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<String, @Nullable Object>> iterator() {
          Iterator<?> keys = ask(() -> map.keySet().iterator());
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return keys.hasNext();
            }

            @Override
            public Entry<String, @Nullable Object> next() {
              Object key = keys.next();
              return new SimpleImmutableEntry<>(String.valueOf(key), MapView.this.get(key));
            }
          };
        }

        @Override
        public int size() {
          return ask(map::size);
        }
      };
    }
  }
}
