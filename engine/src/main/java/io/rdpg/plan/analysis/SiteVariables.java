package io.rdpg.plan.analysis;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.inventory.EngineVariables;
import io.rdpg.plan.language.inventory.ParsedInventory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses variables that look like the engine's and that nothing uses, {@code pg_prot}. A name is
 * used when a plan or template says it that lies beside the plan, in {@code plans/} or in {@code
 * templates/}, or another variable of the inventory. Files in {@code group_vars} and {@code
 * host_vars} may belong to Ansible's playbooks too: there, only a name that is almost a known one
 * is refused.
 */
public final class SiteVariables {
  private static final int MOST_FILES = 5_000;
  private static final int MOST_BYTES = 1 << 20;

  private final ParsedInventory inventory;
  private final List<Path> libraries;
  private @Nullable Set<String> inLibraries;

  /**
   * @param libraries the folders of plans and templates
   */
  SiteVariables(ParsedInventory inventory, List<Path> libraries) {
    this.inventory = inventory;
    this.libraries = List.copyOf(libraries);
  }

  /**
   * Checks what the inventory sets, for a plan.
   *
   * @param folder the plan's, whose variables count too
   */
  void check(Path folder, Diagnostics diagnostics) {
    List<ParsedInventory.Variable> suspects =
        inventory.variables(folder).stream()
            .filter(variable -> EngineVariables.looksLikeOne(variable.name()))
            .toList();
    if (suspects.isEmpty()) {
      return;
    }
    Set<String> used = new HashSet<>(EngineVariables.names());
    inventory.templates(folder).forEach(text -> words(text, true, used));
    used.addAll(inLibraries());
    words(folder, 1, ownFiles(), used);
    for (ParsedInventory.Variable variable : suspects) {
      if (!used.contains(variable.name())) {
        refuse(variable, used).ifPresent(diagnostics::add);
      }
    }
  }

  private static Optional<Diagnostic> refuse(ParsedInventory.Variable variable, Set<String> used) {
    Optional<String> near = nearest(variable.name(), used);
    boolean anothers =
        near.isEmpty()
            || variable.name().equals(near.get() + "s"); // pg_users is no mistyped pg_user
    if (variable.shared() && anothers) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnostic.at(
                variable.at(),
                Code.UNKNOWN_KEY,
                "nothing uses the variable '" + variable.name() + "'")
            .withHint(
                near.map(name -> "did you mean '" + name + "'?")
                    .orElse(
                        "remove it; what only Ansible's playbooks use can be in group_vars or"
                            + " host_vars")));
  }

  /** A used name of the same prefix whose rest is almost the same; the engine's first. */
  private static Optional<String> nearest(String name, Set<String> used) {
    String prefix = name.substring(0, name.indexOf('_') + 1);
    return Stream.of(EngineVariables.names(), used)
        .flatMap(names ->
            Suggestions.nearest(
                name.substring(prefix.length()),
                names.stream()
                    .filter(known -> known.startsWith(prefix))
                    .map(known -> known.substring(prefix.length()))
                    .toList())
                .stream())
        .map(rest -> prefix + rest)
        .findFirst();
  }

  private Set<String> inLibraries() {
    Set<String> known = inLibraries;
    if (known == null) {
      known = new TreeSet<>();
      for (Path library : libraries) {
        words(library, 8, ownFiles(), known);
      }
      inLibraries = known;
    }
    return known;
  }

  /** What sets a variable doesn't use it by that. */
  private Set<Path> ownFiles() {
    return inventory.inventory().files().stream()
        .map(file -> file.toAbsolutePath().normalize())
        .collect(Collectors.toSet());
  }

  private static void words(Path folder, int depth, Set<Path> without, Set<String> into) {
    Path root = folder.toString().isEmpty() ? Path.of(".") : folder;
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root, depth)) {
      for (Path file : files.filter(Files::isRegularFile).limit(MOST_FILES).toList()) {
        if (Files.size(file) <= MOST_BYTES
            && Files.isReadable(file)
            && !without.contains(file.toAbsolutePath().normalize())) {
          words(Files.readString(file, StandardCharsets.ISO_8859_1), false, into);
        }
      }
    } catch (IOException | UncheckedIOException unreadable) {
      // What can't be read uses nothing; who compiles it tells why.
    }
  }

  /**
   * Collects the names in a text. Plans and templates are many, so it is read only once.
   *
   * @param given whether also those that a line begins with, to give them a value
   */
  private static void words(String text, boolean given, Set<String> into) {
    boolean first = true;
    int at = 0;
    while (at < text.length()) {
      char next = text.charAt(at);
      if (isOfWord(next)) {
        int end = at + 1;
        while (end < text.length() && isOfWord(text.charAt(end))) {
          end++;
        }
        if (given || !first || !isGivenAt(text, end)) {
          into.add(text.substring(at, end));
        }
        first = false;
        at = end;
      } else {
        first =
            next == '\n' || (first && (Character.isWhitespace(next) || "{-".indexOf(next) >= 0));
        at++;
      }
    }
  }

  private static boolean isOfWord(char next) {
    return (next >= 'a' && next <= 'z')
        || (next >= 'A' && next <= 'Z')
        || (next >= '0' && next <= '9')
        || next == '_';
  }

  /** Whether a value is given there to what stands before: {@code :} or {@code =}. */
  private static boolean isGivenAt(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length()
        && (text.charAt(at) == ':' || text.charAt(at) == '=')
        && !text.startsWith("=", at + 1);
  }
}
