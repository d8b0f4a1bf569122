package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher's AOT cache holds, by the JVM's own log of the classes that it loads. */
@Tag("tool")
class AotCacheIT {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();

  /**
   * A class that was read from a jar, so parsed and verified. Not this one, which refers to a
   * library that we don't ship.
   */
  private static final Pattern FROM_A_JAR =
      Pattern.compile("(?<!consul\\.UnixDomainSocketFactory) source: (file|jar):");

  @TempDir Path directory;

  @Test
  void a_start_reads_no_class_from_a_jar() throws IOException {
    assertCached(loadedBy("--debug", "--version"), "picocli.CommandLine");
  }

  /** It would take longer to map the cache. */
  @Test
  void what_is_answered_at_once_needs_no_library() throws IOException {
    assertThat(loadedBy("--help"))
        .noneMatch(line -> line.contains("/lib/"))
        .noneMatch(line -> line.contains("picocli."))
        .filteredOn(line -> FROM_A_JAR.matcher(line).find())
        .hasSizeLessThan(10);
  }

  @Test
  void a_run_with_a_login_reads_no_class_from_a_jar() throws IOException {
    CommandResult prepared =
        Running.run(
            directory,
            Map.of(),
            List.of(CHECKOUT + "/scripts/training/prepare", directory.toString()));
    assertThat(prepared.exit()).as("%s", prepared).isZero();
    ProcessHandle sshd =
        ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("sshd.pid")).strip()))
            .orElseThrow();
    try {
      List<String> loaded =
          loadedBy(
              "apply",
              directory.resolve("plan.yml").toString(),
              "-i",
              directory.resolve("inventory.yml").toString());
      assertCached(loaded, "io.rdpg.plan.run.NodeRunner");
      assertCached(loaded, "io.rdpg.plan.run.ahead.Round");
      assertCached(loaded, "com.jcraft.jsch.ChannelExec");
      assertCached(loaded, "sun.security.ec.XDHKeyAgreement");
    } finally {
      sshd.destroy();
    }
  }

  /** The JVM warns on standard output, where people's programs read events. */
  @Test
  void the_jvm_says_nothing_about_its_cache() throws IOException {
    CommandResult version =
        Running.run(
            directory,
            Map.of(
                "RDPG_PLAN_BUILD",
                "never",
                "JDK_JAVA_OPTIONS",
                "-Xlog:aot*=debug -Xlog:cds*=debug"),
            List.of(CHECKOUT + "/rdpg-plan", "--version"));
    assertThat(version.stdout()).startsWith("rdpg-plan ").doesNotContain("[aot");
  }

  private static void assertCached(List<String> loaded, String example) {
    assertThat(loaded)
        .anyMatch(line -> line.endsWith(" " + example + " source: shared objects file"));
    assertThat(loaded.stream().filter(line -> FROM_A_JAR.matcher(line).find())).isEmpty();
  }

  private List<String> loadedBy(String... arguments) throws IOException {
    Path log = directory.resolve("classes.log");
    List<String> command = new ArrayList<>(List.of(CHECKOUT + "/rdpg-plan"));
    command.addAll(List.of(arguments));
    CommandResult result =
        Running.run(
            directory,
            Map.of(
                "RDPG_PLAN_BUILD",
                "never",
                "RDPG_TRAINING",
                "true",
                "JDK_JAVA_OPTIONS",
                "-Xlog:class+load:file=" + log),
            command);
    assertThat(log).as("%s", result).exists();
    return Files.readAllLines(log);
  }
}
