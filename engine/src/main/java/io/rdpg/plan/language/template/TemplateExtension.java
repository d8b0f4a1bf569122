package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.attributes.AttributeResolver;
import io.pebbletemplates.pebble.extension.AbstractExtension;
import io.pebbletemplates.pebble.extension.Extension;
import io.pebbletemplates.pebble.extension.ExtensionCustomizer;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.extension.core.DefaultFilter;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperator;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What templates can say beyond and instead of the library's own: filters, functions, operators.
 */
final class TemplateExtension extends AbstractExtension {
  /** {@code cache} would give one node what was rendered for another; {@code parallel} is moot. */
  private static final Set<String> REFUSED_TAGS = Set.of("cache", "parallel");

  @Override
  public Map<String, Filter> getFilters() {
    return secretSafe(Filters.all());
  }

  @Override
  public Map<String, Function> getFunctions() {
    return Map.of("secret", new SecretFunction(System::getenv));
  }

  @Override
  public List<BinaryOperator> getBinaryOperators() {
    return Stream.of(SecretAwareOperators.all(), TruthOperators.binary())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public List<UnaryOperator> getUnaryOperators() {
    return TruthOperators.unary();
  }

  @Override
  public List<AttributeResolver> getAttributeResolver() {
    return List.of(new MapAttributeResolver());
  }

  /** The library's own part of the language, made fit for secrets. */
  static ExtensionCustomizer fit(Extension core) {
    return new ExtensionCustomizer(core) {
      @Override
      public @Nullable Map<String, Filter> getFilters() {
        Map<String, Filter> filters = super.getFilters();
        if (filters == null) {
          return null;
        }
        Map<String, Filter> fit = new LinkedHashMap<>(filters);
        fit.computeIfPresent("split", (_, split) -> new LiteralSplit(split));
        return secretSafe(fit);
      }

      @Override
      public @Nullable List<TokenParser> getTokenParsers() {
        List<TokenParser> parsers = super.getTokenParsers();
        return parsers == null
            ? null
            : parsers.stream()
                .filter(parser -> !REFUSED_TAGS.contains(parser.getTag()))
                .map(TemplateExtension::fit)
                .toList();
      }

      @Override
      public @Nullable Map<String, Function> getFunctions() {
        Map<String, Function> functions = super.getFunctions();
        if (functions == null) {
          return null;
        }
        Map<String, Function> bounded = new LinkedHashMap<>(functions);
        bounded.computeIfPresent("range", (_, range) -> new BoundedRange(range));
        return bounded;
      }
    };
  }

  private static TokenParser fit(TokenParser parser) {
    return switch (parser.getTag()) {
      case "for", "macro" -> new NodeRewriter(parser, CountedTags::of);
      case "from" -> new NodeRewriter(parser, RepeatableImport::new);
      default -> parser;
    };
  }

  private static Map<String, Filter> secretSafe(Map<String, Filter> filters) {
    Map<String, Filter> safe = new LinkedHashMap<>();
    filters.forEach((name, filter) ->
        // Known to the library by its class, and it only hands on what it is given.
        safe.put(
            name, filter instanceof DefaultFilter ? filter : new SecretSafeFilter(name, filter)));
    return safe;
  }
}
