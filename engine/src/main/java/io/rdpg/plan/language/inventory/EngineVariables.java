package io.rdpg.plan.language.inventory;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.diagnostic.Suggestions;
import io.rdpg.plan.language.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The variables of inventories that rdpg-plan itself gives a meaning, and those of Ansible that it
 * leaves alone on purpose. Any other name that begins with {@code ansible_} is refused: whoever
 * wrote it expects that it changes how nodes are reached.
 *
 * @see <a
 *     href="https://docs.ansible.com/ansible/latest/reference_appendices/special_variables.html">Ansible,
 *     Special variables</a>
 */
public final class EngineVariables {
  /** What rdpg-plan reads. */
  private static final Set<String> READ =
      Set.of(
          // how a node is reached
          "ansible_connection",
          "ansible_host",
          "ansible_port",
          "ansible_user",
          "ansible_ssh_host",
          "ansible_ssh_port",
          "ansible_ssh_user",
          "ansible_ssh_private_key_file",
          "ansible_ssh_private_key_passphrase",
          "ansible_private_key_file",
          "ansible_private_key_passphrase",
          "ansible_ssh_args",
          "ansible_ssh_common_args",
          "ansible_ssh_extra_args",
          "ansible_timeout",
          "ansible_ssh_timeout",
          "ssh_known_hosts",
          "peer_address",
          // as whom
          "ansible_become",
          "ansible_become_user",
          "ansible_become_method",
          "ansible_become_password",
          "ansible_become_pass",
          // how groups merge
          "ansible_group_priority",
          // its servers
          "pg_host",
          "pg_port",
          "pg_user",
          "pg_password",
          "pg_password_previous",
          "pg_become_user",
          "pg_sslmode",
          "pg_sslrootcert",
          "pg_sslcert",
          "pg_sslkey",
          "pg_sslpassword",
          "pg_service",
          "pg_tls",
          "consul_address",
          "consul_port",
          "consul_scheme",
          "consul_token",
          "consul_cacert",
          "consul_client_cert",
          "consul_client_key",
          "consul_tls_server_name",
          "consul_datacenter",
          "pg_data", // of the shipped inventories, whether theirs use it or not
          // clusters and the lab
          "cluster_id",
          "cluster_role",
          "cluster_roles",
          "lab",
          "lab_proxies");

  /**
   * What changes nothing for rdpg-plan. It copies no modules to nodes, so how Ansible copies and
   * runs them is not asked for; what describes a node is a variable as any other.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "ansible_("
              + "\\w+_interpreter" // which one runs modules
              + "|(ssh_)?pipelining|remote_tmp|async_dir|local_tmp" // how modules get there
              + "|ssh_transfer_method|scp_if_ssh|sftp_batch_mode"
              + "|facts|facts_modules|facts_parallel|fact_path|local" // facts and their cache
              + "|distribution|distribution_version|distribution_major_version"
              + "|distribution_release|os_family|system|kernel|architecture|machine"
              + "|hostname|fqdn|nodename|domain|default_ipv4|default_ipv6|all_ipv4_addresses"
              + "|all_ipv6_addresses|processor_vcpus|memtotal_mb|pkg_mgr|service_mgr"
              + "|virtualization_type|virtualization_role|date_time|env"
              + "|check_mode|diff_mode|verbosity|version|play_name|managed" // of one of its runs
              + ")");

  /** What to do instead of some that are refused. */
  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("ansible_password", "log in with a key or the agent: passwords are not sent"),
          Map.entry("ansible_ssh_pass", "log in with a key or the agent: passwords are not sent"),
          Map.entry(
              "ansible_ssh_password", "log in with a key or the agent: passwords are not sent"),
          Map.entry("ansible_sudo_pass", "write ansible_become_password"),
          Map.entry("ansible_sudo_user", "write ansible_become_user"),
          Map.entry("ansible_sudo", "write ansible_become"),
          Map.entry("ansible_su", "write ansible_become and ansible_become_method: su"),
          Map.entry("ansible_shell_type", "commands run in the node's POSIX shell, sh"),
          Map.entry("ansible_shell_executable", "commands run in the node's POSIX shell, sh"),
          Map.entry(
              "ansible_host_key_checking",
              "host keys are always checked: name a file of them in ssh_known_hosts"),
          Map.entry(
              "ansible_ssh_host_key_checking",
              "host keys are always checked: name a file of them in ssh_known_hosts"),
          Map.entry("ansible_ssh_executable", "no ssh program is run: rdpg-plan speaks SSH itself"),
          Map.entry("ansible_sftp_extra_args", "write ansible_ssh_common_args"),
          Map.entry("ansible_scp_extra_args", "write ansible_ssh_common_args"));

  /** Prefixes of names that look as if the engine gave them a meaning. */
  private static final List<String> PREFIXES = List.of("pg_", "consul_", "cluster_", "lab_");

  private EngineVariables() {}

  /** Refuses Ansible's names that are neither read nor harmless, each where it is first set. */
  static void check(
      Consumer<Consumer<Map<String, Value.Entry>>> variables, Diagnostics diagnostics) {
    variables.accept(vars ->
        vars.forEach((name, entry) -> refusal(name, entry.keyAt()).ifPresent(diagnostics::add)));
  }

  /** An error for a name of Ansible that is neither read nor harmless. */
  public static Optional<Diagnostic> refusal(String name, Span at) {
    if (!name.startsWith("ansible_") || READ.contains(name) || HARMLESS.matcher(name).matches()) {
      return Optional.empty();
    }
    String hint =
        Optional.ofNullable(INSTEAD.get(name))
            .or(() ->
                Suggestions.didYouMean(
                    name, READ.stream().filter(known -> known.startsWith("ansible_")).toList()))
            .orElse("remove it, or move it to where only Ansible reads it");
    return Optional.of(
        Diagnostic.at(
                at, Code.UNKNOWN_KEY, "rdpg-plan doesn't know Ansible's variable '" + name + "'")
            .withHint(hint));
  }

  /** Whether a name looks like one of the engine's and is none. */
  public static boolean looksLikeOne(String name) {
    return hasPrefix(name) && !READ.contains(name);
  }

  /** Whether a name begins as the engine's do. */
  public static boolean hasPrefix(String name) {
    return PREFIXES.stream().anyMatch(name::startsWith);
  }

  /** The names that the engine reads. */
  public static Set<String> names() {
    return READ;
  }
}
