package io.rdpg.plan.cli;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths of what is in a package, without what is before the package's own directory. */
record PackedFiles(Set<String> paths) {
  private static final Pattern LIBRARY =
      Pattern.compile("(?:.*/)?lib/lib/(?:postgres/)?([^/]+\\.jar)");

  /**
   * Reads a list.
   *
   * @param listed a path a line, each perhaps with a leading {@code ./} or {@code /}
   */
  static PackedFiles of(String listed) {
    Set<String> paths = new TreeSet<>();
    listed.lines().map(line -> line.replaceFirst("^\\.?/", "")).forEach(paths::add);
    return new PackedFiles(paths);
  }

  /** Names of files, such as {@code picocli-4.7.7.jar}. */
  Set<String> libraries() {
    Set<String> names = new TreeSet<>();
    for (String path : paths) {
      Matcher library = LIBRARY.matcher(path);
      if (library.matches()) {
        names.add(library.group(1));
      }
    }
    return names;
  }

  Set<String> librariesWithoutLicence() {
    Set<String> without = libraries();
    without.removeIf(library -> {
      String directory = "lib/licenses/" + library.replaceFirst("\\.jar$", "") + "/";
      return has(Pattern.quote(directory) + "[^/]*(?i:LICEN[SC]E|COPYING)[^/]*");
    });
    return without;
  }

  /** A Java runtime, with its licences. */
  boolean haveRuntime() {
    return has("runtime/bin/java") && has("runtime/legal/java\\.base/LICENSE");
  }

  /**
   * Whether the copyright file of a package of Debian's is there: its own, or that of the one which
   * it links to.
   */
  boolean haveCopyrightOf(String debianPackage) {
    String directory = "usr/share/doc/" + debianPackage;
    return paths.contains(directory) || paths.contains(directory + "/copyright");
  }

  private boolean has(String path) {
    Pattern ending = Pattern.compile("(?:.*/)?" + path);
    return paths.stream().anyMatch(each -> ending.matcher(each).matches());
  }
}
