package io.rdpg.plan.target.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.testing.TestFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@link ServiceLog}, run by a user who may not read all. */
@Tag("tool")
class ServiceLogIT {
  private static final boolean ROOT = System.getProperty("user.name").equals("root");

  @TempDir Path directory;

  @BeforeEach
  void open() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void tells_what_a_file_says_since_its_end() throws Exception {
    Path file = directory.resolve("log");
    ServiceLog log = log(file);
    assertThat(said(log.end())).isEqualTo("0");
    TestFiles.write(file, "one\n");
    assertThat(said(log.end())).isEqualTo("4");
    TestFiles.write(file, "one\ntwo\n");
    assertThat(said(log.since("4"))).isEqualTo("two");
    TestFiles.write(file, "3\n");
    assertThat(said(log.since("4"))).as("rotated").isEqualTo("3");
    Files.delete(file);
    assertThat(said(log.since("4"))).isEmpty();
  }

  @Test
  void never_takes_a_log_that_cannot_be_read_for_one_that_says_nothing() throws Exception {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    for (Path file : List.of(closed.resolve("log"), directory.resolve("log"))) {
      TestFiles.write(file, "one\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-wx------"));
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-w-------"));
    for (Path file : List.of(closed.resolve("log"), directory.resolve("log"))) {
      for (String script : List.of(log(file).end(), log(file).since("0"))) {
        Process shell = shell(script);
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as("%s: %s", file, said).isEqualTo(1);
        assertThat(said).contains("Permission denied");
      }
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
  }

  private static ServiceLog log(Path file) {
    return new ServiceLog(new Effect.Log(new Effect.LogAt.File(file.toString()), "bad"));
  }

  private static String said(String script) throws Exception {
    Process shell = shell(script);
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
    return said.strip();
  }

  /** As nobody where these tests run as root, who may read all. */
  private static Process shell(String script) throws Exception {
    List<String> command =
        ROOT
            ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh")
            : List.of("sh");
    Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
    shell.getOutputStream().write((FileReader.FUNCTIONS + script).getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();
    return shell;
  }
}
