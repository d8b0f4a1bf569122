package io.rdpg.plan.target.files;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.shell.ShellQuote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Sees which of many files have the content that is expected: one {@code stat} for all, and one
 * {@code sha256sum} for those of the expected size. No content is sent. Links are followed.
 */
final class ExpectedFiles {
  /**
   * The regular files are the arguments, and {@code sizes} holds NUMBER:SIZE of each. Prints a line
   * NUMBER USER:GROUP:MODE:SIZE for each file of its expected size, then their hashes.
   */
  private static final String SCRIPT =
      """
      [ $# -gt 0 ] || exit 0
      s=$(LC_ALL=C stat -L -c '%U:%G:%a:%s' -- "$@") || exit 1
      s="$s
      "
      for f do
        line=${s%%
      *}
        s=${s#*
      }
        w=${sizes%% *}
        sizes=${sizes#* }
        shift
        if [ "${line##*:}" = "${w#*:}" ]; then
          echo "${w%:*} $line"
          set -- "$@" "$f"
        fi
      done
      [ $# -gt 0 ] || exit 0
      exec sha256sum -- "$@"
      """;

  private ExpectedFiles() {}

  /** The script for files whose content is expected. */
  static String script(List<Read.FileAt> files) {
    StringBuilder script = new StringBuilder("set --\nsizes=\n");
    for (int i = 0; i < files.size(); i++) {
      int size = expected(files.get(i)).reveal().getBytes(StandardCharsets.UTF_8).length;
      script
          .append("f=")
          .append(ShellQuote.word(files.get(i).path()))
          .append("; [ -f \"$f\" ] && [ -r \"$f\" ] && { set -- \"$@\" \"$f\"; sizes=\"${sizes}")
          .append("%d:%d ".formatted(i, size))
          .append("\"; }\n");
    }
    return script.append(SCRIPT).toString();
  }

  /** Those files that have the expected content; of others nothing is known. */
  static Map<Read.FileAt, Observation.File> read(
      List<Read.FileAt> files, ScriptBatch.Section section) {
    List<String> lines = section.text().lines().toList();
    if (section.exit() != 0 || lines.size() % 2 != 0) {
      return Map.of();
    }
    List<String> hashes = new ArrayList<>(lines.subList(lines.size() / 2, lines.size()));
    Iterator<String> hash = hashes.iterator();
    Map<Read.FileAt, Observation.File> same = new LinkedHashMap<>();
    for (String line : lines.subList(0, lines.size() / 2)) {
      Read.FileAt file = files.get(Integer.parseInt(line.substring(0, line.indexOf(' '))));
      // A name with a backslash or a line end is escaped, and the line then begins with one.
      String found = hash.next().replaceFirst("^\\\\", "").split(" ", 2)[0];
      Text content = expected(file);
      if (found.equals(ContentHash.of(content))) {
        List<String> about = List.of(line.substring(line.indexOf(' ') + 1).split(":", -1));
        same.put(
            file,
            new Observation.File(
                Text.plain(content.reveal()),
                about.get(0),
                about.get(1),
                Integer.parseInt(about.get(2), 8)));
      }
    }
    return same;
  }

  private static Text expected(Read.FileAt file) {
    return Objects.requireNonNull(file.expected());
  }
}
