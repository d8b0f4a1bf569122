package io.rdpg.plan.world.files;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.reach.Quoted;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Sees configuration files, the stamp of the last reload, and the process that runs. */
final class ConfigurationLook {
  private static final String FILES =
      """
      n=$#
      i=0
      while [ "$i" -lt "$n" ]; do
        f=$1
        shift
        if [ -f "$f" ] || ! absent "$f"; then
          [ -r "$f" ] || { echo "$f: Permission denied"; exit 1; }
          set -- "$@" "$f"
        else
          echo "missing $i"
        fi
        i=$((i + 1))
      done
      if [ $# -gt 0 ]; then
        hash=$(cat -- "$@" | sha256sum) && LC_ALL=C stat -L -c 'changed %.9Z' -- "$@" || exit 1
      else
        hash=$(sha256sum </dev/null)
      fi
      echo "hash ${hash%% *}"
      """;

  private static final String STAMP =
      """
      if [ -f "$stamp" ] || ! absent "$stamp"; then
        LC_ALL=C stat -L -c 'stamped %.9Z' -- "$stamp" && line=$(head -n 1 -- "$stamp") || exit 1
        printf 'stamp %s\\n' "$line"
      elif ! d=$(folder "$stamp"); then
        printf 'nofolder %s\\n' "$d"
      fi
      """;

  private ConfigurationLook() {}

  static String script(Look.Configuration look) {
    StringBuilder script = new StringBuilder();
    script.append("set -- ").append(Quoted.words(look.files())).append('\n').append(FILES);
    if (look.stamp() != null) {
      script.append("stamp=").append(Quoted.word(look.stamp())).append('\n').append(STAMP);
    }
    if (look.process() != null) {
      script.append(Processes.script(look.process()));
    }
    return script.toString();
  }

  static Answer.ConfigurationState read(Look.Configuration look, Batch.Section section) {
    if (section.exit() != 0) {
      throw Failure.of(
          Code.FILE_FAILED,
          "the configuration of " + look.service() + " can't be read: " + section.said(),
          "let the user that connects (ansible_user) read it");
    }
    List<String> lines = section.text().lines().toList();
    return new Answer.ConfigurationState(
        all(lines, "missing ").map(i -> look.files().get(Integer.parseInt(i))).toList(),
        all(lines, "hash ").findFirst().orElseThrow(),
        all(lines, "changed ")
            .map(ConfigurationLook::instant)
            .max(Comparator.naturalOrder())
            .orElse(null),
        all(lines, "stamp ").findFirst().orElse(null),
        all(lines, "stamped ").findFirst().map(ConfigurationLook::instant).orElse(null),
        all(lines, "nofolder ").findFirst().orElse(null),
        Optional.ofNullable(look.process()).map(_ -> Processes.read(lines)).orElse(null));
  }

  private static Stream<String> all(List<String> lines, String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()));
  }

  private static Instant instant(String seconds) {
    BigDecimal value = new BigDecimal(seconds);
    long whole = value.longValue();
    return Instant.ofEpochSecond(
        whole, value.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
  }
}
