package io.rdpg.plan.language.template;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the steps and the size of rendering one template with all that it includes: a template
 * that would never end, or whose result doesn't fit into memory, ends with an error.
 */
final class RenderBudget {
  /** Turns of loops, calls of macros and variables asked for. */
  static final int MOST_STEPS = 1_000_000;

  /** Characters written, those of variables' own templates counted too. */
  static final int MOST_CHARACTERS = SourceFile.MOST_TEXT;

  /** Items of a {@code range}. */
  static final int MOST_ITEMS = 100_000;

  private static final ScopedValue<RenderBudget> CURRENT = ScopedValue.newInstance();

  private int steps;
  private long characters;

  private RenderBudget() {}

  /** Does it within the budget of what is being rendered already, else within a new one. */
  static <T extends @Nullable Object> T within(Supplier<T> work) {
    return CURRENT.isBound()
        ? work.get()
        : ScopedValue.where(CURRENT, new RenderBudget()).call(work::get);
  }

  /** One more turn. */
  static void step() {
    if (CURRENT.isBound() && ++CURRENT.get().steps > MOST_STEPS) {
      throw Failure.of(
          Code.BAD_TEMPLATE,
          "this template needs more than a million steps",
          "check nested loops, and variables in variables, for what multiplies");
    }
  }

  /** So many characters more. */
  static void characters(int count) {
    if (CURRENT.isBound() && (CURRENT.get().characters += count) > MOST_CHARACTERS) {
      throw Failure.of(
          Code.BAD_TEMPLATE,
          "this template's result has more than " + (MOST_CHARACTERS >> 20) + " MiB",
          "check nested loops, and variables in variables, for what multiplies");
    }
  }

  /** Takes what is rendered, within the budget. */
  static Writer writer(StringWriter into) {
    return new FilterWriter(into) {
      @Override
      public void write(int c) throws IOException {
        characters(1);
        super.write(c);
      }

      @Override
      public void write(char[] buffer, int offset, int length) throws IOException {
        characters(length);
        super.write(buffer, offset, length);
      }

      @Override
      public void write(String text, int offset, int length) throws IOException {
        characters(length);
        super.write(text, offset, length);
      }
    };
  }
}
