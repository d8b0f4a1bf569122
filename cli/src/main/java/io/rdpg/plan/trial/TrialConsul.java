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
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A node's Consul agent, asked directly: past all that is tried out.
 *
 * @param uri where it answers
 */
public record TrialConsul(String node, URI uri) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** GET; a missing node when it answers 404. */
  public JsonNode get(String path) {
    HttpResponse<String> response = ask("GET", path, "");
    return response.statusCode() == 404 ? MissingNode.getInstance() : json(response);
  }

  /**
   * PUT; a missing node when its answer is empty.
   *
   * @throws IllegalStateException when it refuses
   */
  public JsonNode put(String path, String body) {
    HttpResponse<String> response = ask("PUT", path, body);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(node + ": PUT " + path + ": " + response.body());
    }
    return json(response);
  }

  /** A key's value; empty when there is no such key. */
  public Optional<String> kv(String key) {
    JsonNode found = get("/v1/kv/" + key + "?consistent");
    return found.isEmpty() ? Optional.empty() : Optional.of(value(found.get(0)));
  }

  /** All keys that begin so, with their values. */
  public Map<String, String> keys(String prefix) {
    Map<String, String> keys = new LinkedHashMap<>();
    get("/v1/kv/" + prefix + "?recurse&consistent")
        .forEach(entry -> keys.put(entry.path("Key").asText(), value(entry)));
    return keys;
  }

  /** After which time the sessions that are there would have run out; zero when there are none. */
  public Duration longestLease() {
    Duration longest = Duration.ZERO;
    for (JsonNode session : get("/v1/session/list?consistent")) {
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
  private static String value(JsonNode entry) {
    return new String(
        Base64.getDecoder().decode(entry.path("Value").asText("")), StandardCharsets.UTF_8);
  }

  /**
   * Ends all sessions, and frees what they hold as one does that is done with it. Those of dead
   * runs would end by themselves, after their TTL, and their locks be free after the lock-delay.
   */
  public void endSessions() {
    get("/v1/kv/?recurse&consistent")
        .forEach(entry -> {
          String session = entry.path("Session").asText("");
          if (!session.isEmpty()) {
            // Releasing takes the value along.
            var _ =
                put("/v1/kv/" + entry.path("Key").asText() + "?release=" + session, value(entry));
          }
        });
    get("/v1/session/list?consistent")
        .forEach(session -> {
          var _ = put("/v1/session/destroy/" + session.path("ID").asText(), "");
        });
  }

  /** Any request, and its answer as it comes. */
  public HttpResponse<String> ask(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(node + ": " + request, e);
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
