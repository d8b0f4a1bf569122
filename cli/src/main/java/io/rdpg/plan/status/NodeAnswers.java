package io.rdpg.plan.status;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.step.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one node answered to a plan.
 *
 * @param results what its steps registered, by name; an unknown value where nobody answered
 * @param outOfReach its servers that didn't answer, and why
 * @param errors what else isn't as the plan wants it, in the order of its steps
 * @param answered whether anything of it did
 */
public record NodeAnswers(
    Node node,
    Map<String, @Nullable Object> results,
    Map<Server, Diagnostic> outOfReach,
    List<Diagnostic> errors,
    boolean answered) {

  /** Of a node that is still being asked. */
  static NodeAnswers notYet(Node node) {
    return new NodeAnswers(node, Map.of(), Map.of(), List.of(), false);
  }

  /** Whether it has been asked, whatever came of it. */
  public boolean asked() {
    return answered || !outOfReach.isEmpty() || !errors.isEmpty();
  }

  /** The maps that steps with this name registered, one for each turn of a loop. */
  Stream<Map<?, ?>> of(String name) {
    return results.get(name) instanceof Map<?, ?> result
        ? result.get("results") instanceof List<?> turns ? maps(turns) : Stream.of(result)
        : Stream.empty();
  }

  /** Whether a step with this name was answered. */
  boolean has(String name) {
    return of(name).findAny().isPresent();
  }

  /** The rows of a query that was registered under this name. */
  List<Row> rows(String name) {
    return list(name, "rows");
  }

  /** The maps in a list that was registered under this name. */
  List<Row> list(String name, String field) {
    return of(name)
        .filter(result -> result.get(field) instanceof List<?>)
        .flatMap(result -> maps((List<?>) result.get(field)))
        .map(NodeAnswers::row)
        .toList();
  }

  static Row row(Map<?, ?> map) {
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    map.forEach((column, value) -> columns.put(String.valueOf(column), value));
    return new Row(columns);
  }

  static Stream<Map<?, ?>> maps(List<?> items) {
    return items.stream().filter(Map.class::isInstance).<Map<?, ?>>map(item -> (Map<?, ?>) item);
  }
}
