package io.rdpg.plan.language.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.yaml.LiteralOrTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryTest {
  private static final String CLUSTERS =
      """
      all:
        vars:
          lab: true
          who: all
          port: 1
        children:
          rdpgsc1:
            vars: {cluster_id: rdpgsc1, cluster_role: service, who: sc}
            hosts:
              sc[1:2]: {ansible_host: 127.0.0.2}
          rdpgmc:
            vars: {cluster_id: rdpgmc, cluster_role: manager}
            hosts:
              mc2: {ansible_host: 127.0.0.12, who: host}
              mc1: {ansible_host: 127.0.0.11}
          zone_a: {hosts: {mc1: {port: 5}}, vars: {who: zone}}
          empty:
        hosts:
          lone:
      """;

  @TempDir Path directory;

  @Test
  void roles_and_proxies_that_can_not_be_understood_are_refused_once() throws IOException {
    for (String wrong : List.of("manager", "[]", "[[a]]", "['{{ a }}']", "{a: b}")) {
      Diagnostics diagnostics = new Diagnostics();
      read(CLUSTERS.replace("lab: true", "cluster_roles: " + wrong), diagnostics);
      assertThat(diagnostics.all())
          .extracting(Diagnostic::message)
          .as(wrong)
          .containsOnlyOnce("'cluster_roles' must be a list of names");
    }
    for (String wrong : List.of("'yes'", "1", "'{{ a }}'", "[true]")) {
      Diagnostics diagnostics = new Diagnostics();
      read(CLUSTERS.replace("lab: true", "lab_proxies: " + wrong), diagnostics);
      assertThat(diagnostics.all())
          .extracting(Diagnostic::message)
          .as(wrong)
          .containsOnlyOnce("'lab_proxies' must be true or false");
    }
  }

  @Test
  void the_inventory_can_list_other_roles() throws IOException {
    String others =
        CLUSTERS
            .replace("lab: true", "cluster_roles: [manager, edge]")
            .replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:");
    Inventory inventory = read(others.replace("cluster_role: service", "cluster_role: edge"));
    assertThat(inventory.node("sc1").orElseThrow().cluster())
        .isEqualTo(new Node.Membership("rdpgsc1", "edge", 1));
    Diagnostics diagnostics = new Diagnostics();
    read(others, diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::message)
        .contains("'cluster_role' is manager or edge, not 'service'");
  }

  @Test
  void nodes_come_in_the_order_of_the_file_with_their_cluster() throws IOException {
    Inventory inventory = read(CLUSTERS.replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:"));
    assertThat(inventory.nodes())
        .extracting(Node::name)
        .containsExactly("sc1", "sc2", "mc2", "mc1", "lone");
    assertThat(inventory.node("mc1").orElseThrow().cluster())
        .isEqualTo(new Node.Membership("rdpgmc", "manager", 2));
    assertThat(inventory.node("mc1").orElseThrow().address()).isEqualTo("127.0.0.11");
    assertThat(inventory.node("sc1").orElseThrow().address()).isEqualTo("sc1");
    assertThat(inventory.node("lone").orElseThrow().groups()).containsExactly("ungrouped");
    assertThat(inventory.node("lone").orElseThrow().cluster()).isNull();
    assertThat(inventory.cluster("rdpgsc1")).extracting(Node::name).containsExactly("sc1", "sc2");
    assertThat(inventory.lab()).isNotNull();
    assertThat(inventory.groups())
        .containsEntry("zone_a", java.util.List.of("mc1"))
        .containsEntry("empty", java.util.List.of())
        .containsEntry("ungrouped", java.util.List.of("lone"));
    assertThat(inventory.groups().keySet()).startsWith("all");
  }

  @Test
  void a_range_with_one_address_is_a_duplicate() throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    read(CLUSTERS, diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.DUPLICATE_NODE);
  }

  @Test
  void variables_merge_as_ansibles_do() throws IOException {
    Inventory inventory = read(CLUSTERS.replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:"));
    assertThat(string(inventory, "lone", "who")).isEqualTo("all");
    assertThat(string(inventory, "sc1", "who")).isEqualTo("sc");
    assertThat(string(inventory, "mc2", "who")).isEqualTo("host");
    // Two groups of one depth: the later name wins.
    assertThat(string(inventory, "mc1", "who")).isEqualTo("zone");
    assertThat(string(inventory, "mc1", "port")).isEqualTo("5");
    assertThat(string(inventory, "mc1", "ansible_host")).isEqualTo("127.0.0.11");
  }

  @Test
  void its_peers_address_is_told_apart_from_the_one_that_we_reach() throws IOException {
    Inventory inventory =
        read(
            """
            all:
              hosts:
                a: {ansible_host: bastion-a, peer_address: 10.0.0.1}
                b: {ansible_host: 10.0.0.2}
                c: {ansible_ssh_host: 10.0.0.3}
                d:
            """);
    assertThat(inventory.nodes())
        .extracting(Node::address)
        .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3", "d");
  }

  @Test
  void deeper_groups_and_priorities_win() throws IOException {
    Inventory inventory =
        read(
            """
            all:
              children:
                z:
                  vars: {x: z, y: z}
                  children:
                    a: {vars: {x: a}, hosts: {h: }}
                b:
                  vars: {y: b, ansible_group_priority: 10}
                  hosts: {h: }
            """);
    assertThat(string(inventory, "h", "x")).isEqualTo("a");
    assertThat(string(inventory, "h", "y")).isEqualTo("b");
    assertThat(inventory.node("h").orElseThrow().groups()).containsExactly("z", "b", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"high", "'{{ 5 }}'", "10.0", "99999999999999999999", "true"})
  void a_priority_that_is_no_whole_number_is_refused(String priority) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    read(
        "all: {children: {a: {vars: {ansible_group_priority: " + priority + "}, hosts: {h: }}}}",
        diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::message)
        .containsExactly("'ansible_group_priority' must be a whole number");
  }

  @Test
  void a_host_has_no_priority() throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    read("all: {hosts: {h: {ansible_group_priority: 5}}}", diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::message)
        .containsExactly("'ansible_group_priority' has no effect here");
  }

  @Test
  void groups_may_stand_at_the_top_and_in_several_places() throws IOException {
    Inventory inventory =
        read(
            """
            web: {hosts: {a: }}
            all: {children: {site: {children: {web: {hosts: {b: }}}}}}
            """);
    assertThat(inventory.groups()).containsEntry("site", java.util.List.of("a", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          web[01:03]    | [web01, web02, web03]
          web[8:10].x   | [web8.x, web9.x, web10.x]
          db[a:c]       | [dba, dbb, dbc]
          n[0:6:3]      | [n0, n3, n6]
          r[1:2]n[a:b]  | [r1na, r1nb, r2na, r2nb]
          plain         | [plain]
          bad[x         | []
          bad[3:1]      | []
          n[:2]         | [n0, n1, n2]
          x[y:B]        | [xy, xz, xA, xB]
          bad[01:100]   | []
          """)
  void expands_ranges(String pattern, String expected) {
    assertThat(HostRange.expand(pattern).toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          all                  | sc1 sc2 mc2 mc1 lone
          *                    | sc1 sc2 mc2 mc1 lone
          mc1                  | mc1
          127.0.0.11           | mc1
          rdpgmc               | mc2 mc1
          mc*                  | mc2 mc1
          rdpg*:lone           | sc1 sc2 mc2 mc1 lone
          mc1,sc2              | sc2 mc1
          mc1:sc2              | sc2 mc1
          rdpgmc:&zone_a       | mc1
          rdpgmc:!zone_a       | mc2
          !rdpgmc              | sc1 sc2 lone
          all:!mc?:!lone       | sc1 sc2
          !mc1:rdpgmc          | mc2
          ~mc\\d              | mc2 mc1
          ~[sl][co]            | sc1 sc2 lone
          ~rdpgm.              | mc2 mc1
          rdpg*:!~mc.*         | sc1 sc2
          rdpgmc[0]            | mc2
          rdpgmc[-1]           | mc1
          all[1:2]             | sc1 sc2
          all[3:]              | mc2 mc1
          all[0:99]            | sc1 sc2 mc2 mc1 lone
          all[0:0]             | lone
          rdpgmc:!ungrouped    | mc2 mc1
          rdpgmc[0]:lone       | mc2 lone
          rdpg*[1],lone        | sc2 lone
          mc[12]*              | mc2 mc1
          [!s]c*               | mc2 mc1
          mc1:sc1:lone         | sc1 mc1 lone
          """)
  void patterns_select(String pattern, String expected) throws IOException {
    Inventory inventory = read(CLUSTERS.replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:"));
    Diagnostics diagnostics = new Diagnostics();
    assertThat(HostPattern.select(inventory, pattern, null, diagnostics))
        .extracting(Node::name)
        .containsExactly(expected.split(" "));
    assertThat(diagnostics.all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"mc11, did you mean 'mc1'?", "rdpgmd, did you mean 'rdpgmc'?", "x*, known here"})
  void a_name_that_fits_nothing_is_told(String pattern, String hint) throws IOException {
    Inventory inventory = read(CLUSTERS.replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:"));
    Diagnostics diagnostics = new Diagnostics();
    HostPattern.select(inventory, pattern, null, diagnostics);
    assertThat(diagnostics.all())
        .singleElement()
        .satisfies(diagnostic -> {
          assertThat(diagnostic.code()).isEqualTo(Code.UNKNOWN_NODE);
          assertThat(diagnostic.hint()).contains(hint);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "rdpgmc[2], 'rdpgmc[2]' selects none of the 2 nodes of rdpgmc",
    "rdpgmc[-3], 'rdpgmc[-3]' selects none of the 2 nodes of rdpgmc",
    "rdpgmc[5:6], 'rdpgmc[5:6]' selects none of the 2 nodes of rdpgmc",
    "empty[0], 'empty[0]' selects none of the 0 nodes of empty",
    "~[, a bracket in the pattern '~[' is not closed",
    "~, '~' is no regular expression: it is empty",
    "~(, '~(' is no regular expression: Unclosed group",
    "mc[1], no node or group is called 'mc'",
    "db1:2222, no node or group is called 'db1:2222'",
    "127.0.0.*, no node or group is called '127.0.0.*'",
    "~127, no node or group is called '~127'"
  })
  void what_can_not_select_is_told(String pattern, String message) throws IOException {
    Inventory inventory = read(CLUSTERS.replace("sc[1:2]: {ansible_host: 127.0.0.2}", "sc[1:2]:"));
    Diagnostics diagnostics = new Diagnostics();
    HostPattern.select(inventory, pattern, null, diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::message).contains(message);
    assertThat(HostPattern.select(inventory, pattern, null, diagnostics)).isEmpty();
  }

  @Test
  void a_pattern_that_leaves_nothing_is_told() throws IOException {
    Inventory inventory = read("all: {hosts: {a: }}");
    Diagnostics diagnostics = new Diagnostics();
    HostPattern.select(inventory, "a:!a", null, diagnostics);
    assertThat(diagnostics.all()).extracting(Diagnostic::code).containsExactly(Code.UNKNOWN_NODE);
  }

  private static String string(Inventory inventory, String node, String name) {
    Value value = inventory.node(node).orElseThrow().vars().get(name);
    return LiteralOrTemplate.scalar(Objects.requireNonNull(value, name)).orElseThrow();
  }

  private Inventory read(String text) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory = read(text, diagnostics);
    assertThat(diagnostics.all()).isEmpty();
    return inventory;
  }

  private Inventory read(String text, Diagnostics diagnostics) throws IOException {
    Path file = directory.resolve("inventory.yml");
    Files.writeString(file, text);
    return InventoryReader.read(List.of(file), Vault.WITHOUT_PASSWORDS, diagnostics).inventory();
  }
}
