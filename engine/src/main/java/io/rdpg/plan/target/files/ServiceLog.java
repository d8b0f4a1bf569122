package io.rdpg.plan.target.files;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.shell.ShellQuote;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Scripts that read what a service has written to its log since a moment. */
final class ServiceLog {
  private static final int ENOUGH = 64 << 10;

  /** How many lines before the one that tells of a refusal may tell its cause. */
  private static final int CAUSE = 4;

  private final Effect.LogAt at;
  private final Pattern refused;

  ServiceLog(Effect.Log log) {
    at = log.at();
    refused = Pattern.compile(log.refused());
  }

  /** Prints where the log ends now. */
  String end() {
    return switch (at) {
      case Effect.LogAt.File(String path) ->
          file(path) + "if [ \"$f\" ]; then LC_ALL=C stat -L -c %s -- \"$f\"; else echo 0; fi";
      case Effect.LogAt.Journal(String unit) ->
          """
          end=$(LC_ALL=C journalctl --unit=%s --lines=0 --show-cursor 2>&1) || { echo "$end"; exit 1; }
          case $end in *"not seeing messages from other users"*) echo "$end"; exit 1 ;; esac
          printf '%%s\\n' "$end" | sed -n 's/^-- cursor: //p'\
          """
              .formatted(ShellQuote.word(unit));
    };
  }

  /**
   * Prints what has come since; all of a file that is shorter now, since it was rotated.
   *
   * @param end what {@link #end} printed
   */
  String since(String end) {
    return switch (at) {
      case Effect.LogAt.File(String path) ->
          file(path)
              + """
              [ "$f" ] || exit 0
              n=%d
              [ "$(LC_ALL=C stat -L -c %%s -- "$f")" -ge "$n" ] || n=0
              tail -c +$((n + 1)) -- "$f" | tail -c %d\
              """
                  .formatted(Long.parseLong(end), ENOUGH);
      case Effect.LogAt.Journal(String unit) ->
          """
          said=$(journalctl --unit=%s --quiet --output=cat %s) || exit 1
          printf '%%s\\n' "$said" | tail -c %d\
          """
              .formatted(
                  ShellQuote.word(unit),
                  end.isEmpty() ? "" : ShellQuote.word("--after-cursor=" + end),
                  ENOUGH);
    };
  }

  /** Sets f to the file, to nothing when it isn't there, and fails when it can't be read. */
  private static String file(String path) {
    return """
    f=%s
    if [ ! -f "$f" ] && absent "$f"; then
      f=
    elif [ ! -r "$f" ]; then
      echo "$f: Permission denied"
      exit 1
    fi
    """
        .formatted(ShellQuote.word(path));
  }

  /** Those of the lines that tell of a refusal and its cause; empty when none does. */
  Optional<String> refusal(String said) {
    List<String> lines = said.lines().toList();
    List<Integer> telling =
        IntStream.range(0, lines.size())
            .filter(i -> refused.matcher(lines.get(i)).find())
            .boxed()
            .toList();
    return telling.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join(
                "\n",
                lines.subList(
                    Math.max(0, telling.getFirst() - CAUSE),
                    Math.min(telling.getLast(), telling.getFirst() + 2 * CAUSE) + 1)));
  }
}
