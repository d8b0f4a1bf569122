package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Value;
import java.util.Map;
import java.util.Set;

/** Renders the paths of includes, so that a plan is read whole before any node is contacted. */
@FunctionalInterface
public interface IncludePaths {
  /**
   * The paths to which an include's path is rendered, over all target nodes.
   *
   * @param path holds a template
   * @param vars the variables of plans, blocks and includes on the way to it, not rendered
   * @throws Failure when it can't be rendered
   */
  Set<String> of(Value.Str path, Map<String, Value> vars);
}
