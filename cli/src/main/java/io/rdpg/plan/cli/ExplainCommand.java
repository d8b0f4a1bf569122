package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.reference.ExplainPages;
import io.rdpg.plan.reference.PrimitiveReference;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: explains a word of the plan language. */
@Command(
    description = {
      "Explains a word of a plan: the arguments and results of a primitive, or for a key or an"
          + " argument the form, unit and default of its value. Without"
          + " WORD it lists all words."
    },
    footer = {
      "rdpg-plan explain sql_exec     a primitive",
      "rdpg-plan explain for_each     a key",
      "rdpg-plan explain step         all keys of a step",
      "rdpg-plan explain lock_order   a rule of locks and waits",
      "rdpg-plan explain events       what -o json prints, and all codes"
    })
final class ExplainCommand extends Subcommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "WORD",
      description =
          "A primitive, a key, an argument or a rule; plan, step or events for a whole page.")
  private @Nullable String word;

  @Option(
      names = "--markdown",
      description = "As Markdown, for docs/: all primitives without WORD.")
  private boolean markdown;

  @Override
  public Integer call() {
    root.streams().out().print(page());
    return 0;
  }

  private String page() {
    ExplainPages explanations = new ExplainPages(Primitives.signatures());
    String asked = word;
    if (asked == null) {
      return markdown
          ? PrimitiveReference.markdown(Primitives.signatures().values())
          : explanations.contents();
    }
    Optional<String> page =
        (markdown ? explanations.markdown(asked) : explanations.of(asked))
            .or(() -> root.installation().rule(asked));
    return page.orElseThrow(() ->
        Failure.of(
            Code.UNKNOWN_PRIMITIVE,
            "unknown word " + asked + (markdown ? " in the docs" : ""),
            markdown ? "known here: plan, step, events" : explanations.hint(asked)));
  }
}
