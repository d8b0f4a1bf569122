package io.rdpg.plan.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.LabSettings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A lab needs no root, and outlives the program that started it: run by root, this test starts one
 * as {@code nobody} in one JVM, finds it again in another and removes it in a third.
 */
@Tag("cluster")
class OrdinaryUserIT {
  private static final String NETWORK = TestLabs.network();

  @Test
  void nobody_has_a_lab() throws Exception {
    assumeTrue(LabUser.isRoot(System.getProperty("user.name")), "runs as an ordinary user anyway");
    LabUser nobody =
        LabUser.find(Files.readAllLines(Path.of("/etc/passwd")), "nobody", "nobody").orElseThrow();
    Path directory = Path.of("/tmp", "lab-test-nobody-" + ProcessHandle.current().pid());
    LabDirectories.makeFor(
        new LabUser("nobody", nobody.uid(), nobody.gid(), "root"), directory, "rwxr-xr-x");
    try {
      Path lab = copy(LabSpec.class, directory.resolve("lab"));
      copy(Failure.class, directory.resolve("engine"));
      copy(TestLabs.class, directory.resolve("lab-tests"));
      copy(OrdinaryUserIT.class, directory.resolve("tests"));
      copyTree(lab.resolveSibling("postgres"), directory.resolve("postgres"));
      Path consul = ConsulPackage.locate(TestLabs::say);

      assertThat(run(nobody, directory, consul, "up")).contains("started 19, owners [nobody]");
      assertThat(run(nobody, directory, consul, "up")).contains("started 0, owners [nobody]");
      assertThat(run(nobody, directory, consul, "down")).contains("ended 19");
      assertThat(directory.resolve("home")).doesNotExist();
    } finally {
      new Lab(new LabSpec(directory.resolve("home"), List.of())).down(TestLabs::say);
      LabDirectories.delete(directory);
    }
  }

  /** Runs in the other JVMs, whose class path holds no library. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      LabHome home = new LabHome(Path.of(args[0]));
      List<LabNode> nodes = TestLabs.managersAndService(args[1]);
      Lab lab = new Lab(new LabSpec(home.root(), nodes, LabSettings.Postgres.USUAL, false));
      if (args[2].equals("down")) {
        System.out.println("ended " + lab.down(TestLabs::say).size());
        return;
      }
      int started = lab.up(TestLabs::say).size();
      List<String> owners =
          nodes.stream()
              .flatMap(node -> node.servers().stream().map(k -> home.processRecord(node, k)))
              .map(ServerProcess::recorded)
              .flatMap(Optional::stream)
              .flatMap(process -> ProcessHandle.of(process.pid()).stream())
              .map(handle -> handle.info().user().orElse("unknown"))
              .distinct()
              .toList();
      System.out.println("started " + started + ", owners " + owners);
    }
  }

  private static String run(LabUser nobody, Path directory, Path consul, String verb)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=" + nobody.uid(),
                "--regid=" + nobody.gid(),
                "--clear-groups",
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                "CONSUL_BIN=" + consul,
                "XDG_CACHE_HOME=" + directory.resolve("cache"),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Stream.of("lab", "engine", "lab-tests", "tests")
                    .map(part -> directory.resolve(part).toString())
                    .collect(Collectors.joining(":")),
                Main.class.getName(),
                directory.resolve("home").toString(),
                NETWORK,
                verb)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Copies where this class comes from to a place that everybody can read. */
  private static Path copy(Class<?> type, Path target) throws IOException, URISyntaxException {
    Path source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    copyTree(source, target);
    return source;
  }

  private static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      for (Path path : all.toList()) {
        Path copy = target.resolve(source.relativize(path));
        Files.copy(path, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }
}
