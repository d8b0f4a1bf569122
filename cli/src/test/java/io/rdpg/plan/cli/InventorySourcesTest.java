package io.rdpg.plan.cli;

import static io.rdpg.plan.language.vault.VaultFixtures.inline;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.language.vault.VaultFixtures;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inventories of other formats than YAML, and what is beside them, by the whole command line. */
class InventorySourcesTest {
  @TempDir Path directory;

  @BeforeEach
  void writeAnInventory() {
    write(
        "hosts",
        """
        [db]
        db[1:3] ansible_connection=local
        [site:children]
        db
        """);
    plan("'x' == 'x'");
  }

  @Test
  void lists_as_ansible_inventory_does() throws IOException {
    write("group_vars/site.yml", "greeting: hello");
    JsonNode list =
        new ObjectMapper().readTree(run("inventory", "-i", "hosts", "--list").exits(0).out());
    assertThat(list)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"_meta": {"hostvars": {
                       "db1": {"greeting": "hello", "ansible_connection": "local"},
                       "db2": {"greeting": "hello", "ansible_connection": "local"},
                       "db3": {"greeting": "hello", "ansible_connection": "local"}}},
                     "all": {"children": ["ungrouped", "site"]},
                     "site": {"children": ["db"]},
                     "db": {"hosts": ["db1", "db2", "db3"]}}
                    """));
    assertThat(run("inventory", "-i", "hosts", "--graph").exits(0).out())
        .isEqualTo(
            """
            @all:
              |--@ungrouped:
              |--@site:
              |  |--@db:
              |  |  |--db1
              |  |  |--db2
              |  |  |--db3
            """);
    assertThat(run("inventory", "-i", "hosts", "--graph", "db").out())
        .startsWith("@db:\n  |--db1\n");
    assertThat(run("inventory", "-i", "hosts", "--host", "db2").out()).contains("\"hello\"");
    assertThat(run("inventory", "-i", "hosts", "--host", "db4").exits(2).err())
        .contains("no node is called 'db4'", "did you mean 'db1'?");
    assertThat(run("inventory", "-i", "hosts", "--graph", "bd").exits(2).err())
        .contains("no group is called 'bd'", "did you mean 'db'?");
  }

  @Test
  void what_it_lists_is_an_inventory_again() throws IOException {
    write("i.json", run("inventory", "-i", "hosts", "--list").out());
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(run("inventory", "-i", "i.json", "--list").exits(0).out()))
        .isEqualTo(json.readTree(run("inventory", "-i", "hosts", "--list").out()));
  }

  @Test
  void encrypted_values_are_opened_and_shown_nowhere() {
    write("group_vars/all.yml", "token: " + inline(VaultFixtures.S3CR3T));
    write("host_vars/db1/vault", VaultFixtures.FILE);
    write("right", VaultFixtures.PASSWORD);
    write("wrong", "not-the-right-one");
    plan(
        "token == 's3cr3t' and (node.name != 'db1' or pg_password ~ number == 'hunter2212345678')");
    run("apply", "p.yml", "-i", "hosts", "--vault-password-file", "right").exits(0);
    run("apply", "p.yml", "-i", "hosts", "--vault-id", "any@right").exits(0);
    Map<String, String> byEnvironment =
        Map.of("ANSIBLE_VAULT_PASSWORD_FILE", directory.resolve("right").toString());
    InProcessCommands commands = new InProcessCommands();
    Installation installation = new Installation(directory, directory, byEnvironment);
    assertThat(commands.run(installation, "apply", "p.yml", "-i", "hosts")).isZero();
    RanInDirectory listed =
        run("inventory", "-i", "hosts", "--list", "--vault-password-file", "right").exits(0);
    assertThat(listed.out()).contains("\"token\" : \"***\"").doesNotContain("s3cr3t", "hunter22");

    RanInDirectory refused =
        run("apply", "p.yml", "-i", "hosts", "--vault-password-file", "wrong").exits(2);
    assertThat(refused.err())
        .contains(
            "group_vars/all.yml:1:8: the vault password doesn't open this (bad_vault)",
            "host_vars/db1/vault:1:1: the vault password doesn't open this (bad_vault)",
            "tried: wrong")
        .doesNotContain("not-the-right-one", "s3cr3t");
    assertThat(run("apply", "p.yml", "-i", "hosts").exits(2).err())
        .contains("no vault password is given (missing_secret)", "--vault-password-file FILE");
    assertThat(run("apply", "p.yml", "-i", "hosts", "--vault-id", "a@prompt").exits(2).err())
        .contains("a vault password can't be prompted for");
  }

  @Test
  void variables_beside_the_plan_win() {
    write("group_vars/all.yml", "who: inventory\n");
    write("play/group_vars/all.yml", "who: plan\n");
    write("play/host_vars/db2.yml", "who: host\n");
    write("play/p.yml", assertion("who == (node.name == 'db2' ? 'host' : 'plan')"));
    run("apply", "play/p.yml", "-i", "hosts").exits(0);
    write("q.yml", assertion("who == 'inventory'"));
    run("apply", "q.yml", "-i", "hosts").exits(0);
    run("validate", "q.yml", "play/p.yml", "-i", "hosts").exits(0);
    assertThat(run("inventory", "-i", "hosts", "--playbook-dir", "play", "--host", "db2").out())
        .contains("\"host\"");
    write("play/group_vars/db.yml", "- wrong\n");
    assertThat(run("apply", "play/p.yml", "-i", "hosts").exits(2).err())
        .startsWith("play/group_vars/db.yml:1:1: variables are a map, not a list (bad_value)");
  }

  @Test
  void several_inventories_are_one() {
    write("more.toml", "[db.hosts.db4]\nansible_connection = \"local\"\n");
    assertThat(
            run("apply", "p.yml", "-i", "hosts", "-i", "more.toml", "-l", "db[3:]").exits(0).err())
        .contains("applying p.yml to db4 of hosts, more.toml");
    assertThat(run("apply", "p.yml", "-i", "hosts", "-i", "nowhere").exits(2).err())
        .contains("there is no inventory nowhere");
  }

  @Test
  void a_limit_can_be_in_a_file() {
    write("retry", "# failed\ndb1\n\ndb[2]\n");
    assertThat(run("apply", "p.yml", "-i", "hosts", "-l", "@retry").exits(0).err())
        .contains("to db1, db3 of hosts");
    assertThat(run("apply", "p.yml", "-i", "hosts", "-l", "@retry,!db1").exits(0).err())
        .contains("to db3 of hosts");
    assertThat(run("apply", "p.yml", "-i", "hosts", "-l", "@none").exits(2).err())
        .contains("the file none can't be read (missing_file)");
    write("retry", "# nothing\n");
    assertThat(run("apply", "p.yml", "-i", "hosts", "-l", "@retry").exits(2).err())
        .contains("-l @retry names no node");
  }

  @Test
  void a_connection_that_is_not_ssh_is_refused() {
    write("docker", "c1 ansible_connection=docker\n");
    assertThat(run("apply", "p.yml", "-i", "docker").exits(2).err())
        .contains("'ansible_connection' must be ssh or local, not 'docker'");
  }

  @Test
  void a_variable_that_looks_like_ours_and_is_used_nowhere_is_refused() {
    write("hosts", "db1 ansible_connection=local pg_prot=1 consul_frobnicate=1 cluster_own=2\n");
    assertThat(run("apply", "p.yml", "-i", "hosts").exits(2).err())
        .isEqualTo(
            """
            hosts:1:30: nothing uses the variable 'pg_prot' (unknown_key)
              1 | db1 ansible_connection=local pg_prot=1 consul_frobnicate=1 cluster_own=2
                |                              ^
              hint: did you mean 'pg_port'?
            hosts:1:40: nothing uses the variable 'consul_frobnicate' (unknown_key)
              1 | db1 ansible_connection=local pg_prot=1 consul_frobnicate=1 cluster_own=2
                |                                        ^
              hint: remove it; what only Ansible's playbooks use can be in group_vars or host_vars
            hosts:1:60: nothing uses the variable 'cluster_own' (unknown_key)
              1 | db1 ansible_connection=local pg_prot=1 consul_frobnicate=1 cluster_own=2
                |                                                            ^
              hint: remove it; what only Ansible's playbooks use can be in group_vars or host_vars
            3 errors in 1 file
            """);
  }

  @Test
  void a_variable_that_a_plan_a_template_or_another_variable_uses_is_the_sites_own() {
    write(
        "hosts",
        "db1 ansible_connection=local pg_one=1 pg_two=1 pg_three=1 pg_four=\"{{ pg_five }}\""
            + " pg_five=5\n");
    write("p.yml", assertion("pg_one == 1"));
    write("plans/other.yml", assertion("pg_two == 1"));
    write("templates/t.conf", "{{ pg_three }}{{ pg_four }}");
    run("apply", "p.yml", "-i", "hosts").exits(0);
  }

  @Test
  void variables_of_ansibles_playbooks_can_be_beside_the_inventory() {
    write("group_vars/all.yml", "consul_frobnicate: 1\npg_users: [a]\npg_prot: 5432\n");
    assertThat(run("apply", "p.yml", "-i", "hosts").exits(2).err())
        .contains("nothing uses the variable 'pg_prot'")
        .doesNotContain("consul_frobnicate'", "pg_users'");
  }

  @Test
  void a_program_gives_a_secret_and_is_run_once() {
    plan("token == 'value of the token'");
    Path program = directory.resolve("get");
    write(
        "group_vars/all.yml",
        "token: \"{{ secret('command:" + program + " \\\"the token\\\"') }}\"\n");
    script(
        "get",
        "echo run >> " + directory.resolve("runs") + "; echo \"value of $1\"; echo user: me");
    RanInDirectory ran = run("apply", "p.yml", "-i", "hosts").exits(0);
    assertThat(ran.out() + ran.err()).doesNotContain("value of");
    assertThat(directory.resolve("runs")).hasContent("run\n");
    script("get", "echo half; echo the vault is locked >&2; exit 4");
    assertThat(run("apply", "p.yml", "-i", "hosts").exits(2).err())
        .contains("gave none: it ended with exit code 4: the vault is locked (missing_secret)")
        .doesNotContain("half");
    script("get", "exit 0");
    assertThat(run("apply", "p.yml", "-i", "hosts").exits(2).err())
        .contains("gave none: it printed nothing on its first line");
  }

  @Test
  void a_sealed_preview_knows_all_that_the_inventory_was_read_from() {
    write("inv/hosts", TestFiles.read(directory.resolve("hosts")));
    write("inv/group_vars/all.yml", "a: 1\n");
    String[] apply = {"apply", "--sealed", "s"};
    run("apply", "p.yml", "-i", "inv", "-l", "db1", "--dry-run", "--out", "s").exits(0);
    run(apply).exits(0);
    write("inv/group_vars/all.yml", "a: 2\n");
    assertThat(run(apply).exits(6).err())
        .contains("inventory inv has changed since it was previewed");
    write("inv/group_vars/all.yml", "a: 1\n");
    run(apply).exits(0);
    write("host_vars/db1.yml", "a: 3\n");
    assertThat(run(apply).exits(6).err()).contains("folder of variables host_vars has changed");
  }

  private void plan(String that) {
    write("p.yml", assertion(that));
  }

  private static String assertion(String that) {
    return "plan: p\nsteps:\n  - name: a\n    assert: {that: \"" + that + "\", message: no}\n";
  }

  private void script(String file, String commands) {
    write(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(directory.resolve(file).toFile().setExecutable(true)).isTrue();
  }

  private void write(String file, String text) {
    TestFiles.write(directory.resolve(file), text);
  }

  private RanInDirectory run(String... arguments) {
    return RanInDirectory.of(directory, arguments);
  }
}
