package io.rdpg.plan.reference;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The npm packages that a test runs, just those that its package-lock.json names. */
public final class NodePackages {
  private NodePackages() {}

  /**
   * Installs them below {@code target}, unless that was done before.
   *
   * @param resources the directory of package.json and package-lock.json on the class path
   * @return the directory node_modules
   */
  public static synchronized Path install(String resources) {
    Path directory = Path.of("target", "npm", resources).toAbsolutePath();
    try {
      Files.createDirectories(directory);
      String wanted = copy(resources, "package-lock.json", directory);
      copy(resources, "package.json", directory);
      Path done = directory.resolve("installed");
      if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
        Files.deleteIfExists(done);
        npmCi(directory);
        Files.writeString(done, wanted);
      }
      return directory.resolve("node_modules");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void npmCi(Path directory) {
    String npm = DebianProgram.find("npm", "npm").toString();
    CommandResult installed =
        Running.run(
            directory, Map.of(), List.of(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"));
    if (installed.exit() != 0) {
      throw new AssertionError("npm ci failed: " + installed.said());
    }
  }

  private static String copy(String resources, String file, Path directory) throws IOException {
    String name = "/" + resources + "/" + file;
    try (InputStream in =
        Objects.requireNonNull(NodePackages.class.getResourceAsStream(name), name)) {
      byte[] content = in.readAllBytes();
      Files.write(directory.resolve(file), content);
      return new String(content, StandardCharsets.UTF_8);
    }
  }
}
