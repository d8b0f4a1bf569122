package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.error.AttributeNotFoundException;
import io.pebbletemplates.pebble.error.ClassAccessException;
import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.error.RootAttributeNotFoundException;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Converts the template library's errors to diagnostics with messages and positions of our own.
 *
 * @param scope what the template was rendered in; null when it was only read
 * @param at the position of the template
 */
record TemplateErrors(@Nullable TemplateScope scope, Span at, String template) {
  private static final String NO_FIELD = "' in this";

  /** The library says so where a field is asked of null that isn't a variable's own value. */
  private static final String OF_NOTHING = "attribute of null object";

  /**
   * The exception to throw: a failure with a message of our own, or what a scope threw. It has no
   * cause, which may quote a secret.
   */
  RuntimeException of(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      RuntimeException original =
          cause instanceof TemplateValues.Thrown thrown ? thrown.original() : null;
      if (original != null && !(original instanceof Failure)) {
        return original;
      }
      if ((original == null ? cause : original) instanceof Failure failure) {
        return new Failure(
            failure.diagnostic().orAt(SourceText.place(at, template, line(e), null)));
      }
    }
    return new Failure(explain(e));
  }

  static Diagnostic tooMuch(Error error, Span at, String template) {
    return Diagnostic.at(
            SourceText.place(at, template, 1, null),
            Code.BAD_TEMPLATE,
            error instanceof StackOverflowError
                ? "this is nested too deeply"
                : "this needs too much memory")
        .withHint("split it into several variables");
  }

  private Diagnostic explain(RuntimeException e) {
    Span base = at;
    if (e instanceof PebbleException pebble
        && pebble.getFileName() != null
        && !pebble.getFileName().equals(at.file())
        && pebble.getFileName().indexOf('\n') < 0
        && SourceText.path(pebble.getFileName()).filter(Files::isRegularFile).isPresent()) {
      base = Span.of(pebble.getFileName());
    }
    return switch (e) {
      case ParseErrorLocation misread -> misread(misread);
      case RootAttributeNotFoundException root -> {
        String name = root.getAttributeName();
        if (String.valueOf(root.getPebbleMessage()).contains(OF_NOTHING)) {
          yield Diagnostic.at(
              SourceText.place(base, template, line(e), name),
              Code.RUNTIME_VARIABLE,
              "there is no '" + Text.marked(name) + NO_FIELD + ", which is empty");
        }
        Span place = SourceText.place(base, template, line(e), name);
        if (scope == null || scope.has(name)) {
          yield Diagnostic.at(
              place, Code.RUNTIME_VARIABLE, "'" + name + "' is empty here, it has nothing in it");
        }
        yield Diagnostic.at(place, Code.RUNTIME_VARIABLE, "variable '" + name + "' is not defined")
            .withHint(Suggestions.didYouMean(name, scope.names()).orElse(null));
      }
      case UnknownAttribute unknown ->
          Diagnostic.at(
                  SourceText.place(base, template, line(e), unknown.getAttributeName()),
                  Code.RUNTIME_VARIABLE,
                  "there is no '" + unknown.getAttributeName() + NO_FIELD)
              .withHint(Suggestions.hint(unknown.getAttributeName(), unknown.known()));
      case AttributeNotFoundException attribute ->
          Diagnostic.at(
              SourceText.place(base, template, line(e), attribute.getAttributeName()),
              Code.RUNTIME_VARIABLE,
              "there is no '" + Text.marked(attribute.getAttributeName()) + NO_FIELD);
      case ClassAccessException _ ->
          Diagnostic.at(
                  SourceText.place(base, template, line(e), null),
                  Code.BAD_TEMPLATE,
                  "templates can't call methods")
              .withHint("use a filter, such as: name | upper");
      case PebbleException pebble -> {
        ParserMessages words = ParserMessages.of(sentence(pebble.getPebbleMessage()), "", false);
        yield Diagnostic.at(
                SourceText.place(base, template, line(e), null), Code.BAD_TEMPLATE, words.message())
            .withHint(words.hint());
      }
      default ->
          Diagnostic.at(
              SourceText.place(base, template, line(e), null),
              Code.BAD_TEMPLATE,
              sentence(String.valueOf(e.getMessage())));
    };
  }

  private Diagnostic misread(ParseErrorLocation misread) {
    PebbleException pebble = misread.exception();
    boolean bare = !SourceText.hasTags(template);
    ParserMessages words =
        ParserMessages.of(sentence(pebble.getPebbleMessage()), misread.word(), bare);
    Span place =
        misread.offset() < 0
            ? SourceText.place(at, template, line(pebble), null)
            : SourceText.at(at, template, offset(misread));
    return Diagnostic.at(place, Code.BAD_TEMPLATE, words.message()).withHint(words.hint());
  }

  /** The end of a block tag stood one line end further on in what was parsed. */
  private int offset(ParseErrorLocation misread) {
    int offset = misread.offset();
    for (int moved = 0; moved <= 2 && moved <= offset; moved++) {
      if (SourceText.hasTags(template)
          && misread.word().equals("%}")
          && template.startsWith("%}", offset - moved)) {
        return offset - moved;
      }
    }
    return offset;
  }

  private static int line(RuntimeException e) {
    return e instanceof PebbleException pebble && pebble.getLineNumber() != null
        ? pebble.getLineNumber()
        : 1;
  }

  private static String sentence(@Nullable String message) {
    String shown = Text.marked(String.valueOf(message)).toString().strip();
    return shown.endsWith(".") ? shown.substring(0, shown.length() - 1) : shown;
  }
}
