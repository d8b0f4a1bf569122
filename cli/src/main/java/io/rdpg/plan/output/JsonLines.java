package io.rdpg.plan.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.RunOrigin;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events as NDJSON, one object a line. The fields are a promise to users: only add to them.
 *
 * @param run the run's id, in every event
 */
public record JsonLines(String run, Clock clock) {
  private static final JsonFactory JSON = new JsonFactory();

  /** One event without a line end. */
  public String line(Event event) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("event", kind(event));
      json.writeStringField(
          "time", DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(MILLIS)));
      json.writeStringField("run", run);
      fields(json, event);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static final ChronoUnit MILLIS = ChronoUnit.MILLIS;

  /** The event's kind, the value of the field {@code event}. */
  private static String kind(Event event) {
    return switch (event) {
      case Event.RunStarted _ -> "run_started";
      case Event.StepStarted _ -> "step_started";
      case Event.StepFinished _ -> "step_finished";
      case Event.Waiting _ -> "waiting";
      case Event.ServerSaid _ -> "server_said";
      case Event.ReadingState _ -> "looking";
      case Event.LoginsWaiting _ -> "logins_waiting";
      case Event.LockAcquired _ -> "lock_acquired";
      case Event.LockReleased _ -> "lock_released";
      case Event.LockLeft _ -> "lock_left";
      case Event.LockLost _ -> "lock_lost";
      case Event.NodeAsked _ -> "node_asked";
      case Event.DiagnosticReported _ -> "diagnostic";
      case Event.RunFinished _ -> "run_finished";
    };
  }

  private static void fields(JsonGenerator json, Event event) throws IOException {
    switch (event) {
      case Event.RunStarted run -> {
        json.writeStringField("plan", run.plan());
        json.writeStringField("inventory", run.inventory());
        strings(json, "nodes", run.nodes());
        json.writeStringField("mode", mode(run.preview()));
        origin(json, run.origin());
      }
      case Event.StepStarted step -> at(json, step.at());
      case Event.StepFinished step -> finished(json, step);
      case Event.Waiting wait -> {
        at(json, wait.at());
        json.writeStringField("for", wait.what());
        json.writeStringField("note", wait.note());
        json.writeNumberField("elapsed_ms", wait.elapsed().toMillis());
        json.writeNumberField("deadline_ms", wait.deadline().toMillis());
      }
      case Event.ServerSaid said -> {
        at(json, said.at());
        json.writeStringField("severity", said.severity());
        json.writeStringField("message", said.message());
      }
      case Event.ReadingState looking -> {
        json.writeObjectFieldStart("at");
        for (Event.At at : looking.at()) {
          json.writeStringField(at.node(), at.id());
        }
        json.writeEndObject();
        json.writeNumberField("nodes", looking.nodes());
        json.writeNumberField("elapsed_ms", looking.elapsed().toMillis());
      }
      case Event.LoginsWaiting logins -> {
        json.writeNumberField("waiting", logins.waiting());
        json.writeNumberField("nodes", logins.nodes());
      }
      case Event.LockAcquired lock -> lock(json, lock.node(), lock.key(), lock.session());
      case Event.LockReleased lock -> lock(json, lock.node(), lock.key(), lock.session());
      case Event.LockLeft lock -> {
        lock(json, lock.node(), lock.key(), lock.session());
        json.writeNumberField("free_within_ms", lock.freeWithin().toMillis());
      }
      case Event.LockLost lock -> lock(json, lock.node(), lock.key(), lock.session());
      case Event.NodeAsked asked -> {
        json.writeStringField("node", asked.node());
        json.writeArrayFieldStart("connections");
        for (Traffic.Counts counts : asked.connections()) {
          connection(json, counts);
        }
        json.writeEndArray();
      }
      case Event.DiagnosticReported reported -> diagnostic(json, reported.diagnostic());
      case Event.RunFinished run -> {
        json.writeStringField("mode", mode(run.preview()));
        json.writeObjectFieldStart("nodes");
        for (Map.Entry<String, Map<Status, Integer>> node : run.counts().entrySet()) {
          json.writeObjectFieldStart(node.getKey());
          for (Status status : Status.values()) {
            json.writeNumberField(status.word(), node.getValue().getOrDefault(status, 0));
          }
          json.writeEndObject();
        }
        json.writeEndObject();
        json.writeNumberField("duration_ms", run.took().toMillis());
        json.writeNumberField("exit_code", run.exitCode());
      }
    }
  }

  private static void origin(JsonGenerator json, RunOrigin origin) throws IOException {
    json.writeStringField("user", origin.user());
    nullable(json, "sudo_user", origin.sudoUser());
    json.writeStringField("host", origin.host());
    json.writeStringField("version", origin.version());
    nullable(json, "project", origin.project());
    nullable(json, "commit", origin.commit());
    json.writeArrayFieldStart("chosen");
    for (RunOrigin.Chosen chosen : origin.chosen()) {
      json.writeStartObject();
      json.writeStringField("file", chosen.file());
      strings(json, "others", chosen.others());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void finished(JsonGenerator json, Event.StepFinished step) throws IOException {
    at(json, step.at());
    json.writeStringField("status", step.status().word());
    json.writeStringField("why", step.why());
    json.writeArrayFieldStart("effects");
    for (Event.EffectReported effect : step.effects()) {
      json.writeStartObject();
      json.writeStringField("kind", effect.kind().word());
      json.writeStringField("target", effect.target());
      json.writeStringField("summary", effect.summary());
      nullable(json, "diff", effect.diff());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("duration_ms", step.took().toMillis());
    Diagnostic error = step.error();
    if (error == null) {
      json.writeNullField("error");
    } else {
      json.writeObjectFieldStart("error");
      diagnostic(json, error);
      json.writeEndObject();
    }
    strings(json, "because", step.because());
    json.writeStringField("reads", step.reads().word());
  }

  private static void connection(JsonGenerator json, Traffic.Counts counts) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", counts.way().kind().word());
    nullable(
        json, counts.way().kind() == Traffic.Kind.SQL ? "database" : "user", counts.way().to());
    json.writeNumberField("connects", counts.connects());
    json.writeNumberField("requests", counts.requests());
    json.writeNumberField("forks", counts.forks());
    json.writeNumberField("sent_bytes", counts.sentBytes());
    json.writeNumberField("received_bytes", counts.receivedBytes());
    json.writeNumberField("waited_ms", counts.waited().toMillis());
    json.writeEndObject();
  }

  private static void at(JsonGenerator json, Event.At at) throws IOException {
    json.writeStringField("node", at.node());
    json.writeStringField("plan", at.plan());
    json.writeStringField("step", at.step());
    json.writeStringField("label", at.label());
    json.writeStringField("id", at.id());
    nullable(json, "item", at.item());
    nullable(json, "on", at.on());
    nullable(json, "user", at.user());
    json.writeNumberField("line", at.line());
    json.writeStringField("primitive", at.primitive());
  }

  private static void diagnostic(JsonGenerator json, Diagnostic diagnostic) throws IOException {
    json.writeStringField("code", diagnostic.code().word());
    json.writeStringField("message", diagnostic.message());
    nullable(json, "hint", diagnostic.hint());
    nullable(json, "node", diagnostic.node());
    Span at = diagnostic.at();
    nullable(json, "file", at == null ? null : at.file());
    if (at != null) {
      json.writeNumberField("line", at.line());
      json.writeNumberField("column", at.column());
    }
  }

  private static void lock(JsonGenerator json, String node, String key, String session)
      throws IOException {
    json.writeStringField("node", node);
    json.writeStringField("key", key);
    json.writeStringField("session", session);
  }

  private static String mode(boolean preview) {
    return preview ? "preview" : "apply";
  }

  private static void nullable(JsonGenerator json, String field, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, value);
    }
  }

  private static void strings(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
