package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.LabSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's server programs.
 *
 * @param bin the directory of {@code postgres} and {@code initdb}
 * @param major such as 18
 */
record PostgresPrograms(Path bin, int major) {
  /** {@code postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)}. */
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

  /**
   * Those that a lab's settings ask for.
   *
   * @throws Failure when they aren't there and can't be fetched
   */
  static PostgresPrograms locate(
      LabSettings.Postgres wanted, RequiredPrograms tools, Consumer<String> progress) {
    String bin = wanted.bin();
    if (bin != null) {
      return installed(Path.of(bin));
    }
    String version = Objects.requireNonNullElse(wanted.version(), LabSpec.DEFAULT_POSTGRES);
    Path unpacked = PostgresBinaries.locate(version, tools, progress);
    return new PostgresPrograms(
        unpacked.resolve("bin"), Integer.parseInt(version.substring(0, version.indexOf('.'))));
  }

  private static PostgresPrograms installed(Path bin) {
    Path postgres = bin.resolve("postgres");
    if (!Files.isExecutable(postgres) || !Files.isExecutable(bin.resolve("initdb"))) {
      throw Failure.of(
          Code.LAB_FAILED,
          bin + " has no postgres and initdb",
          "let the lab's postgres.bin name a directory such as /usr/lib/postgresql/15/bin");
    }
    String said = ShortCommand.of(postgres.toString(), "--version").output();
    Matcher version = VERSION.matcher(said);
    if (!version.find()) {
      throw Failure.of(Code.LAB_FAILED, postgres + " says no version: " + said);
    }
    return new PostgresPrograms(bin, Integer.parseInt(version.group(1)));
  }
}
