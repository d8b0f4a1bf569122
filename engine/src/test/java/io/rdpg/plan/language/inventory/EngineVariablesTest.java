package io.rdpg.plan.language.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineVariablesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ansible_host",
        "ansible_become",
        "ansible_python_interpreter",
        "ansible_ruby_interpreter",
        "ansible_pipelining",
        "ansible_os_family",
        "my_ansible_thing",
        "pg_archive_dir"
      })
  void leaves_alone_what_is_read_harmless_or_the_sites_own(String name) {
    assertThat(EngineVariables.refusal(name, Span.of("x"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ansible_prot               | did you mean 'ansible_port'?
          ansible_becme              | did you mean 'ansible_become'?
          ansible_ssh_pass           | log in with a key
          ansible_shell_type         | POSIX shell
          ansible_winrm_transport    | remove it
          ansible_become_exe         |
          ansible_host_key_checking  | ssh_known_hosts
          """)
  void refuses_the_rest_of_ansibles(String name, String hint) {
    Diagnostic refused = EngineVariables.refusal(name, Span.of("x")).orElseThrow();
    assertThat(refused.message()).contains(name);
    assertThat(refused.hint()).contains(hint == null ? "" : hint);
  }

  @Test
  void refuses_each_where_it_is_set() {
    InventoryUnderTest files =
        new InventoryUnderTest(directory)
            .with("hosts", "h ansible_winrm_path=x\n[db:vars]\nansible_shell_type=csh\n[db]\nh\n")
            .with("group_vars/db.yml", "ansible_su: true");
    assertThat(files.errors("hosts"))
        .containsExactly(
            "hosts:1:3 rdpg-plan doesn't know Ansible's variable 'ansible_winrm_path'",
            "hosts:3:1 rdpg-plan doesn't know Ansible's variable 'ansible_shell_type'",
            "group_vars/db.yml:1:1 rdpg-plan doesn't know Ansible's variable 'ansible_su'");
    Diagnostics diagnostics = new Diagnostics();
    files.with("play/host_vars/h", "ansible_sudo: true").with("ok", "h\n");
    files.parsed(diagnostics, "play/../ok").beside(directory.resolve("play"), diagnostics);
    assertThat(diagnostics.all())
        .extracting(Diagnostic::message)
        .contains("rdpg-plan doesn't know Ansible's variable 'ansible_sudo'");
  }
}
