package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The filters that plans need beyond the template library's. */
final class Filters {
  private Filters() {}

  static Map<String, Filter> all() {
    VerifierCache verifiers = new VerifierCache();
    return Map.of(
        "sql_literal", plain(Filters::sqlLiteral),
        "sql_ident", plain(Filters::sqlIdent),
        "shell_quote", plain(Filters::shellQuote),
        "pgpass", plain(Filters::pgpass),
        "node_id",
            new WithArguments(
                List.of("prefix"), (input, args) -> nodeId(input, args.get("prefix"))),
        "hba_address", plain(AddressFilters::hbaAddress),
        "host_port",
            new WithArguments(
                List.of("port"), (input, args) -> AddressFilters.hostPort(input, args.get("port"))),
        "json", plain(Json::write),
        "matches",
            new WithArguments(
                List.of("pattern"), (input, args) -> matches(input, args.get("pattern"))),
        "scram_verifier",
            new WithArguments(
                List.of("salt"),
                (input, args) ->
                    TemplateValues.secret(
                        verifiers.of(
                            string("scram_verifier", input),
                            string("scram_verifier", args.get("salt"))))));
  }

  /**
   * A SQL literal: null is {@code NULL}, numbers and truth values are bare, everything else a
   * quoted string.
   *
   * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">PostgreSQL,
   *     4.1.2 Constants</a>
   */
  static String sqlLiteral(@Nullable Object input) {
    return switch (input) {
      case null -> "NULL";
      case Boolean bool -> bool.toString();
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case BigInteger number -> number.toString();
      case BigDecimal number -> number.toPlainString();
      case Double number when Double.isFinite(number) -> number.toString();
      default -> {
        String text = withoutNul("sql_literal", string("sql_literal", input)).replace("'", "''");
        yield text.indexOf('\\') < 0 ? "'" + text + "'" : "E'" + text.replace("\\", "\\\\") + "'";
      }
    };
  }

  /** A SQL identifier, always quoted, so that its case is kept. */
  static String sqlIdent(@Nullable Object input) {
    String name = withoutNul("sql_ident", string("sql_ident", input));
    if (name.isEmpty()) {
      throw wrong("sql_ident", "needs a name, not an empty string");
    }
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** One word of a POSIX shell. */
  static String shellQuote(@Nullable Object input) {
    String text = withoutNul("shell_quote", string("shell_quote", input));
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * A field of a password file.
   *
   * @see <a href="https://www.postgresql.org/docs/current/libpq-pgpass.html">PostgreSQL, 34.16 The
   *     Password File</a>
   */
  static String pgpass(@Nullable Object input) {
    String text = withoutNul("pgpass", string("pgpass", input));
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw wrong("pgpass", "can't quote a value of several lines");
    }
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  /**
   * A name for a node in slots, subscriptions and the like, from a node or its address, see {@link
   * AddressFilters#identifier}.
   *
   * @param prefix null for {@code rdpg_}, as plans without one have it
   */
  static String nodeId(@Nullable Object input, @Nullable Object prefix) {
    String first = prefix == null ? "rdpg_" : string("node_id", prefix);
    return first + AddressFilters.identifier(AddressFilters.address("node_id", input));
  }

  /**
   * Whether the whole text has the form of a regular expression of Java.
   *
   * @param pattern the regular expression; null when the plan gives none
   */
  static boolean matches(@Nullable Object input, @Nullable Object pattern) {
    String text = string("matches", input);
    String expression = string("matches", pattern);
    try {
      return Pattern.compile(expression).matcher(text).matches();
    } catch (PatternSyntaxException e) {
      throw wrong("matches", "needs a regular expression: " + e.getDescription());
    } catch (StackOverflowError e) {
      throw wrong("matches", "can't take so long a text");
    }
  }

  private static String withoutNul(String filter, String text) {
    if (text.indexOf('\0') >= 0) {
      throw wrong(filter, "can't quote a NUL character");
    }
    return text;
  }

  static String string(String filter, @Nullable Object input) {
    return switch (input) {
      case String string -> string;
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      case null -> throw wrong(filter, "needs a string, not null");
      case Map<?, ?> _ -> throw wrong(filter, "needs a string, not a map");
      case Iterable<?> _ -> throw wrong(filter, "needs a string, not a list");
      default -> input.toString();
    };
  }

  static Failure wrong(String filter, String message) {
    return Failure.of(Code.BAD_ARGUMENT_VALUE, "the filter '" + filter + "' " + message);
  }

  private static Filter plain(java.util.function.Function<@Nullable Object, Object> body) {
    return new WithArguments(List.of(), (input, args) -> body.apply(input));
  }

  private interface Body {
    @Nullable Object apply(@Nullable Object input, Map<String, Object> args);
  }

  private record WithArguments(List<String> names, Body body) implements Filter {
    @Override
    public List<String> getArgumentNames() {
      return names;
    }

    @Override
    public @Nullable Object apply(
        @Nullable Object input,
        Map<String, Object> args,
        PebbleTemplate self,
        EvaluationContext context,
        int lineNumber) {
      return body.apply(input, args);
    }
  }
}
