package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the variable {@code lab} of an inventory, which makes it a local lab's. */
record LabSettingsReader(Diagnostics diagnostics) {
  private static final List<String> NAMES = List.of("home", "postgres", "fsync");

  /** The settings; null for an inventory of real nodes. */
  @Nullable LabSettings read(@Nullable Value lab) {
    return switch (lab) {
      case null -> null;
      case Value.Nothing _ -> null;
      case Value.Bool yes -> yes.value() ? new LabSettings(null, null, true) : null;
      case Value.Mapping settings -> {
        settings.entries().forEach(this::check);
        yield new LabSettings(
            text(settings.get("home")),
            text(settings.get("postgres")),
            !(settings.get("fsync") instanceof Value.Bool fsync) || fsync.value());
      }
      case Value.Str _, Value.Num _, Value.Seq _ -> {
        diagnostics.add(
            lab.at(), Code.BAD_VALUE, "'lab' is true, false or a map, not " + lab.kind());
        yield null;
      }
    };
  }

  private void check(String name, Value.Entry entry) {
    if (!NAMES.contains(name)) {
      diagnostics.add(
          Diagnostic.at(entry.keyAt(), Code.UNKNOWN_KEY, "a lab has no setting '" + name + "'")
              .withHint(Suggestions.hint(name, NAMES)));
    } else if (name.equals("fsync")
        ? !(entry.value() instanceof Value.Bool)
        : text(entry.value()) == null) {
      diagnostics.add(
          Diagnostic.at(
                  entry.value().at(),
                  Code.BAD_VALUE,
                  "a lab's '"
                      + name
                      + "' is "
                      + (name.equals("fsync") ? "true or false" : "a string")
                      + ", not "
                      + entry.value().kind())
              .withHint("such as lab: {home: /srv/lab, postgres: 16.15.0, fsync: false}"));
    }
  }

  private static @Nullable String text(@Nullable Value value) {
    return switch (value) {
      case Value.Str text -> text.text();
      case Value.Num number -> number.source();
      case Value.Bool _, Value.Nothing _, Value.Seq _, Value.Mapping _ -> null;
      case null -> null;
    };
  }
}
