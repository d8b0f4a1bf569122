package io.rdpg.plan.cli;

import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class ProgramVersion implements IVersionProvider {
  static String get() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "rdpg-plan " + get(), "Java " + Runtime.version() + ", picocli " + CommandLine.VERSION
    };
  }
}
