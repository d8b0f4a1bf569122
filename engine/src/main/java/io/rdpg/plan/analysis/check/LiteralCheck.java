package io.rdpg.plan.analysis.check;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import java.util.Map;

/**
 * Decodes arguments that are all literal, once for all nodes and turns, so that errors in them are
 * found before the run.
 */
record LiteralCheck(
    Map<String, Signature> signatures,
    Map<String, Primitive<?>> primitives,
    Diagnostics diagnostics) {

  void check(Step.Task task) {
    Signature signature = signatures.get(task.primitive());
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive == null || signature == null || hasReported(task) || !literal(task, signature)) {
      return;
    }
    try {
      primitive.decode(new Args(task.arguments()));
    } catch (Failure failure) {
      Diagnostic diagnostic = failure.diagnostic().orAt(task.head().at());
      diagnostics.add(
          new Diagnostic(
              Code.BAD_VALUE,
              diagnostic.message(),
              diagnostic.at(),
              diagnostic.node(),
              diagnostic.hint()));
    }
  }

  private static boolean literal(Step.Task task, Signature signature) {
    return task.arguments().entries().entrySet().stream()
        .allMatch(entry -> {
          Value value = entry.getValue().value();
          return switch (ArgumentRenderer.kind(signature, entry.getKey())) {
            case TEMPLATE_FILE -> true;
            case EXPRESSION -> !(value instanceof Value.Str) && !mayRender(value);
            case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY -> !mayRender(value);
          };
        });
  }

  /** Whether an error within this step is reported already. */
  boolean hasReported(Step.Task task) {
    if (diagnostics.isEmpty()) {
      return false;
    }
    Span from = task.head().at();
    int last =
        task.arguments().entries().values().stream()
            .mapToInt(entry -> Math.max(entry.keyAt().line(), entry.value().at().line()))
            .max()
            .orElse(task.arguments().at().line());
    return diagnostics.anyMatch(hasReported -> {
      Span at = hasReported.at();
      return at != null
          && at.file().equals(from.file())
          && from.line() <= at.line()
          && at.line() <= last;
    });
  }

  private static boolean mayRender(Value value) {
    return switch (value) {
      case Value.Str str -> str.text().contains("{");
      case Value.Seq seq -> seq.items().stream().anyMatch(LiteralCheck::mayRender);
      case Value.Mapping map ->
          map.entries().values().stream().anyMatch(entry -> mayRender(entry.value()));
      case Value.Num _, Value.Bool _, Value.Nothing _ -> false;
    };
  }
}
