import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Copies the libraries of a program's jar, which are those of its manifest (an earlier build may have left others
 * beside them), and the licence texts that they contain.
 *
 * <p>Arguments: the program's jar; the directory for libraries, as the jar sees it; the directory for licences.
 */
final class Libraries {
  private Libraries() {}

  public static void main(String[] arguments) throws IOException {
    Path program = Path.of(arguments[0]);
    String classPath;
    try (JarFile jar = new JarFile(program.toFile())) {
      classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    }
    for (String library : classPath.split(" ")) {
      Path from = program.resolveSibling(library);
      Path to = Path.of(arguments[1]).resolve(library);
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
      String name = from.getFileName().toString().replaceFirst("\\.jar$", "");
      copyLicences(from, Path.of(arguments[2]).resolve(name));
    }
  }

  private static void copyLicences(Path library, Path into) throws IOException {
    try (JarFile jar = new JarFile(library.toFile())) {
      for (ZipEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (name.matches("(?i).*(LICEN[SC]E|NOTICE|COPYING).*") && !name.endsWith(".class")) {
          Files.createDirectories(into);
          Files.write(into.resolve(name), jar.getInputStream(entry).readAllBytes());
        }
      }
    }
  }
}
