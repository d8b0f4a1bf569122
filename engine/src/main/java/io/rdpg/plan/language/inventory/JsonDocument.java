package io.rdpg.plan.language.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.yaml.LiteralOrTemplate;
import io.rdpg.plan.language.yaml.YamlDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Parses a JSON document to a {@link Value} with positions. An object {@code {"__ansible_vault":
 * TEXT}}, as {@code ansible-inventory} writes one, is what it encrypts, and the strings of {@code
 * {"__ansible_unsafe": VALUE}} are no templates.
 */
final class JsonDocument {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // read by Python, and refused here
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(SourceFile.DEEPEST)
                  .maxNameLength(SourceFile.MOST_YAML)
                  .build())
          .build();

  private final String name;
  private final List<String> lines;
  private final Vault vault;
  private final JsonParser parser;

  private JsonDocument(String name, String text, Vault vault, JsonParser parser) {
    this.name = name;
    this.lines = text.lines().toList();
    this.vault = vault;
    this.parser = parser;
  }

  /** What a program prints; empty when it can't be parsed, which is reported. */
  static Optional<Value> read(String name, String text, Vault vault, Diagnostics diagnostics) {
    return read(
        name,
        text,
        vault,
        diagnostics,
        (document, place) -> {
          JsonErrors words = JsonErrors.of(text, (int) place.getCharOffset());
          diagnostics.add(
              Diagnostic.at(document.at(place), Code.SYNTAX, "this is not JSON: " + words.what())
                  .withHint(words.hint()));
          return Optional.empty();
        });
  }

  /** What a file contains: as in Ansible, what is no JSON is YAML, such as with comments in it. */
  static Optional<Value> readOrYaml(
      String name, String text, Vault vault, Diagnostics diagnostics) {
    return read(
        name,
        text,
        vault,
        diagnostics,
        (_, _) -> YamlDocument.read(name, text, vault, diagnostics));
  }

  private interface Otherwise {
    Optional<Value> read(JsonDocument document, JsonLocation place);
  }

  private static Optional<Value> read(
      String name, String text, Vault vault, Diagnostics diagnostics, Otherwise otherwise) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonDocument document = new JsonDocument(name, text, vault, parser);
      try {
        parser.nextToken();
        Value value = document.value();
        return parser.nextToken() == null
            ? Optional.of(value)
            : otherwise.read(document, parser.currentTokenLocation());
      } catch (StreamConstraintsException e) {
        diagnostics.add(
            Diagnostic.at(
                    document.at(parser.currentLocation()),
                    Code.SYNTAX,
                    "this is nested too deeply, or a number here has too many digits")
                .withHint("check that it is the right file"));
      } catch (JsonProcessingException e) {
        return otherwise.read(
            document, Objects.requireNonNullElse(e.getLocation(), parser.currentLocation()));
      } catch (Failure failure) {
        diagnostics.add(failure.diagnostic());
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be read", e);
    }
  }

  private Value value() throws IOException {
    Span at = here();
    JsonToken token = parser.currentToken();
    return switch (token) {
      case null -> throw new JsonParseException(parser, "none", parser.currentLocation());
      case START_OBJECT -> object(at);
      case START_ARRAY -> {
        List<Value> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value());
        }
        yield new Value.Seq(items, at);
      }
      case VALUE_STRING -> new Value.Str(Text.plain(parser.getText()).marked(), at);
      case VALUE_NUMBER_INT -> {
        BigInteger number = parser.getBigIntegerValue();
        Number kept = number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
        yield new Value.Num(parser.getText(), kept, at);
      }
      case VALUE_NUMBER_FLOAT -> {
        if (!Double.isFinite(parser.getDoubleValue())) {
          throw Diagnostic.at(at, Code.BAD_VALUE, parser.getText() + " is no finite number")
              .withHint("quote it if it is a string")
              .failure();
        }
        yield new Value.Num(parser.getText(), parser.getDoubleValue(), at);
      }
      case VALUE_TRUE, VALUE_FALSE ->
          new Value.Bool(parser.getText(), token == JsonToken.VALUE_TRUE, at);
      case VALUE_NULL -> new Value.Nothing(at);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new JsonParseException(parser, "no value", parser.currentTokenLocation());
    };
  }

  private Value object(Span at) throws IOException {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Span keyAt = here();
      String key = parser.currentName();
      parser.nextToken();
      entries.put(key, new Value.Entry(keyAt, value()));
    }
    Value.Entry only = entries.size() == 1 ? entries.values().iterator().next() : null;
    if (only != null && entries.containsKey("__ansible_unsafe")) {
      return unsafe(only.value());
    }
    return only != null
            && entries.containsKey("__ansible_vault")
            && only.value() instanceof Value.Str(String text, Span _)
        ? decrypted(text, at)
        : new Value.Mapping(entries, at);
  }

  private Value decrypted(String text, Span at) {
    String opened = vault.decrypt(text, at);
    YamlDocument.refuseTemplate(opened, at)
        .ifPresent(error -> {
          throw error.failure();
        });
    return new Value.Str(Text.secret(opened).marked(), at);
  }

  private static Value unsafe(Value value) {
    return switch (value) {
      case Value.Str(String text, Span at) -> new Value.Str(LiteralOrTemplate.verbatim(text), at);
      case Value.Seq(List<Value> items, Span at) ->
          new Value.Seq(items.stream().map(JsonDocument::unsafe).toList(), at);
      case Value.Mapping map -> map.with((_, part) -> Optional.of(unsafe(part)));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> value;
    };
  }

  private Span here() {
    return at(parser.currentTokenLocation());
  }

  private Span at(JsonLocation location) {
    int line = Math.max(1, location.getLineNr());
    return new Span(
        name,
        line,
        Math.max(1, location.getColumnNr()),
        line <= lines.size() ? lines.get(line - 1) : "");
  }
}
