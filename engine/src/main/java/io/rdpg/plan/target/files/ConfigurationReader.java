package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.shell.ShellQuote;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Sees configuration files, the stamp of the last reload, and the process that runs. */
final class ConfigurationReader {
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
      elif ! d=$(directory "$stamp"); then
        printf 'nodirectory %s\\n' "$d"
      fi
      """;

  private ConfigurationReader() {}

  static String script(Read.Configuration read) {
    StringBuilder script = new StringBuilder();
    script.append("set -- ").append(ShellQuote.words(read.files())).append('\n').append(FILES);
    if (read.stamp() != null) {
      script.append("stamp=").append(ShellQuote.word(read.stamp())).append('\n').append(STAMP);
    }
    if (read.accepted()) {
      script.append(new AcceptedFiles(read.files()).look());
    }
    if (read.process() != null) {
      script.append(ServiceProcesses.script(read.process()));
    }
    return script.toString();
  }

  static Observation.ConfigurationState read(Read.Configuration read, ScriptBatch.Section section) {
    if (section.exit() != 0) {
      throw Failure.of(
          Code.FILE_FAILED,
          "the configuration of " + read.service() + " can't be read: " + section.said(),
          "the user (ansible_user, or become_user) must be able to read it");
    }
    List<String> lines = section.text().lines().toList();
    return new Observation.ConfigurationState(
        all(lines, "missing ").map(i -> read.files().get(Integer.parseInt(i))).toList(),
        all(lines, "hash ").findFirst().orElseThrow(),
        all(lines, "changed ")
            .map(ConfigurationReader::instant)
            .max(Comparator.naturalOrder())
            .orElse(null),
        all(lines, "stamp ").findFirst().orElse(null),
        all(lines, "stamped ").findFirst().map(ConfigurationReader::instant).orElse(null),
        all(lines, "nodirectory ").findFirst().orElse(null),
        Optional.ofNullable(read.process()).map(_ -> ServiceProcesses.read(lines)).orElse(null),
        all(lines, "accepted ").findFirst().orElse(null));
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
