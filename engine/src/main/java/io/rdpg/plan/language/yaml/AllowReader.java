package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a step's {@code allow}: the rules that it need not keep, each with the reason why. */
final class AllowReader {
  private static final List<String> RULES = Code.RULES.stream().map(Code::word).toList();

  private AllowReader() {}

  /** The reasons by rule; errors are reported. */
  static Map<String, String> read(MappingReader step, Diagnostics diagnostics) {
    Map<String, String> allowed = new LinkedHashMap<>();
    switch (step.value("allow")) {
      case null -> {}
      case Value.Mapping map -> {
        new MappingReader(map, diagnostics).only(RULES, "'allow'");
        map.entries()
            .forEach((rule, entry) -> {
              Optional<String> reason =
                  LiteralOrTemplate.scalar(entry.value()).filter(text -> !text.isBlank());
              if (reason.isEmpty()) {
                diagnostics.add(
                    Diagnostic.at(entry.keyAt(), Code.BAD_VALUE, "why is " + rule + " allowed?")
                        .withHint("give the reason: {" + rule + ": \"the operator waits too\"}"));
              }
              allowed.put(rule, reason.orElse(""));
            });
      }
      case Value other ->
          diagnostics.add(
              Diagnostic.at(
                      other.at(),
                      Code.BAD_VALUE,
                      "'allow' must be a map of rules and reasons, not " + other.kind())
                  .withHint(
                      LiteralOrTemplate.scalar(other)
                          .filter(RULES::contains)
                          .map(rule -> "write {" + rule + ": \"the reason why\"}")
                          .orElse(Suggestions.hint("", RULES))));
    }
    return allowed;
  }
}
