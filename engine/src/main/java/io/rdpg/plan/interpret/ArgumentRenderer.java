package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Renders a step's arguments, once, before its primitive sees them. */
public record ArgumentRenderer(Templates templates, TemplateLookup files) {

  public Args render(Value.Mapping written, Signature signature, Variables vars, Plan plan) {
    return new Args(
        written.with(
            (name, value) -> Optional.of(render(kind(signature, name), value, vars, plan))));
  }

  /**
   * Those arguments that can be rendered although not every value that they name is known; files'
   * contents are left out.
   */
  public Args known(Value.Mapping written, Signature signature, Variables vars, Plan plan) {
    return new Args(
        written.with((name, value) ->
            kind(signature, name) == Signature.Kind.TEMPLATE_FILE
                ? Optional.empty()
                : whenKnown(kind(signature, name), value, vars, plan)));
  }

  /** The same, with files' contents. */
  public Args knownWithFiles(
      Value.Mapping written, Signature signature, Variables vars, Plan plan) {
    return new Args(
        written.with((name, value) -> whenKnown(kind(signature, name), value, vars, plan)));
  }

  private Optional<Value> whenKnown(Signature.Kind kind, Value value, Variables vars, Plan plan) {
    try {
      return Optional.of(render(kind, value, vars, plan));
    } catch (UnknownValue | Failure left) {
      return Optional.empty();
    }
  }

  /** One argument. */
  public Value render(Signature.Kind kind, Value value, Variables vars, Plan plan) {
    return switch (kind) {
      case EXPRESSION ->
          value instanceof Value.Str str
              ? ValueConversion.ofObject(templates.evaluate(str.text(), vars, str.at()), str.at())
              : ValueConversion.render(value, templates, vars);
      case TEMPLATE_FILE -> {
        Text name =
            value instanceof Value.Str str
                ? templates.render(str.text(), vars, str.at())
                : Text.EMPTY;
        yield new Value.Str(
            templates.renderFile(files.find(name, plan, value.at()), vars).marked(), value.at());
      }
      case TEXT, BOOL, INT, DURATION, MODE, LIST, MAP, ANY ->
          ValueConversion.render(value, templates, vars);
    };
  }

  public static Signature.Kind kind(@Nullable Signature signature, String name) {
    return signature == null
        ? Signature.Kind.ANY
        : signature.argument(name).map(Signature.Argument::kind).orElse(Signature.Kind.ANY);
  }
}
