package io.rdpg.plan.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lab decides before it starts anything. */
class LabTest {
  private static final LabNode NODE =
      new LabNode("sc1", "rdpgsc1", LabNode.Role.SERVICE, "127.0.0.21", LabNode.Ports.DEFAULT);

  @TempDir private Path directory;

  @Test
  void an_inventory_has_always_the_same_home_and_no_other_has_it() {
    Path home = Lab.defaultHome(Path.of("inventories/lab.yml"));

    assertThat(home).isEqualTo(Lab.defaultHome(Path.of("inventories/../inventories/lab.yml")));
    assertThat(home).isNotEqualTo(Lab.defaultHome(Path.of("elsewhere/lab.yml")));
    assertThat(home.getFileName().toString()).matches("lab-[0-9a-f]{8}");
  }

  @Test
  void every_fault_is_told_at_once() {
    LabSpec spec =
        new LabSpec(
            Path.of("/tmp/a lab"),
            List.of(
                NODE,
                new LabNode("sc1", "c", LabNode.Role.SERVICE, "127.0.0.21", NODE.ports()),
                new LabNode("ssh", "c", LabNode.Role.SERVICE, "192.0.2.1", NODE.ports())));

    assertThatThrownBy(() -> new Lab(spec).up(TestLabs::say))
        .hasMessageContaining("its home may contain only letters")
        .hasMessageContaining("a lab's node can't be named 'sc1'")
        .hasMessageContaining("the address of sc1, 127.0.0.21, belongs to another node")
        .hasMessageContaining("a lab's node can't be named 'ssh'")
        .hasMessageContaining("'192.0.2.1', not a loopback address");
  }

  @Test
  void a_directory_of_other_things_is_neither_used_nor_deleted() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "kept");
    LabSpec spec = new LabSpec(directory, List.of(NODE));

    assertThatThrownBy(() -> new Lab(spec).up(TestLabs::say))
        .hasMessageContaining("is not the directory of a lab");
    assertThat(new Lab(spec).down(TestLabs::say)).isEmpty();
    assertThat(precious).exists();
    assertThat(directory).isDirectoryContaining(precious::equals);
  }

  @Test
  void a_lab_that_was_never_started_has_urls_without_passwords() {
    LabStatus.NodeStatus status =
        new Lab(new LabSpec(directory.resolve("home"), List.of(NODE))).status().nodes().getFirst();

    assertThat(status.up()).isFalse();
    assertThat(status.down()).containsExactly("ssh", "postgres", "consul", "pgbouncer", "haproxy");
    assertThat(status.urls().postgres().reveal())
        .isEqualTo("postgresql://postgres@127.0.0.21:7432/postgres");
    assertThat(status.urls().consul().reveal()).isEqualTo("http://127.0.0.21:8500");
  }

  @Test
  void passwords_in_urls_are_marked_secret() {
    LabSpec spec = new LabSpec(directory.resolve("home"), List.of(NODE));
    new LabPasswords(new LabHome(spec.home()).secrets()).make();

    LabStatus.Urls urls = new Lab(spec).status().nodes().getFirst().urls();

    assertThat(urls.postgres()).hasToString("postgresql://postgres:***@127.0.0.21:7432/postgres");
    assertThat(urls.postgres().reveal()).matches(".*//postgres:[0-9a-f]{32}@.*");
    assertThat(urls.haproxy()).hasToString("postgresql://rdpg:***@127.0.0.21:5432/rdpg");
  }

  @Test
  void the_build_ships_the_default_postgres() {
    assertThat(PostgresBinaries.bundleDirectory())
        .isDirectoryContaining("glob:**-" + LabSpec.DEFAULT_POSTGRES + ".jar");
  }

  @Test
  void passwd_entries_are_found_by_name() {
    List<String> passwd = List.of("root:x:0:0::/root:/bin/sh", "postgres:x:101:104::/:/bin/sh");

    assertThat(LabUser.find(passwd, "postgres", "root"))
        .contains(new LabUser("postgres", 101, 104, "root"));
    assertThat(LabUser.find(passwd, "nobody", "root")).isEmpty();
  }

  @Test
  void a_users_group_has_a_name() {
    LabUser user = new LabUser("nobody", 65534, 65534, "root");

    assertThat(user.group(List.of("root:x:0:", "nogroup:x:65534:"))).isEqualTo("nogroup");
    assertThat(user.group(List.of("root:x:0:"))).isEqualTo("nobody");
  }
}
