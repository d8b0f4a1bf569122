package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A service of libpq's connection service file (PostgreSQL's manual, "The Connection Service
 * File").
 *
 * @param settings by their names in libpq; empty where no service is named
 */
record PostgresService(Map<String, String> settings) {
  static final PostgresService NONE = new PostgresService(Map.of());

  private static final Set<String> KEPT =
      Set.of(
          "host",
          "port",
          "user",
          "password",
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslpassword");

  /** What a plan says itself, and what changes nothing about where and how safely we connect. */
  private static final Set<String> WITHOUT_MEANING_HERE =
      Set.of(
          "dbname",
          "application_name",
          "fallback_application_name",
          "client_encoding",
          "connect_timeout",
          "keepalives",
          "keepalives_idle",
          "keepalives_interval",
          "keepalives_count",
          "tcp_user_timeout");

  PostgresService {
    settings = Map.copyOf(settings);
  }

  /**
   * Looks a service up: in the file that {@code PGSERVICEFILE} names or the user's own, then in the
   * system's.
   *
   * @throws Failure when no file has it, or it says what we can't do
   */
  static PostgresService named(String name, Map<String, String> environment) {
    Path own =
        Optional.ofNullable(environment.get("PGSERVICEFILE"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".pg_service.conf"));
    Set<String> others = new LinkedHashSet<>();
    for (Path file :
        Stream.concat(
                Stream.of(own),
                Stream.ofNullable(environment.get("PGSYSCONFDIR"))
                    .map(directory -> Path.of(directory, "pg_service.conf")))
            .toList()) {
      Map<String, Map<String, String>> services =
          Files.isReadable(file)
              ? parse(SourceFile.read(file, SourceFile.MOST_TEXT), file)
              : Map.of();
      if (services.containsKey(name)) {
        return new PostgresService(services.get(name)).requireKept(name, file);
      }
      others.addAll(services.keySet());
    }
    throw new Failure(
        io.rdpg.plan.language.diagnostic.Diagnostic.of(
                Code.BAD_VALUE, "definition of service \"" + name + "\" not found in " + own)
            .withHint(Suggestions.hint(name, others)));
  }

  private static Map<String, Map<String, String>> parse(String content, Path file) {
    Map<String, Map<String, String>> services = new LinkedHashMap<>();
    Map<String, String> current = new LinkedHashMap<>();
    int number = 0;
    for (String line : content.lines().map(String::strip).toList()) {
      number++;
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        current = new LinkedHashMap<>();
        // As in libpq, the first of two counts.
        services.putIfAbsent(line.substring(1, line.length() - 1), current);
      } else if (equals > 0) {
        current.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
      } else {
        throw Failure.of(
            Code.BAD_VALUE, "syntax error in service file \"" + file + "\", line " + number);
      }
    }
    return services;
  }

  private PostgresService requireKept(String name, Path file) {
    for (String setting : settings.keySet()) {
      if (!KEPT.contains(setting) && !WITHOUT_MEANING_HERE.contains(setting)) {
        throw Failure.of(
            Code.BAD_VALUE,
            "service \""
                + name
                + "\" in "
                + file
                + " says "
                + setting
                + ", which rdpg-plan doesn't understand",
            "give the node pg_host, pg_port and so on instead of pg_service");
      }
    }
    return this;
  }

  Optional<String> get(String setting) {
    return Optional.ofNullable(settings.get(setting)).filter(value -> !value.isEmpty());
  }
}
