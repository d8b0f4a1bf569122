package io.rdpg.plan.junit;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.trial.ProgramResult;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.AssertionFailedError;

/** What a failed run says went wrong, one line each, as it would on a terminal. */
final class Errors {
  private Errors() {}

  /**
   * The same result, of a run that ended well.
   *
   * @throws AssertionFailedError with its errors when it failed
   */
  static ProgramResult requireNone(String plan, ProgramResult result) {
    if (result.exit() != 0) {
      throw new AssertionFailedError(
          "%s failed with exit code %d\n%s".formatted(plan, result.exit(), of(result)));
    }
    return result;
  }

  static String of(ProgramResult result) {
    List<String> lines = new ArrayList<>();
    for (JsonNode step : result.events("step_finished")) {
      if (step.path("error").isObject()) {
        lines.add(
            step.path("node").asText()
                + (step.path("on").isTextual() ? " on " + step.path("on").asText() : "")
                + ": "
                + step.path("id").asText()
                + ": "
                + line(step.path("error")));
      }
    }
    result.events("diagnostic").forEach(diagnostic -> lines.add(line(diagnostic)));
    lines.addAll(result.stderr().lines().toList());
    return lines.isEmpty() ? result.said() : String.join("\n", lines);
  }

  private static String line(JsonNode diagnostic) {
    String hint = diagnostic.path("hint").asText("");
    String file = diagnostic.path("file").asText("");
    return (file.isEmpty() || file.equals("null")
            ? ""
            : file + ":" + diagnostic.path("line").asInt() + ": ")
        + diagnostic.path("message").asText()
        + (hint.isEmpty() || hint.equals("null") ? "" : "\n  hint: " + hint);
  }
}
