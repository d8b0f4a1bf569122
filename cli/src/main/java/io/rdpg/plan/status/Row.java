package io.rdpg.plan.status;

import io.rdpg.plan.language.model.Text;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row of an answer, by column name; what a plan asks beyond what is shown is kept too. */
public record Row(Map<String, @Nullable Object> columns) {
  static final Row NONE = new Row(Map.of());

  public Row {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** A column as text, without secrets; empty when it is null or not there. */
  public Optional<String> text(String column) {
    return Optional.ofNullable(columns.get(column))
        .map(value -> Text.marked(String.valueOf(value)).toString());
  }

  /** A number; empty when it is null, not there or none. */
  public Optional<Double> number(String column) {
    return columns.get(column) instanceof Number number
        ? Optional.of(number.doubleValue())
        : Optional.empty();
  }

  /** True or false; empty when it is null or not there. */
  public Optional<Boolean> truth(String column) {
    return columns.get(column) instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
  }

  /** Why it isn't well; empty when it is. */
  public Optional<String> trouble() {
    return text("trouble").filter(words -> !words.isEmpty());
  }

  public boolean isEmpty() {
    return columns.isEmpty();
  }
}
