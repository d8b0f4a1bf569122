package io.rdpg.plan;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The Mermaid picture of packages in docs/architecture.md, parsed.
 *
 * @param root the prefix of every package, with its dot
 * @param page the whole page
 * @param arrows by package those that it may use; {@code a.*} stands for all packages below {@code
 *     a}
 */
record PackagePicture(String root, String page, Map<String, Set<String>> arrows) {
  private static final Pattern ARROWS = Pattern.compile("(?m)^  (\\S+) --> (.+)$");

  static PackagePicture read(String root) {
    try {
      String page = Files.readString(Path.of("../docs/architecture.md"));
      String packages = page.substring(page.indexOf("## Packages"));
      String picture = packages.substring(0, packages.indexOf("| package |"));
      Map<String, Set<String>> arrows = new TreeMap<>();
      for (MatchResult line : ARROWS.matcher(picture).results().toList()) {
        arrows
            .computeIfAbsent(line.group(1), _ -> new TreeSet<>())
            .addAll(Arrays.asList(line.group(2).split(" & ", -1)));
      }
      return new PackagePicture(root, page, arrows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> packages() {
    Set<String> all = new TreeSet<>(arrows.keySet());
    arrows.values().forEach(all::addAll);
    return all;
  }

  /** Where a class is in the picture. */
  String packageOf(JavaClass one) {
    String name = one.getPackageName().substring(root.length());
    if (packages().contains(name)) {
      return name;
    }
    return name.substring(0, Math.max(0, name.lastIndexOf('.'))) + ".*";
  }

  /** All that a package may use, directly or not. */
  Set<String> reachableFrom(String start) {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      for (String used : arrows.getOrDefault(next.remove(), Set.of())) {
        if (reached.add(used)) {
          next.add(used);
        }
      }
    }
    return reached;
  }
}
