package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryUnderTest.vars;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariableFilesTest {
  /** From the weakest to the strongest, as Ansible's documentation orders them. */
  private static final List<String> LEVELS =
      List.of(
          "inventory: all",
          "inventory: group",
          "inv/group_vars/all.yml",
          "play/group_vars/all.yml",
          "inv/group_vars/above.yml",
          "inv/group_vars/db.yml",
          "play/group_vars/db.yml",
          "inventory: host",
          "inv/host_vars/h.yml",
          "play/host_vars/h.yml");

  @TempDir Path directory;
  private InventoryUnderTest files;

  @BeforeEach
  void begin() {
    files = new InventoryUnderTest(directory);
  }

  /** Each level sets the variables of all levels up to its own. */
  @Test
  void merges_in_ansibles_order() {
    List<String> texts = new ArrayList<>();
    for (int level = 0; level < LEVELS.size(); level++) {
      StringBuilder text = new StringBuilder("{");
      for (int i = 0; i <= level; i++) {
        text.append("v").append(i).append(": ").append(level).append(", ");
      }
      texts.add(text.append("n: 1}").toString());
      if (!LEVELS.get(level).startsWith("inventory")) {
        files.with(LEVELS.get(level), texts.get(level));
      }
    }
    files.with(
        "inv/hosts.yml",
        """
        all:
          vars: %s
          children:
            above:
              children: {db: {vars: %s, hosts: {h: %s}}}
        """
            .formatted(texts.get(0), texts.get(1), texts.get(7)));
    Diagnostics diagnostics = new Diagnostics();
    ParsedInventory parsed = files.parsed(diagnostics, "inv/hosts.yml");
    Inventory inventory = parsed.beside(directory.resolve("play"), diagnostics);
    assertThat(diagnostics.all()).isEmpty();
    assertThat(vars(inventory, "h"))
        .isEqualTo("n=1 v0=9 v1=9 v2=9 v3=9 v4=9 v5=9 v6=9 v7=9 v8=9 v9=9");
    StringBuilder seen = new StringBuilder();
    for (int level = LEVELS.size() - 1; level > 0; level--) {
      String strongest = LEVELS.get(level);
      seen.append(level);
      if (strongest.startsWith("inventory")) {
        files.with("inv/hosts.yml", withoutLevel(level, texts));
      } else {
        assertThat(directory.resolve(strongest).toFile().delete()).isTrue();
      }
      Diagnostics none = new Diagnostics();
      Inventory less = files.parsed(none, "inv/hosts.yml").beside(directory.resolve("play"), none);
      assertThat(vars(less, "h")).as("without " + strongest).contains("v0=" + (level - 1));
    }
    assertThat(seen.toString()).isEqualTo("987654321");
  }

  private static String withoutLevel(int level, List<String> texts) {
    return """
    all:
      vars: %s
      children:
        above:
          children: {db: {vars: %s, hosts: {h: }}}
    """
        .formatted(texts.get(0), level > 1 ? texts.get(1) : "");
  }

  @Test
  void takes_the_first_form_that_is_there_and_folders_in_order() {
    files
        .with("hosts", "h\n[db]\nh\n[web]\nh\n")
        .with("group_vars/db/b.yml", "x: b")
        .with("group_vars/db/a", "x: a\ny: a")
        .with("group_vars/db/c.json", "{\"z\": \"c\"}")
        .with("group_vars/db/sub/d.yaml", "x: d")
        .with("group_vars/db/.e.yml", "x: hidden")
        .with("group_vars/db/f.yml~", "x: backup")
        .with("group_vars/db/g.txt", "x: text")
        .with("group_vars/db.yml", "x: never")
        .with("group_vars/web.yml", "w: yml")
        .with("group_vars/web.yaml", "w: never")
        .with("host_vars/h", "k: host");
    assertThat(vars(files.read("hosts"), "h")).isEqualTo("k=host w=yml x=d y=a z=c");
    assertThat(files.read("hosts").files()).hasSize(7);
  }

  @Test
  void a_cluster_and_an_address_can_be_set_there() {
    files
        .with("hosts", "[mc]\nm1\nm2\n")
        .with("group_vars/mc.yml", "{cluster_id: mc, cluster_role: manager}")
        .with("host_vars/m1.yml", "ansible_host: 192.0.2.1");
    Inventory inventory = files.read("hosts");
    assertThat(inventory.cluster("mc")).hasSize(2);
    assertThat(inventory.node("m1").orElseThrow().address()).isEqualTo("192.0.2.1");
  }

  @Test
  void without_files_beside_the_plan_the_inventory_is_the_same() {
    files.with("hosts", "h\n");
    Diagnostics diagnostics = new Diagnostics();
    ParsedInventory parsed = files.parsed(diagnostics, "hosts");
    assertThat(parsed.beside(directory.resolve("play"), diagnostics)).isSameAs(parsed.inventory());
  }
}
