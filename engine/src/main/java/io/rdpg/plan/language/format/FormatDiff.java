package io.rdpg.plan.language.format;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;

/** What laying a text out changes, as {@code diff -u} shows it. */
public final class FormatDiff {
  private static final int CONTEXT = 3;

  private FormatDiff() {}

  /** The lines without line ends; carriage returns are shown as {@code ^M}. */
  public static List<String> unified(String name, String before, String after) {
    List<String> old = List.of(before.replace("\r", "^M").split("\n", -1));
    List<String> fresh = List.of(after.split("\n", -1));
    return UnifiedDiffUtils.generateUnifiedDiff(
        name, name, ended(old), DiffUtils.diff(ended(old), ended(fresh)), CONTEXT);
  }

  /** The lines; a last one that has no end says so, as a part of it. */
  private static List<String> ended(List<String> lines) {
    List<String> whole = new ArrayList<>(lines);
    String last = whole.removeLast();
    if (!last.isEmpty()) {
      whole.add(last + "\n\\ No newline at end of file");
    }
    return whole;
  }
}
