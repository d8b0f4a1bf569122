package io.rdpg.plan.trial;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The servers of a lab's node, asked directly: past all that is tried out.
 *
 * @param postgres a connection URI of the superuser
 * @param consul the URI of its agent
 */
public record TrialNode(String name, URI postgres, URI consul) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 120;

  /** A connection to its PostgreSQL as the superuser. */
  public Connection connect(String database) throws SQLException {
    String[] login = postgres.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%4$d&socketTimeout=%4$d"
            .formatted(postgres.getHost(), postgres.getPort(), database, SECONDS),
        login[0],
        login[1]);
  }

  /** What its PostgreSQL answers to the superuser: see {@link #rows}. */
  public List<String> sql(String database, String query) throws SQLException {
    try (Connection connection = connect(database)) {
      return rows(connection, query);
    }
  }

  /** Runs a statement: each row as psql -At shows it, {@code a|b|c}, null as nothing. */
  public static List<String> rows(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (!statement.execute(query)) {
        return rows;
      }
      try (ResultSet result = statement.getResultSet()) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            row.add(Objects.requireNonNullElse(result.getString(column), ""));
          }
          rows.add(String.join("|", row));
        }
        return rows;
      }
    }
  }

  /** GET from its agent; a missing node when it answers 404. */
  public JsonNode consul(String path) {
    HttpResponse<String> response = http("GET", path, "");
    return response.statusCode() == 404 ? MissingNode.getInstance() : json(response);
  }

  /**
   * PUT to its agent; a missing node when its answer is empty.
   *
   * @throws IllegalStateException when it refuses
   */
  public JsonNode consulPut(String path, String body) {
    HttpResponse<String> response = http("PUT", path, body);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(name + ": PUT " + path + ": " + response.body());
    }
    return json(response);
  }

  /** A key's value in Consul; empty when there is no such key. */
  public Optional<String> kv(String key) {
    JsonNode found = consul("/v1/kv/" + key + "?consistent");
    return found.isEmpty() ? Optional.empty() : Optional.of(value(found.get(0)));
  }

  /** All keys in Consul with their values. */
  public Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    consul("/v1/kv/?recurse&consistent")
        .forEach(entry -> keys.put(entry.path("Key").asText(), value(entry)));
    return keys;
  }

  /** After which time the sessions that are there would have run out; zero when there are none. */
  public Duration longestLease() {
    Duration longest = Duration.ZERO;
    for (JsonNode session : consul("/v1/session/list?consistent")) {
      String ttl = session.path("TTL").asText("");
      if (ttl.matches("\\d+(\\.\\d+)?s")) {
        Duration lease =
            Duration.ofMillis(
                (long) (1000 * Double.parseDouble(ttl.substring(0, ttl.length() - 1))));
        longest = lease.compareTo(longest) > 0 ? lease : longest;
      }
    }
    return longest;
  }

  /** The value of an entry as Consul's API shows it. */
  static String value(JsonNode entry) {
    return new String(
        Base64.getDecoder().decode(entry.path("Value").asText("")), StandardCharsets.UTF_8);
  }

  /**
   * Ends all sessions, and frees what they hold as one does that is done with it. Those of dead
   * runs would end by themselves, after their TTL, and their locks be free after the lock-delay.
   */
  public void endSessions() {
    consul("/v1/kv/?recurse&consistent")
        .forEach(entry -> {
          String session = entry.path("Session").asText("");
          if (!session.isEmpty()) {
            // Releasing takes the value along.
            var _ =
                consulPut(
                    "/v1/kv/" + entry.path("Key").asText() + "?release=" + session, value(entry));
          }
        });
    consul("/v1/session/list?consistent")
        .forEach(session -> {
          var _ = consulPut("/v1/session/destroy/" + session.path("ID").asText(), "");
        });
  }

  private HttpResponse<String> http(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(consul + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }
}
