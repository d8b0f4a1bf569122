package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.model.Step;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tags of a plan's steps. */
final class TagCheck {
  private TagCheck() {}

  /**
   * Reports tags that no step has: with a mistyped one nothing would run, and the run would
   * succeed.
   */
  static void check(Plan plan, Collection<String> asked, Diagnostics diagnostics) {
    Set<String> known =
        Step.all(plan.steps())
            .flatMap(step -> step.head().tags().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    for (String tag : asked) {
      if (!known.contains(tag)) {
        diagnostics.add(
            Diagnostic.of(
                    Code.BAD_COMMAND_LINE,
                    "no step of " + plan.fileName() + " has the tag '" + tag + "'")
                .withHint(
                    known.isEmpty()
                        ? "its steps have no tags: omit -t"
                        : Suggestions.hint(tag, known)));
      }
    }
  }
}
