package io.rdpg.plan.language.model;

import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan as it was parsed, not rendered.
 *
 * @param name what it calls itself
 * @param about one or more sentences for people; null when left out
 * @param targets which nodes it concerns, an Ansible host pattern
 * @param vars its variables, templates not yet rendered
 * @param defaults variables that count where nothing else sets them
 * @param serial how many nodes at once; null for all
 * @param forCluster whether one node runs it for its whole cluster
 * @param needsLock whether its SQL changes what other nodes change too, and so needs a lock around
 * @param steps in order
 * @param file where it was read from; templates are searched in its directory first
 * @param at the start of the file
 */
public record Plan(
    String name,
    @Nullable String about,
    String targets,
    Map<String, Value> vars,
    Defaults defaults,
    @Nullable Integer serial,
    boolean forCluster,
    boolean needsLock,
    List<Step> steps,
    Path file,
    Span at) {
  public Plan {
    vars = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(vars));
    steps = List.copyOf(steps);
  }

  /** The file's name without its directory, as events carry it. */
  public String fileName() {
    return String.valueOf(file.getFileName());
  }
}
