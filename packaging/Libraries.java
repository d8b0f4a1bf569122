import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Copies the libraries of a program's jar, which are those of its manifest (an earlier build may have left others
 * beside them), into a package's {@code lib/lib}, and for each library there its licence texts into
 * {@code lib/licenses}: those that it contains, those that we keep for it, and for one under the Apache License that
 * brings no text the package's own. One without any fails.
 *
 * <p>Arguments: the program's jar; the package's tree; the directory of texts that we keep, each in a directory named
 * by the artifact; Maven's bill of materials.
 */
final class Libraries {
  private final Path tree;
  private final Path kept;
  private final Set<String> underApache = new HashSet<>();

  private Libraries(Path tree, Path kept, JsonNode bill) {
    this.tree = tree;
    this.kept = kept;
    for (JsonNode component : bill.get("components")) {
      if (component.path("licenses").findValuesAsText("id").contains("Apache-2.0")) {
        underApache.add(component.get("name").asText() + "-" + component.get("version").asText());
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path tree = Path.of(arguments[1]);
    copy(Path.of(arguments[0]), tree.resolve("lib"));
    JsonNode bill = new ObjectMapper().readTree(Path.of(arguments[3]).toFile());
    Libraries libraries = new Libraries(tree, Path.of(arguments[2]), bill);
    for (Path library : within(tree.resolve("lib/lib"), ".jar")) {
      libraries.licences(library);
    }
  }

  private static void copy(Path program, Path into) throws IOException {
    String classPath;
    try (JarFile jar = new JarFile(program.toFile())) {
      classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    }
    for (String library : classPath.split(" ")) {
      Path to = into.resolve(library);
      Files.createDirectories(to.getParent());
      Files.copy(program.resolveSibling(library), to);
    }
  }

  private void licences(Path library) throws IOException {
    String name = library.getFileName().toString().replaceFirst("\\.jar$", "");
    Path into = Files.createDirectories(tree.resolve("lib/licenses").resolve(name));
    boolean found = contained(library, into) | keptFor(name, into);
    if (!found && underApache.contains(name)) {
      Files.copy(tree.resolve("LICENSE"), into.resolve("LICENSE"));
    } else if (!found) {
      System.err.println("package: " + name + " brings no licence text: put it below packaging/licenses");
      System.exit(1);
    }
  }

  /** Whether a licence was among the texts; a notice alone is none. */
  private static boolean contained(Path library, Path into) throws IOException {
    boolean found = false;
    try (JarFile jar = new JarFile(library.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (name.matches("(?i).*(LICEN[SC]E|NOTICE|COPYING).*") && !name.endsWith(".class")) {
          Files.write(into.resolve(name), jar.getInputStream(entry).readAllBytes());
          found |= isLicence(name);
        }
      }
    }
    return found;
  }

  private boolean keptFor(String name, Path into) throws IOException {
    boolean found = false;
    for (Path text : within(kept, "")) {
      String artifact = text.getParent().getFileName().toString();
      if (name.startsWith(artifact + "-")) {
        Files.copy(text, into.resolve(text.getFileName()));
        found |= isLicence(text.getFileName().toString());
      }
    }
    return found;
  }

  private static boolean isLicence(String name) {
    return name.matches("(?i).*(LICEN[SC]E|COPYING).*");
  }

  private static List<Path> within(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
          .sorted()
          .toList();
    }
  }
}
