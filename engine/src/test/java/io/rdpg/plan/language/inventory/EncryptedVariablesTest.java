package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryUnderTest.vars;
import static io.rdpg.plan.language.vault.VaultFixtures.inline;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.VaultFixtures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedVariablesTest {
  @TempDir Path directory;
  private InventoryUnderTest files;

  @BeforeEach
  void begin() {
    files = new InventoryUnderTest(directory).with("hosts", "h\n");
  }

  @Test
  void a_value_is_a_secret() {
    files.with("group_vars/all.yml", "pg_password: " + inline(VaultFixtures.S3CR3T) + "plain: 1\n");
    Inventory inventory = read(VaultFixtures.PASSWORD).inventory();
    assertThat(vars(inventory, "h")).isEqualTo("pg_password=*** plain=1");
    assertThat(revealed(inventory, "pg_password")).isEqualTo("s3cr3t");
  }

  @Test
  void all_of_a_file_is_secret_but_truth_values() {
    files.with("group_vars/all/vault.yml", VaultFixtures.FILE);
    Inventory inventory = read(VaultFixtures.PASSWORD).inventory();
    assertThat(vars(inventory, "h")).isEqualTo("flag=true list=[***] number=*** pg_password=***");
    assertThat(revealed(inventory, "number")).isEqualTo("12345678");
  }

  @Test
  void what_can_not_be_opened_is_told_once_for_each_place() {
    files
        .with("group_vars/all.yml", "a: 1\nb: " + inline(VaultFixtures.S3CR3T))
        .with("host_vars/h.yml", VaultFixtures.FILE);
    assertThat(read("wrong-password").errors())
        .containsExactly(
            "group_vars/all.yml:2:4 the vault password doesn't open this",
            "host_vars/h.yml:1:1 the vault password doesn't open this");
    assertThat(files.errors("hosts"))
        .containsExactly(
            "group_vars/all.yml:2:4 this is encrypted, and no vault password is given",
            "host_vars/h.yml:1:1 this is encrypted, and no vault password is given");
  }

  @Test
  void what_is_wrong_inside_of_it_is_told_without_its_text() {
    files.with("host_vars/h.yml", VaultFixtures.NO_YAML);
    List<Diagnostic> told = read(VaultFixtures.PASSWORD).diagnostics().all();
    assertThat(told)
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(files.shown(diagnostic))
              .isEqualTo("host_vars/h.yml:2:4 what is encrypted here can't be read as YAML");
          assertThat(diagnostic.toString()).doesNotContain("topsecret");
        });
  }

  @Test
  void an_address_can_not_be_encrypted() {
    files.with("host_vars/h.yml", "ansible_host: " + inline(VaultFixtures.S3CR3T));
    assertThat(read(VaultFixtures.PASSWORD).errors())
        .containsExactly(
            "host_vars/h.yml:1:15 'ansible_host' can't be encrypted: it is shown in events");
  }

  private record Read(Inventory inventory, Diagnostics diagnostics, List<String> errors) {}

  private Read read(String password) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory =
        InventoryReader.read(
                List.of(directory.resolve("hosts")),
                VaultFixtures.vault(directory, password),
                diagnostics)
            .inventory();
    return new Read(inventory, diagnostics, diagnostics.all().stream().map(files::shown).toList());
  }

  private static String revealed(Inventory inventory, String name) {
    return inventory.nodes().getFirst().vars().get(name) instanceof Value.Str str
        ? Text.marked(str.text()).reveal()
        : "no string";
  }
}
