package io.rdpg.plan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, the commit that it was built from, and the Java that runs it. */
final class ProgramVersion implements IVersionProvider {
  private static final String UNKNOWN = "unknown";

  /** The version, such as {@code 0.1.0}. */
  static String get() {
    return known(build(), "version");
  }

  @Override
  public String[] getVersion() {
    Properties build = build();
    return new String[] {
      "rdpg-plan " + known(build, "version"),
      "commit " + known(build, "commit"),
      "Java " + Runtime.version() + " of " + System.getProperty("java.vendor", UNKNOWN)
    };
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
