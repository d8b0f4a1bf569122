package io.rdpg.plan.language.diagnostic;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * Tells what to write instead of a word of Ansible, Jinja or another tool, by a table among the
 * resources, {@code foreign-words.properties}, which is read when the first error asks for it.
 */
public enum ForeignWord {
  PLAN_KEY,
  STEP_KEY,
  ACTION,
  /** An argument, asked for as {@code primitive.argument}. */
  ARGUMENT,
  FILTER,
  TEST,
  FUNCTION,
  TAG,
  VARIABLE;

  /** What to write instead of a word of this kind that there is not. */
  public Optional<String> hint(String word) {
    String kind = name().toLowerCase(Locale.ROOT);
    return Optional.ofNullable(Table.HINTS.getProperty(kind + "." + word));
  }

  /** The same for a word that may have a collection's name before it, {@code community.x.word}. */
  public Optional<String> qualifiedHint(String word) {
    return hint(word).or(() -> hint(word.substring(word.lastIndexOf('.') + 1)));
  }

  /** Is loaded, and with it the file, when a hint is asked for. */
  private static final class Table {
    static final Properties HINTS = read("foreign-words.properties");

    private static Properties read(String resource) {
      try (Reader in =
          new InputStreamReader(
              Objects.requireNonNull(ForeignWord.class.getResourceAsStream(resource), resource),
              StandardCharsets.UTF_8)) {
        Properties hints = new Properties();
        hints.load(in);
        return hints;
      } catch (IOException e) {
        throw new UncheckedIOException("could not read " + resource, e);
      }
    }
  }
}
