package io.rdpg.plan.run.event;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes effects for people, without secrets. */
final class EffectSummary {
  private static final Pattern SAYS_NOTHING =
      Pattern.compile("--|DO \\$|BEGIN\\b|DECLARE\\b|SET LOCAL\\b", Pattern.CASE_INSENSITIVE);

  private EffectSummary() {}

  /**
   * Several effects of one step.
   *
   * @param detail what differs, which goes with the first; null when there is nothing to show
   */
  static List<Event.EffectReported> all(List<Effect> effects, @Nullable String detail) {
    List<Event.EffectReported> done = new ArrayList<>();
    for (Effect effect : effects) {
      done.add(
          new Event.EffectReported(
              effect.kind(), effect.target(), summary(effect), done.isEmpty() ? detail : null));
    }
    return done;
  }

  private static String summary(Effect effect) {
    return switch (effect) {
      case Effect.WriteFile write -> "write " + write.path();
      case Effect.RunSql sql -> "run in " + sql.database() + ": " + firstLine(sql.sql());
      case Effect.PutKey put -> "set " + put.key() + " to '" + put.value() + "'";
      case Effect.DeleteKey delete -> "delete " + delete.key();
      case Effect.Register register ->
          "register service "
              + register.registration().name()
              + " as "
              + register.registration().id();
      case Effect.Deregister gone -> "deregister " + gone.id();
      case Effect.RunCommand command ->
          "run " + String.join(" ", command.argv().stream().map(Text::toString).toList());
      case Effect.Reload reload -> "reload " + reload.service();
    };
  }

  /**
   * The first line that says something: no comment, no bracket of a block, no setting of a session.
   */
  private static String firstLine(Text sql) {
    return sql.toString()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !SAYS_NOTHING.matcher(line).lookingAt())
        .findFirst()
        .map(line -> line.length() > 100 ? line.substring(0, 97) + "..." : line)
        .orElse("");
  }
}
