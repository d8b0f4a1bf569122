package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As which user a step runs, by what its keys, those of the steps around it and the inventory say:
 * of each key the innermost counts. Evaluated when it is asked for, where it is written.
 *
 * @param wanted whether another user is become; null when nothing says it
 * @param name that user's name; null when nothing says it
 */
public record Becoming(@Nullable Supplier<Boolean> wanted, @Nullable Supplier<String> name) {
  static final Becoming UNSAID = new Becoming(null, null);

  private static final String USUAL = "root";
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "0");

  /** What every login shell, sudo, doas and su take as one word, and as no option. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.#][\\p{L}\\p{N}_.@+#-]*\\$?");

  /** In a step with these keys. */
  <K extends Knowledge<K>> Becoming in(Step.Become keys, K known) {
    Value said = keys.wanted();
    Value.Str user = keys.user();
    return new Becoming(
        said == null ? wanted : () -> known.becomes(said),
        user == null ? name : () -> known.user(user));
  }

  /** What this says, and where it says nothing what others say. */
  Becoming over(Becoming others) {
    return new Becoming(wanted == null ? others.wanted : wanted, name == null ? others.name : name);
  }

  /**
   * The name of the user who is become; null for the user who logs in.
   *
   * @throws Failure when what says it makes no sense
   * @throws io.rdpg.plan.language.template.UnknownValue when it depends on what isn't known
   */
  @Nullable String user() {
    if (wanted == null || !wanted.get()) {
      return null;
    }
    return name == null ? USUAL : name.get();
  }

  /**
   * Looks whether what it says makes sense.
   *
   * @throws Failure when it doesn't
   */
  void check() {
    if (wanted != null) {
      boolean _ = wanted.get();
    }
    if (name != null) {
      String _ = name.get();
    }
  }

  /**
   * The truth that a value says.
   *
   * @param key where it is said
   * @throws Failure when it is neither true nor false
   */
  static boolean truth(String key, @Nullable Object value, @Nullable Span at) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    Text said = value instanceof Text text ? text : Text.marked(String.valueOf(value));
    String word = said.reveal().strip().toLowerCase(Locale.ROOT);
    if (TRUE.contains(word) || FALSE.contains(word)) {
      return TRUE.contains(word);
    }
    throw wrong(at, "'" + key + "' must be true or false, not '" + said + "'");
  }

  /**
   * The user's name that a value says.
   *
   * @param key where it is said
   * @throws Failure when no user can be called so
   */
  static String userName(String key, Text value, @Nullable Span at) {
    if (value.holdsSecret()) {
      throw wrong(at, "'" + key + "' must not contain a secret: it is shown in events");
    }
    if (!NAME.matcher(value.reveal()).matches()) {
      throw wrong(at, "'" + key + "' must be a user's name, not '" + value + "'");
    }
    return value.reveal();
  }

  private static Failure wrong(@Nullable Span at, String message) {
    Diagnostic diagnostic = Diagnostic.of(Code.BAD_VALUE, message);
    return new Failure(at == null ? diagnostic : diagnostic.orAt(at));
  }
}
