package io.rdpg.plan.language.template;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a scope throws for a value that nobody knows yet: steps that were not performed decide it.
 */
public final class UnknownValue extends RuntimeException {
  private final transient List<String> because;

  /**
   * @param because the ids of the steps that it depends on
   */
  public UnknownValue(List<String> because) {
    super("earlier steps would change what it reads", null, false, false);
    this.because = List.copyOf(because);
  }

  /** What makes a whole unknown that has these parts; empty when all of them are known. */
  public static Optional<Object> among(List<Object> parts) {
    List<String> because =
        parts.stream()
            .flatMap(part ->
                part instanceof UnknownValue unknown
                    ? unknown.because().stream()
                    : Stream.<String>empty())
            .distinct()
            .toList();
    return because.isEmpty() ? Optional.empty() : Optional.of(new UnknownValue(because));
  }

  public List<String> because() {
    return because;
  }
}
