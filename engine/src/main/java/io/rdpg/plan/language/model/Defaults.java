package io.rdpg.plan.language.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files of variables that count in a plan where nothing else sets them. Which one, each node says
 * by its variables.
 *
 * @param path as the plan writes it, a template; null for none
 * @param files what is read, by the path that is rendered
 */
public record Defaults(Value.@Nullable Str path, Map<String, VariablesFile> files) {
  public static final Defaults NONE = new Defaults(null, Map.of());

  /**
   * A file of variables.
   *
   * @param vars templates not yet rendered
   */
  public record VariablesFile(Path file, Map<String, Value> vars) {
    public VariablesFile {
      vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
    }
  }

  public Defaults {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
