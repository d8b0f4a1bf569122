package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Reference;
import io.rdpg.plan.language.template.TemplateScope;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Observation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a step changes the rows that a resource shows, as its author declares it.
 *
 * @param columns what some columns have afterwards: a value, or a bare expression over {@code row},
 *     which is the row as it was
 */
public record RowChange(Templates templates, Map<String, Value> columns) {
  private static final String ROW = "row";

  public RowChange {
    columns = Map.copyOf(columns);
  }

  /** Understands what is written for one resource. */
  static RowChange of(Value written, Templates templates) {
    Map<String, Value> columns = new LinkedHashMap<>();
    if (written instanceof Value.Mapping map) {
      map.entries()
          .forEach((column, entry) -> columns.put(column, known(entry.value(), templates)));
    }
    return new RowChange(templates, columns);
  }

  /**
   * The same value. What else it could name may be another one by the time that it is asked for.
   */
  private static Value known(Value value, Templates templates) {
    if (value instanceof Value.Str str) {
      for (Reference reference : templates.expressionReferences(str.text(), str.at())) {
        if (!reference.name().equals(ROW)) {
          throw new Failure(
              Diagnostic.at(
                      str.at(),
                      Code.BAD_VALUE,
                      "'sets' sees nothing but 'row', not '" + reference.name() + "'")
                  .withHint("row has the columns: row.name; a word is quoted once more: '\"on\"'"));
        }
      }
    }
    return value;
  }

  /** The rows afterwards; empty where they don't show what is changed. */
  public Optional<Observation.Table> after(Observation.Table before) {
    return before.columns().containsAll(columns.keySet())
        ? Optional.of(
            new Observation.Table(
                before.columns(), before.rows().stream().map(this::changed).toList()))
        : Optional.empty();
  }

  private Map<String, @Nullable Object> changed(Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> after = new LinkedHashMap<>(row);
    columns.forEach((column, value) -> after.put(column, value(value, row)));
    return after;
  }

  private @Nullable Object value(Value value, Map<String, @Nullable Object> row) {
    Object given =
        value instanceof Value.Str str
            ? templates.evaluate(str.text(), new OnlyRow(row), str.at())
            : ValueConversion.toObject(value, templates, new OnlyRow(row));
    return given instanceof Text text ? text.reveal() : given;
  }

  private record OnlyRow(Map<String, @Nullable Object> row) implements TemplateScope {
    @Override
    public boolean has(String name) {
      return name.equals(ROW);
    }

    @Override
    public Object get(String name) {
      return row;
    }

    @Override
    public Set<String> names() {
      return Set.of(ROW);
    }
  }
}
