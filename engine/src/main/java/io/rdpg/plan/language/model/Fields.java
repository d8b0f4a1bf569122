package io.rdpg.plan.language.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps that templates see: their keys stay in the order in which they are written. {@link Map#of}
 * has another one in each process, so a file with all of such a map would change in each run.
 */
public final class Fields {
  private Fields() {}

  /**
   * An unmodifiable map.
   *
   * @param values those of the keys in turn, each after its key
   */
  @SuppressWarnings("unchecked") // it is the caller's list
  public static <V extends @Nullable Object> Map<String, V> of(Object... values) {
    Map<String, V> fields = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i += 2) {
      fields.put((String) values[i], (V) values[i + 1]);
    }
    return Collections.unmodifiableMap(fields);
  }

  /** A copy in the same order. */
  public static <V extends @Nullable Object> Map<String, V> copyOf(Map<String, V> fields) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }
}
