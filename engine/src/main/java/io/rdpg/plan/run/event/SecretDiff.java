package io.rdpg.plan.run.event;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A difference as it may be shown. A secret of this run that is found in it by its words, since it
 * came by a way on which its mark was lost, may replace another that this run was never given: then
 * no old line is shown.
 *
 * @param shown null where there is nothing to show
 * @param old lines that are not shown
 */
record SecretDiff(@Nullable String shown, Set<String> old) {
  private static final String NOT_SHOWN = "-(not shown: this holds secrets)";

  static SecretDiff of(@Nullable String diff, UnaryOperator<String> redacted) {
    if (diff == null || redacted.apply(diff).equals(diff)) {
      return new SecretDiff(diff, Set.of());
    }
    List<String> lines = diff.lines().toList();
    boolean ofFile = lines.size() > 1 && lines.get(1).startsWith("+++ ");
    Set<String> old = new HashSet<>();
    String kept =
        IntStream.range(0, lines.size())
            .mapToObj(i -> {
              String line = lines.get(i);
              if (!line.startsWith("-") || (ofFile && i == 0)) {
                return line;
              }
              old.add(line.substring(1).strip());
              return NOT_SHOWN;
            })
            .collect(Collectors.joining("\n"));
    old.remove("");
    return new SecretDiff(redacted.apply(kept), old);
  }

  /** Words that may name what was there before. */
  String withoutOld(String words) {
    String shown = words;
    for (String line : old) {
      shown = shown.replace(line, "***");
    }
    return shown;
  }
}
