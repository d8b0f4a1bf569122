package io.rdpg.plan.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Programs of the system that tests use; those that are missing are installed as labs do it. */
public final class Programs {
  private static final String INSTALL = "/io/rdpg/plan/lab/install.sh";

  private Programs() {}

  /** Where a program is, once its Debian packages are installed. */
  public static synchronized Path of(String program, String... packages) {
    return find(program)
        .orElseGet(() -> {
          install(packages);
          return find(program).orElseThrow(() -> new AssertionError(program + " is not to be had"));
        });
  }

  /**
   * A folder with the packages of npm that a lock file names, kept until that file changes.
   *
   * @param source holds package.json and package-lock.json
   */
  public static synchronized Path node(Path source) {
    Path folder = Path.of("target", "node", String.valueOf(source.getFileName())).toAbsolutePath();
    Path lock = folder.resolve("package-lock.json");
    try {
      if (!Files.isDirectory(folder.resolve("node_modules"))
          || Files.mismatch(source.resolve("package-lock.json"), lock) >= 0) {
        Files.createDirectories(folder);
        Path npm = of("npm", "npm");
        copy(source, folder, "package.json");
        copy(source, folder, "package-lock.json");
        try {
          run(folder, 300, npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        } catch (AssertionError e) {
          Files.deleteIfExists(lock);
          throw e;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static void copy(Path from, Path to, String name) throws IOException {
    Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static java.util.Optional<Path> find(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void install(String... packages) {
    try (InputStream script =
        Objects.requireNonNull(Programs.class.getResourceAsStream(INSTALL), INSTALL)) {
      List<String> command = new java.util.ArrayList<>(List.of("sh", "-c"));
      command.add(new String(script.readAllBytes(), StandardCharsets.UTF_8));
      command.add("install.sh");
      command.addAll(List.of(packages));
      run(Path.of("/"), 600, command.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a program writes, both streams together.
   *
   * @param seconds it may take at most
   * @throws AssertionError when it takes longer, or ends with another code than 0
   */
  public static String run(Path folder, int seconds, String... command) {
    try {
      Path out = Files.createTempFile("rdpg-plan", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
        String said = Files.readString(out);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError(
              command[0]
                  + (ended ? " ended with " + process.exitValue() : " took too long")
                  + ": "
                  + said);
        }
        return said;
      } finally {
        Files.deleteIfExists(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
