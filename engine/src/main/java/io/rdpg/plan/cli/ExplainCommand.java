package io.rdpg.plan.cli;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.diag.Suggestions;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.primitives.Primitives;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code explain}: what a primitive takes and gives. */
@Command(
    name = "explain",
    description = "Tells what a primitive takes and gives; all, without one.")
final class ExplainCommand implements Callable<Integer> {
  private static final String EVENTS = "events";

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private RootCommand root;

  @Parameters(
      arity = "0..1",
      paramLabel = "PRIMITIVE",
      description = "Its name, such as sql_exec; or events, for events and codes.")
  private @Nullable String primitive;

  @Option(names = "--markdown", description = "All of them as docs/primitives.md.")
  private boolean markdown;

  @Override
  public Integer call() {
    Map<String, Signature> known = Primitives.signatures();
    root.streams().out().print(page(known));
    return 0;
  }

  private String page(Map<String, Signature> known) {
    if (markdown) {
      return PrimitivePages.markdown(known.values());
    }
    if (EVENTS.equals(primitive)) {
      return EventPage.markdown();
    }
    if (primitive == null) {
      return PrimitivePages.list(known.values());
    }
    Signature signature = known.get(primitive);
    if (signature == null) {
      throw Failure.of(
          Code.UNKNOWN_PRIMITIVE,
          "there is no primitive " + primitive,
          Suggestions.hint(primitive, known.keySet()));
    }
    return PrimitivePages.text(signature);
  }
}
