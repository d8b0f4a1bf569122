package io.rdpg.plan.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.inventory.InventoryReader;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostVariablesTest {
  @TempDir private Path directory;

  /** What a template gives on db1. */
  private String rendered(String template) throws IOException {
    Path file = directory.resolve("inventory.yml");
    Files.writeString(
        file,
        """
        all:
          vars:
            home: "/srv/{{ node.name }}"
            password: "{{ secret('env:PATH') }}"
            mine: "{{ hostvars.db2.theirs }}"
            theirs: "{{ hostvars.db1.mine }}"
            other: "{{ hostvars[node.name == 'db1' ? 'db2' : 'db1'].home }}"
          hosts:
            db1:
            db2: {only: here}
        """);
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory =
        InventoryReader.read(List.of(file), Vault.WITHOUT_PASSWORDS, diagnostics).inventory();
    diagnostics.rejectIfAny();
    Templates templates = new Templates(FileLayers.none());
    NodeFacts facts = new NodeFacts(inventory, templates, Map.of(), Map.of());
    return templates
        .render(
            template,
            facts.vars(inventory.node("db1").orElseThrow()),
            new Span("plan.yml", 1, 1, ""))
        .toString();
  }

  @Test
  void each_is_rendered_as_its_node_would() throws IOException {
    assertThat(rendered("{{ home }} {{ hostvars.db2.home }} {{ hostvars['db2'].only }}"))
        .isEqualTo("/srv/db1 /srv/db2 here");
    assertThat(rendered("{{ hostvars.db2.other }}")).isEqualTo("/srv/db1");
  }

  @Test
  void what_a_node_has_not_is_absent() throws IOException {
    assertThat(rendered("{{ hostvars.db1.only | default('none') }}")).isEqualTo("none");
    assertThatThrownBy(() -> rendered("{{ hostvars.db1.only }}")).hasMessageContaining("only");
    assertThatThrownBy(() -> rendered("{{ hostvars.db3.home }}")).hasMessageContaining("db3");
  }

  /** Else a file with all of a map would be written again by each run. */
  @Test
  void maps_keep_their_order() throws IOException {
    assertThat(rendered("{{ pg | json }} {{ consul | json }} {{ node | json }}"))
        .isEqualTo(
            "{\"host\":\"127.0.0.1\",\"port\":5432,\"user\":\"postgres\",\"address\":\"db1\"}"
                + " {\"address\":\"127.0.0.1\",\"port\":8500,\"scheme\":\"http\"}"
                + " {\"name\":\"db1\",\"address\":\"db1\",\"groups\":[\"ungrouped\"]}");
  }

  @Test
  void a_secret_stays_one() throws IOException {
    assertThat(rendered("{{ hostvars.db2.password }}")).isEqualTo("***");
  }

  @Test
  void two_nodes_variables_that_are_defined_by_each_other_are_an_error() {
    assertThatThrownBy(() -> rendered("{{ mine }}")).hasMessageContaining("defined by itself");
  }
}
