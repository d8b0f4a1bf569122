package io.rdpg.plan.step.builtin;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import io.rdpg.plan.language.model.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a file's content with the wanted one, as {@code diff -u} does.
 *
 * <p>Where the new content holds secrets, {@code ***} stands for each. It is unknown which parts of
 * the old content are secret, such as an earlier password: its lines are shown only where they
 * equal a new one, and then as that one is.
 */
final class FileDiff {
  private static final int CONTEXT = 3;

  /** Marks an old line inside this class; no line of a file contains its line end. */
  private static final String HIDDEN = "\n";

  private FileDiff() {}

  /**
   * @param before the old content; empty when there is no file
   */
  static String unified(String path, String before, Text after) {
    List<String> old = before.lines().toList();
    List<String> fresh = after.lines().stream().map(Text::reveal).toList();
    Patch<String> patch = DiffUtils.diff(old, fresh);
    if (patch.getDeltas().isEmpty()) {
      return fresh.isEmpty() ? "(an empty file)" : "(only the ends of its lines differ)";
    }
    String from = before.isEmpty() ? "/dev/null" : path;
    if (!after.holdsSecret()) {
      return lines(headed(UnifiedDiffUtils.generateUnifiedDiff(from, path, old, patch, CONTEXT)));
    }
    Map<String, String> shown = shown(after);
    List<String> diff =
        UnifiedDiffUtils.generateUnifiedDiff(
            from,
            path,
            old.stream().map(line -> shown.getOrDefault(line, HIDDEN)).toList(),
            shown(patch, shown),
            CONTEXT);
    return lines(counted(headed(diff)));
  }

  /** Where one side has no line at all, its only hunk begins at line 0. */
  private static List<String> headed(List<String> diff) {
    List<String> headed = new ArrayList<>(diff);
    headed.set(2, diff.get(2).replace("@@ -1,0 ", "@@ -0,0 ").replace(" +1,0 @@", " +0,0 @@"));
    return headed;
  }

  /** Each new line as it may be shown, by what it is. */
  private static Map<String, String> shown(Text after) {
    Map<String, String> shown = new HashMap<>();
    for (Text line : after.lines()) {
      shown.merge(line.reveal(), line.toString(), (one, other) -> one.equals(other) ? one : "***");
    }
    return shown;
  }

  private static Patch<String> shown(Patch<String> patch, Map<String, String> shown) {
    Patch<String> redacted = new Patch<>();
    for (AbstractDelta<String> delta : patch.getDeltas()) {
      redacted.addDelta(
          delta.withChunks(shown(delta.getSource(), shown), shown(delta.getTarget(), shown)));
    }
    return redacted;
  }

  private static Chunk<String> shown(Chunk<String> chunk, Map<String, String> shown) {
    return new Chunk<>(
        chunk.getPosition(),
        chunk.getLines().stream().map(line -> shown.getOrDefault(line, HIDDEN)).toList());
  }

  /** Says of hidden lines how many they are, in one line. */
  private static List<String> counted(List<String> diff) {
    List<String> shown = new ArrayList<>();
    int hidden = 0;
    for (String line : diff) {
      if (line.equals("-" + HIDDEN)) {
        hidden++;
        continue;
      }
      if (hidden > 0) {
        shown.add(notShown(hidden));
        hidden = 0;
      }
      shown.add(line);
    }
    if (hidden > 0) {
      shown.add(notShown(hidden));
    }
    return shown;
  }

  private static String notShown(int lines) {
    return lines == 1
        ? "-(a line that is not shown: this file holds secrets)"
        : "-(" + lines + " lines that are not shown: this file holds secrets)";
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines);
  }
}
