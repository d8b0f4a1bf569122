package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.core.CoreExtension;
import java.util.HashSet;
import java.util.Set;

/** The words of the template language, for suggestions: the library's registry can't list them. */
final class TemplateVocabulary {
  static final Set<String> FILTERS =
      union(new CoreExtension().getFilters().keySet(), Filters.all().keySet());
  static final Set<String> TESTS = Set.copyOf(new CoreExtension().getTests().keySet());
  static final Set<String> FUNCTIONS =
      union(new CoreExtension().getFunctions().keySet(), Set.of("secret"));

  private TemplateVocabulary() {}

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new HashSet<>(one);
    all.addAll(other);
    return Set.copyOf(all);
  }
}
