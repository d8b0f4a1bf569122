package io.rdpg.plan.cli;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** Redacts the command line's variables, any of which may be a secret, in text. */
final class CommandLineSecrets implements UnaryOperator<String> {
  /** Shorter ones would take too much of every sentence with them, and are no secrets. */
  private static final int SHORTEST = 4;

  private final List<Text> secrets = new ArrayList<>();

  CommandLineSecrets(Collection<Value> variables) {
    variables.forEach(this::gather);
  }

  private void gather(Value value) {
    switch (value) {
      case Value.Str text -> add(text.text());
      case Value.Num number -> add(number.source());
      case Value.Seq list -> list.items().forEach(this::gather);
      case Value.Mapping map -> map.entries().values().forEach(entry -> gather(entry.value()));
      case Value.Bool _, Value.Nothing _ -> {}
    }
  }

  private void add(String value) {
    if (value.length() >= SHORTEST) {
      secrets.add(Text.secret(value));
    }
  }

  @Override
  public String apply(String words) {
    String shown = words;
    for (Text secret : secrets) {
      shown = secret.redact(shown);
    }
    return shown;
  }
}
