package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the variable {@code lab} of an inventory, which makes it a local lab's. */
record LabSettingsReader(Diagnostics diagnostics) {
  private static final List<String> NAMES = List.of("home", "postgres", "fsync");
  private static final List<String> OF_POSTGRES = List.of("version", "bin", "settings");
  private static final String EXAMPLE =
      "such as lab: {home: /srv/lab, postgres: 16.15.0, fsync: false}";
  private static final String POSTGRES_EXAMPLE =
      "such as postgres: {bin: /usr/lib/postgresql/15/bin,"
          + " settings: {shared_preload_libraries: pglogical}}";

  /** The settings; null for an inventory of real nodes. */
  @Nullable LabSettings read(@Nullable Value lab) {
    return switch (lab) {
      case null -> null;
      case Value.Nothing _ -> null;
      case Value.Bool yes -> yes.value() ? LabSettings.USUAL : null;
      case Value.Mapping settings -> {
        checkNames("a lab has", settings, NAMES);
        yield new LabSettings(
            text(settings, "home"),
            postgres(settings.get("postgres")),
            fsync(settings.get("fsync")));
      }
      case Value.Str _, Value.Num _, Value.Seq _ -> {
        diagnostics.add(
            lab.at(), Code.BAD_VALUE, "'lab' is true, false or a map, not " + lab.kind());
        yield null;
      }
    };
  }

  /** A version, or a map. */
  private LabSettings.Postgres postgres(@Nullable Value value) {
    if (value instanceof Value.Mapping map) {
      checkNames("a lab's postgres has", map, OF_POSTGRES);
      if (map.get("version") != null && map.get("bin") != null) {
        refuse(map, "a lab's postgres is a 'version' or a 'bin', not both", POSTGRES_EXAMPLE);
      }
      return new LabSettings.Postgres(
          text(map, "version"), text(map, "bin"), settings(map.get("settings")));
    }
    String version = value == null ? null : text(value);
    if (value != null && version == null) {
      refuse(value, "a lab's 'postgres' is a version or a map, not " + value.kind(), EXAMPLE);
    }
    return new LabSettings.Postgres(version, null, Map.of());
  }

  /** Lines of postgresql.conf. */
  private Map<String, String> settings(@Nullable Value value) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (value instanceof Value.Mapping map) {
      map.entries()
          .forEach((name, entry) -> {
            String text =
                entry.value() instanceof Value.Bool bool
                    ? String.valueOf(bool.value())
                    : text(entry.value());
            if (text == null || text.contains("\n") || !name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
              refuse(
                  entry.value(), "'" + name + "' is no line of postgresql.conf", POSTGRES_EXAMPLE);
            } else {
              settings.put(name, text);
            }
          });
    } else if (value != null) {
      refuse(value, "a lab's 'settings' are a map, not " + value.kind(), POSTGRES_EXAMPLE);
    }
    return settings;
  }

  private boolean fsync(@Nullable Value value) {
    return switch (value) {
      case null -> true;
      case Value.Bool given -> given.value();
      case Value.Str _, Value.Num _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> {
        refuse(value, "a lab's 'fsync' is true or false, not " + value.kind(), EXAMPLE);
        yield true;
      }
    };
  }

  private void checkNames(String what, Value.Mapping map, List<String> names) {
    map.entries()
        .forEach((name, entry) -> {
          if (!names.contains(name)) {
            diagnostics.add(
                Diagnostic.at(entry.keyAt(), Code.UNKNOWN_KEY, what + " no setting '" + name + "'")
                    .withHint(Suggestions.hint(name, names)));
          }
        });
  }

  private @Nullable String text(Value.Mapping map, String name) {
    Value value = map.get(name);
    String text = value == null ? null : text(value);
    if (value != null && text == null) {
      refuse(value, "a lab's '" + name + "' is a string, not " + value.kind(), EXAMPLE);
    }
    return text;
  }

  private void refuse(Value value, String why, String hint) {
    diagnostics.add(Diagnostic.at(value.at(), Code.BAD_VALUE, why).withHint(hint));
  }

  private static @Nullable String text(Value value) {
    return switch (value) {
      case Value.Str text -> text.text();
      case Value.Num number -> number.source();
      case Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> null;
    };
  }
}
