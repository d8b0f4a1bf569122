package io.rdpg.plan.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.inventory.InventoryReader;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshVariablesTest {
  @TempDir private Path directory;

  private NodeAccess.Ssh access(String vars) throws IOException {
    Path file = directory.resolve("inventory.yml");
    Files.writeString(file, "all:\n  hosts:\n    db1: {" + vars + "}\n");
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory =
        InventoryReader.read(List.of(file), Vault.WITHOUT_PASSWORDS, diagnostics).inventory();
    diagnostics.rejectIfAny();
    NodeAccess access =
        new NodeFacts(inventory, new Templates(FileLayers.none()), Map.of(), Map.of())
            .access(inventory.nodes().getFirst(), NodeFacts.Approach.AS_THE_INVENTORY_SAYS);
    return (NodeAccess.Ssh) access.transport();
  }

  @Test
  void what_is_not_said_is_left_to_the_ssh_configuration() throws IOException {
    assertThat(access(""))
        .isEqualTo(
            new NodeAccess.Ssh(
                "db1",
                null,
                null,
                null,
                null,
                null,
                null,
                new NodeAccess.SshArguments(List.of(), List.of())));
  }

  @Test
  void both_names_of_a_variable_are_read() throws IOException {
    NodeAccess.Ssh former =
        access(
            "ansible_ssh_host: a, ansible_ssh_port: 1, ansible_ssh_user: u,"
                + " ansible_private_key_file: /k, ansible_ssh_timeout: 7");
    NodeAccess.Ssh present =
        access(
            "ansible_host: a, ansible_port: 1, ansible_user: u,"
                + " ansible_ssh_private_key_file: /k, ansible_timeout: 7");

    assertThat(present).usingRecursiveComparison().ignoringFields("places").isEqualTo(former);
    assertThat(present.places().keySet()).isEqualTo(former.places().keySet());
    assertThat(present.host()).isEqualTo("a");
    assertThat(present.port()).isEqualTo(1);
    assertThat(present.user()).isEqualTo("u");
    assertThat(present.privateKey()).isEqualTo(Path.of("/k"));
    assertThat(present.loginTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void two_names_of_a_variable_must_say_the_same() throws IOException {
    assertThat(access("ansible_user: u, ansible_ssh_user: u").user()).isEqualTo("u");
    for (String vars :
        List.of(
            "ansible_user: u, ansible_ssh_user: v",
            "ansible_host: a, ansible_ssh_host: b",
            "ansible_port: 1, ansible_ssh_port: 2",
            "ansible_become_password: one, ansible_become_pass: two")) {
      Failure failure = catchThrowableOfType(Failure.class, () -> access(vars));
      assertThat(failure.diagnostic().message())
          .as(vars)
          .contains("mean the same, and have different values")
          .doesNotContain("two");
    }
  }

  @Test
  void arguments_keep_their_order_and_place() throws IOException {
    NodeAccess.SshArguments arguments =
        access("ansible_ssh_extra_args: -x, ansible_ssh_common_args: -J b, ansible_ssh_args: -C")
            .arguments();

    assertThat(arguments.before()).extracting(NodeAccess.SshArgument::text).containsExactly("-C");
    assertThat(arguments.after())
        .extracting(NodeAccess.SshArgument::text)
        .containsExactly("-J b", "-x");
    assertThat(arguments.after().getFirst().at().line()).isEqualTo(3);
  }

  @Test
  void a_passphrase_is_a_secret_however_it_is_given() throws IOException {
    NodeAccess.Ssh access = access("ansible_ssh_private_key_passphrase: opens");

    assertThat(Objects.requireNonNull(access.passphrase()).reveal()).isEqualTo("opens");
    assertThat(access.toString()).doesNotContain("opens");
  }

  @Test
  void the_address_of_its_peers_is_not_the_one_that_we_reach() throws IOException {
    assertThat(access("ansible_host: alias, peer_address: 10.0.0.1").host()).isEqualTo("alias");
  }

  @Test
  void what_it_says_has_a_place() throws IOException {
    NodeAccess.Ssh access = access("ansible_host: a, ansible_ssh_user: u, ssh_known_hosts: /k");

    assertThat(access.places())
        .containsOnlyKeys("ansible_host", "ansible_user", "ssh_known_hosts")
        .allSatisfy((name, at) -> assertThat(at.line()).isEqualTo(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ansible_port: '{{ 0 }}'",
        "ansible_ssh_port: '{{ 70000 }}'",
        "ansible_timeout: 10s",
        "ansible_timeout: 0",
        "ansible_connection: winrm"
      })
  void nonsense_is_refused_with_its_place(String vars) {
    Failure failure = catchThrowableOfType(Failure.class, () -> access(vars));

    assertThat(failure.diagnostic().message()).contains(vars.replaceFirst(":.*", ""));
    assertThat(Objects.requireNonNull(failure.diagnostic().at()).line()).isEqualTo(3);
  }
}
