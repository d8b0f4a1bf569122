package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Redaction;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All secrets that the steps of a run were given so far, to redact them in what is said of later
 * steps: a service that refuses a file which an earlier step wrote may repeat it. Safe for use by
 * many threads.
 */
final class KnownSecrets {
  /** A shorter one would make messages unreadable, and be guessed from what is left. */
  private static final int SHORTEST = 6;

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();

  /** Remembers what is secret in a rendered value. */
  void remember(Value value) {
    switch (value) {
      case Value.Str text -> Text.marked(text.text()).secrets().forEach(this::remember);
      case Value.Seq list -> list.items().forEach(this::remember);
      case Value.Mapping map -> map.entries().values().forEach(entry -> remember(entry.value()));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> {}
    }
  }

  /** Whole, and line by line: that is how messages repeat a file. */
  private void remember(String secret) {
    String whole = secret.strip();
    if (whole.length() >= SHORTEST) {
      secrets.add(whole);
    }
    if (whole.contains("\n")) {
      whole.lines().forEach(this::remember);
    }
  }

  /** The same error without secrets. */
  Diagnostic redact(Diagnostic diagnostic) {
    String hint = diagnostic.hint();
    return new Diagnostic(
        diagnostic.code(),
        redact(diagnostic.message()),
        diagnostic.at(),
        diagnostic.node(),
        hint == null ? null : redact(hint));
  }

  /** The same words, with {@code ***} in place of each secret. */
  String redact(String words) {
    String shown = words;
    for (String secret :
        secrets.stream()
            .filter(secret -> Redaction.concerns(words, secret))
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList()) {
      shown = Redaction.hide(shown, secret);
    }
    return shown;
  }
}
