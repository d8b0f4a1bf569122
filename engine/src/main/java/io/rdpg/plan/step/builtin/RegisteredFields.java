package io.rdpg.plan.step.builtin;

import static java.util.Comparator.naturalOrder;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Certificate;
import io.rdpg.plan.step.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shapes of registered results, the same whichever primitive gives them. */
final class RegisteredFields {
  static final Signature.Field CHANGED =
      new Signature.Field("changed", "whether the step changed anything");
  static final Signature.Field FOUND = new Signature.Field("found", "whether it exists");
  static final Signature.Field VALUE =
      new Signature.Field("value", "the key's value; empty when absent");

  private RegisteredFields() {}

  static Map<String, @Nullable Object> key(Observation.KeyState state) {
    return switch (state) {
      case Observation.NoKey _ -> Fields.<@Nullable Object>of("found", false, "value", "");
      case Observation.KeyValue at -> key(at.value());
    };
  }

  static Map<String, @Nullable Object> key(Text value) {
    return Fields.<@Nullable Object>of("found", true, "value", value.marked());
  }

  /** What was found where something is wanted: a secret when that is one. */
  static Text as(Text wanted, Text found) {
    return wanted.holdsSecret() ? Text.secret(found.reveal()) : found;
  }

  /**
   * The rows with the named columns' values marked as secrets.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure when two columns have one name, of which a row
   *     would hold only the last
   */
  static Map<String, @Nullable Object> rows(
      Observation.Rows observation, List<String> secretColumns) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    if (observation instanceof Observation.Table table) {
      requireNames(table.columns());
      for (Map<String, @Nullable Object> row : table.rows()) {
        rows.add(hide(row, secretColumns));
      }
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("found", !rows.isEmpty());
    fields.put("rows", rows);
    fields.put("row", rows.isEmpty() ? Map.of() : rows.getFirst());
    return fields;
  }

  private static void requireNames(List<String> columns) {
    Set<String> names = new HashSet<>();
    for (String column : columns) {
      if (!names.add(column)) {
        throw Diagnostic.of(
                Code.BAD_ARGUMENT_VALUE, "two columns of the result are called '" + column + "'")
            .withHint("give them names of their own by AS")
            .failure();
      }
    }
  }

  static Map<String, @Nullable Object> instances(Observation.Instances observation) {
    List<Map<String, Object>> instances =
        observation.instances().stream()
            .map(i ->
                Fields.<Object>of(
                    "node", i.node(),
                    "id", i.id(),
                    "address", i.address(),
                    "port", i.port(),
                    "passing", i.passing(),
                    "checks", i.checks().stream().map(RegisteredFields::check).toList()))
            .toList();
    return Fields.<@Nullable Object>of("found", !instances.isEmpty(), "instances", instances);
  }

  static Map<String, @Nullable Object> member(Observation.MemberState observation) {
    return switch (observation) {
      case Observation.NoMember _ -> Fields.<@Nullable Object>of("found", false, "alive", false);
      case Observation.Member(boolean alive, _) ->
          Fields.<@Nullable Object>of("found", true, "alive", alive);
    };
  }

  private static Map<String, Object> check(Observation.CheckState check) {
    return Fields.of("name", check.name(), "status", check.status(), "output", check.output());
  }

  static Map<String, @Nullable Object> locks(Observation.LocksHeld observation) {
    List<Map<String, Object>> locks =
        observation.locks().stream()
            .map(lock ->
                Fields.<Object>of(
                    "key", lock.key(),
                    "session", lock.session(),
                    "holder", lock.holder(),
                    "node", lock.node(),
                    "since", lock.since()))
            .toList();
    return Fields.<@Nullable Object>of("found", !locks.isEmpty(), "locks", locks);
  }

  static Map<String, @Nullable Object> file(Observation.FileState observation) {
    return switch (observation) {
      case Observation.NoFile _, Observation.NoDirectory _ ->
          Fields.<@Nullable Object>of("found", false, "content", "");
      case Observation.OtherFile _ -> Fields.<@Nullable Object>of("found", true, "content", "");
      case Observation.File file ->
          Fields.<@Nullable Object>of("found", true, "content", file.content().marked());
    };
  }

  /**
   * @param certificates one at least
   * @param now when their days are counted from
   */
  static Map<String, @Nullable Object> certificates(List<Certificate> certificates, Instant now) {
    Instant end =
        certificates.stream().map(Certificate::notAfter).min(naturalOrder()).orElseThrow();
    long seconds = Duration.between(now, end).toSeconds();
    return Fields.<@Nullable Object>of(
        "found",
        true,
        "days_left",
        Math.floorDiv(seconds, Duration.ofDays(1).toSeconds()),
        "not_after",
        end.toString(),
        "certificates",
        certificates.stream().map(RegisteredFields::certificate).toList());
  }

  private static Map<String, Object> certificate(Certificate one) {
    return Fields.of(
        "subject", one.subject(),
        "issuer", one.issuer(),
        "names", one.names(),
        "not_before", one.notBefore().toString(),
        "not_after", one.notAfter().toString());
  }

  /**
   * A command's standard output is text for people and for expressions: without its last line end.
   */
  static Map<String, @Nullable Object> command(Observation.CommandResult observation) {
    return Fields.<@Nullable Object>of(
        "found", observation.exit() == 0,
        "exit", observation.exit(),
        "output", observation.stdout().replaceFirst("\\R\\z", ""));
  }

  private static Map<String, @Nullable Object> hide(
      Map<String, @Nullable Object> row, List<String> secretColumns) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>(row);
    for (String column : secretColumns) {
      Object value = shown.get(column);
      if (value != null) {
        shown.put(column, Text.secret(value.toString()).marked());
      }
    }
    return shown;
  }
}
