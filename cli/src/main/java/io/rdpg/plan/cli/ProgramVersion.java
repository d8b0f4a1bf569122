package io.rdpg.plan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, the commit that it was built from, and the Java that runs it. */
final class ProgramVersion {
  private static final String UNKNOWN = "unknown";

  private ProgramVersion() {}

  /** For picocli. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return lines().toArray(String[]::new);
    }
  }

  /** The version, such as {@code 0.1.0}. */
  static String get() {
    return known(build(), "version");
  }

  /** What {@code --version} prints. */
  static List<String> lines() {
    Properties build = build();
    String java = System.getProperty("java.runtime.version", UNKNOWN);
    String vendor = System.getProperty("java.vendor", UNKNOWN);
    return List.of(
        String.join(" ", "rdpg-plan", known(build, "version")),
        String.join(" ", "commit", known(build, "commit")),
        String.join(" ", "Java", java, "of", vendor));
  }

  /** As the build wrote them. */
  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in = ProgramVersion.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not read build.properties", e);
    }
    return build;
  }

  /** Classes that Maven did not build have the file, but not its values. */
  private static String known(Properties build, String name) {
    String value = build.getProperty(name, UNKNOWN);
    return value.startsWith("${") ? UNKNOWN : value;
  }
}
