package io.rdpg.plan.check;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.diag.Diagnostics;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Span;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Step;
import io.rdpg.plan.model.Value;
import io.rdpg.plan.scope.Arguments;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Primitive;
import java.util.Map;

/**
 * What a primitive says of arguments that are all literal, on however many nodes and in however
 * many turns: it needn't first say it in the run.
 */
record LiteralCheck(
    Map<String, Signature> signatures, Map<String, Primitive<?>> primitives, Diagnostics faults) {

  void check(Step.Task task) {
    Signature signature = signatures.get(task.primitive());
    Primitive<?> primitive = primitives.get(task.primitive());
    if (primitive == null || signature == null || told(task) || !literal(task, signature)) {
      return;
    }
    try {
      primitive.decode(new Args(task.arguments()));
    } catch (Failure failure) {
      Diagnostic fault = failure.diagnostic().orAt(task.head().at());
      faults.add(
          new Diagnostic(Code.BAD_VALUE, fault.message(), fault.at(), fault.node(), fault.hint()));
    }
  }

  private static boolean literal(Step.Task task, Signature signature) {
    return task.arguments().entries().entrySet().stream()
        .allMatch(entry -> {
          Value value = entry.getValue().value();
          return switch (Arguments.kind(signature, entry.getKey())) {
            case TEMPLATE_FILE -> true;
            case EXPRESSION -> !(value instanceof Value.Str) && !mayRender(value);
            case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY -> !mayRender(value);
          };
        });
  }

  /** Whether a fault within this step is told already. */
  boolean told(Step.Task task) {
    Span from = task.head().at();
    int last =
        task.arguments().entries().values().stream()
            .mapToInt(entry -> Math.max(entry.keyAt().line(), entry.value().at().line()))
            .max()
            .orElse(task.arguments().at().line());
    return faults.all().stream()
        .map(Diagnostic::at)
        .anyMatch(at ->
            at != null
                && at.file().equals(from.file())
                && from.line() <= at.line()
                && at.line() <= last);
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
