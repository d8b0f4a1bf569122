package io.rdpg.plan.language.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parses a JSON document to a {@link Value} with positions. An object {@code {"__ansible_vault":
 * TEXT}}, as {@code ansible-inventory} writes one, is what it encrypts.
 */
final class JsonDocument {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(SourceFile.DEEPEST).build())
          .build();

  private final String name;
  private final List<String> lines;
  private final Vault vault;
  private final JsonParser parser;

  private JsonDocument(String name, String text, Vault vault, JsonParser parser) {
    this.name = name;
    this.lines = SourceFile.lines(text);
    this.vault = vault;
    this.parser = parser;
  }

  /** The document; empty when it can't be parsed, which is reported. */
  static Optional<Value> read(String name, String text, Vault vault, Diagnostics diagnostics) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonDocument document = new JsonDocument(name, text, vault, parser);
      try {
        parser.nextToken();
        Value value = document.value();
        if (parser.nextToken() != null) {
          throw document.failure(document.here(), "there is more after the end of the JSON");
        }
        return Optional.of(value);
      } catch (JsonProcessingException e) {
        diagnostics.add(
            document.failure(document.at(e.getLocation()), e.getOriginalMessage()).diagnostic());
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
      case null -> throw failure(at, "there is no JSON in it");
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
      case VALUE_NUMBER_FLOAT -> new Value.Num(parser.getText(), parser.getDoubleValue(), at);
      case VALUE_TRUE, VALUE_FALSE ->
          new Value.Bool(parser.getText(), token == JsonToken.VALUE_TRUE, at);
      case VALUE_NULL -> new Value.Nothing(at);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw failure(at, "a value is missing");
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
    Value.Entry encrypted = entries.size() == 1 ? entries.get("__ansible_vault") : null;
    return encrypted != null && encrypted.value() instanceof Value.Str(String text, Span _)
        ? new Value.Str(Text.secret(vault.decrypt(text, at)).marked(), at)
        : new Value.Mapping(entries, at);
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

  private Failure failure(Span at, String message) {
    return Diagnostic.at(
            at, Code.SYNTAX, "this is not JSON: " + message.lines().findFirst().orElse(""))
        .failure();
  }
}
