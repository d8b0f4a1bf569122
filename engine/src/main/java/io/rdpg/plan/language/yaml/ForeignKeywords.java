package io.rdpg.plan.language.yaml;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;

/**
 * Keywords of Ansible, GitHub Actions, Kubernetes, Terraform and pyinfra, and what to write in
 * plans instead.
 */
final class ForeignKeywords {
  private static final String NOT_NEEDED = "omit it: ";
  private static final String RELOADS =
      "no handlers are needed: reload_service compares the running configuration with the one"
          + " on disk";
  private static final String UNLESS =
      "'unless' says when there is nothing to do; where no query can tell, write 'always: true'";
  private static final String FAILS =
      "a step that fails ends the run on its node; read first with 'lookup', and write 'when'";
  private static final String USER =
      "the inventory's ansible_user runs it; for one command: run: [sudo, -u, NAME, ...]";

  private static final Map<String, String> PLAN =
      Map.ofEntries(
          entry("hosts", "write 'targets'"),
          entry("host", "write 'targets'"),
          entry("tasks", "write 'steps'"),
          entry("jobs", "write 'steps'"),
          entry("pre_tasks", "write them first in 'steps'"),
          entry("post_tasks", "write them last in 'steps'"),
          entry("roles", "write steps that include other plans"),
          entry("handlers", RELOADS),
          entry("name", "a plan's name is 'plan', what it is for is 'about'"),
          entry("description", "write 'about'"),
          entry("gather_facts", NOT_NEEDED + "'node' and 'cluster' are always known"),
          entry("become", USER),
          entry("become_user", USER),
          entry("remote_user", "set it in the inventory: ansible_user"),
          entry("connection", "set it in the inventory: ansible_connection"),
          entry("vars_files", "give them on the command line: -e @FILE"),
          entry("variables", "write 'vars'"),
          entry("env", "write 'vars'"),
          entry("environment", "write 'vars', or 'env' of a command"),
          entry("any_errors_fatal", "write 'serial: N': it stops after a batch with a failed node"),
          entry("max_fail_percentage", "write 'serial: N'"),
          entry("strategy", NOT_NEEDED + "every node runs its steps independently"),
          entry("import_playbook", "include it as a step"),
          entry("apiVersion", "this is no Kubernetes manifest: a plan is plan, targets and steps"),
          entry("kind", NOT_NEEDED + "a plan is plan, targets and steps"),
          entry("metadata", "a plan's name is 'plan'"),
          entry("spec", "write 'steps' at the left margin"),
          entry("on", "write 'targets'"),
          entry("block", "write 'steps'"));

  private static final Map<String, String> STEP =
      Map.ofEntries(
          entry("become", USER),
          entry("become_user", USER),
          entry("become_method", USER),
          entry("sudo", USER),
          entry("if", "write 'when'"),
          entry("only_if", "write 'when'"),
          entry("unless", "'unless' is an argument: indent it below the primitive"),
          entry("loop", "write 'for_each'"),
          entry("with_items", "write 'for_each'"),
          entry("with_list", "write 'for_each'"),
          entry("with_dict", "write 'for_each' over a list of maps"),
          entry("with_fileglob", "write 'for_each' over a list"),
          entry("with_nested", "write 'for_each' in 'steps' of a step with 'for_each'"),
          entry("with_sequence", "write for_each: range(1, 5)"),
          entry("foreach", "write 'for_each'"),
          entry("loop_control", "write 'as: NAME' to name the item"),
          entry("loop_var", "write 'as: NAME'"),
          entry("notify", RELOADS),
          entry("listen", RELOADS),
          entry("ignore_errors", FAILS),
          entry("ignore_unreachable", "leave such nodes out with -l"),
          entry("continue-on-error", FAILS),
          entry("rescue", FAILS),
          entry(
              "always",
              "'always: true' is an argument of sql_exec and command; steps that must"
                  + " follow a failure are another plan"),
          entry("changed_when", UNLESS),
          entry("creates", "write unless: [test, -e, PATH] in the command"),
          entry("failed_when", "write an 'assert' step after it"),
          entry("fail_when", "write an 'assert' step after it"),
          entry("until", "write a 'wait_for' step"),
          entry("wait", "write a 'wait_for' step"),
          entry("delay", "write 'every'"),
          entry("async", "write 'timeout'"),
          entry("poll", "write 'every'"),
          entry("delegate_to", "write 'on'"),
          entry("local_action", "write 'on' with a node whose ansible_connection is local"),
          entry("run_once", "write when: node.ordinal == 1"),
          entry("no_log", NOT_NEEDED + "values of secret(...) are never shown"),
          entry("check_mode", NOT_NEEDED + "a preview (--dry-run) never changes anything"),
          entry("diff", NOT_NEEDED + "it is an option of the command line, --diff"),
          entry("args", "write them in the primitive's map"),
          entry("with", "write them in the primitive's map"),
          entry("environment", "write 'env' in the command"),
          entry("env", "write 'env' in the command"),
          entry("depends_on", NOT_NEEDED + "steps run in their order"),
          entry("needs", NOT_NEEDED + "steps run in their order"),
          entry("count", "write for_each: range(1, N)"),
          entry("throttle", "write a consul_lock around it, or 'serial' in the plan"),
          entry("connection", "set it in the inventory: ansible_connection"),
          entry("description", "write it in 'name', or in a comment"),
          entry("id", "write 'register'"),
          entry("output", "write 'register'"));

  private static final Map<String, String> ACTION =
      Map.ofEntries(
          entry("block", "write 'steps'"),
          entry("tasks", "write 'steps'"),
          entry("shell", "write command: {run: [sh, -c, '...'], unless: [...]}"),
          entry("raw", "write 'command'"),
          entry("script", "write 'command'"),
          entry("run", "write command: {run: [...], unless: [...]}"),
          entry("exec", "write 'command'"),
          entry("cmd", "write 'command'"),
          entry("template", "write 'render_template'"),
          entry("copy", "write 'render_template': a file without tags is copied as it is"),
          entry("files.template", "write 'render_template'"),
          entry("lineinfile", "write the whole file with 'render_template'"),
          entry("blockinfile", "write the whole file with 'render_template'"),
          entry("file", "write a file with 'render_template'; a folder with 'command'"),
          entry("postgresql_query", "write 'sql_exec', or 'lookup' to read"),
          entry("postgresql_user", "write 'sql_exec' with CREATE ROLE and an 'unless'"),
          entry("postgresql_db", "write 'sql_exec' with CREATE DATABASE and an 'unless'"),
          entry("postgresql_ext", "write 'sql_exec' with CREATE EXTENSION and an 'unless'"),
          entry("postgresql_privs", "write 'sql_exec' with GRANT and an 'unless'"),
          entry("postgresql_set", "write 'sql_exec' with ALTER SYSTEM and an 'unless'"),
          entry("sql", "write 'sql_exec'"),
          entry("psql", "write 'sql_exec'"),
          entry("query", "write 'lookup' to read, 'sql_exec' to change"),
          entry("service", "write 'reload_service'; to announce one to Consul: 'consul_service'"),
          entry("systemd", "write 'reload_service'"),
          entry("handler", RELOADS),
          entry("meta", NOT_NEEDED + "reloads happen at their step"),
          entry("consul", "write 'consul_service'"),
          entry("kv", "write 'consul_kv'"),
          entry("lock", "write 'consul_lock'"),
          entry("pause", "write 'wait_for': wait for what is to be true, not for time"),
          entry("wait_for_connection", "write 'wait_for' with 'port'"),
          entry("uri", "write 'wait_for' with 'http'"),
          entry("fail", "write assert: {that: ..., message: ...}"),
          entry("debug", "'explain' and --diff show what a step does; assert reports a message"),
          entry("set_fact", "write 'vars' of a plan or step; results come by 'register'"),
          entry("include_tasks", "write 'include'"),
          entry("import_tasks", "write 'include'"),
          entry("include_role", "write 'include'"),
          entry("import_role", "write 'include'"),
          entry("import_playbook", "write 'include'"),
          entry("include_vars", "give variables with -e @FILE, or in 'vars'"),
          entry("uses", "write 'include'"),
          entry("stat", "write lookup: {file: PATH} and 'register'"),
          entry("slurp", "write lookup: {file: PATH} and 'register'"),
          entry("apt", "packages are not managed; if need be: command"),
          entry("yum", "packages are not managed; if need be: command"),
          entry("dnf", "packages are not managed; if need be: command"),
          entry("package", "packages are not managed; if need be: command"));

  private static final Map<String, String> ARGUMENT =
      Map.ofEntries(
          entry("sql_exec.db", "write 'database'"),
          entry("sql_exec.query", "write 'sql'"),
          entry("sql_exec.script", "write 'file'"),
          entry("sql_exec.args", "write 'params'"),
          entry("sql_exec.user", "set it in the inventory: pg_user"),
          entry("sql_exec.login_user", "set it in the inventory: pg_user"),
          entry("sql_exec.login_host", "set it in the inventory: pg_host"),
          entry("sql_exec.password", "set it in the inventory: pg_password"),
          entry("sql_exec.autocommit", "write transaction: false"),
          entry("lookup.db", "write 'database'"),
          entry("lookup.query", "write 'sql'"),
          entry("lookup.path", "write 'file'"),
          entry("render_template.src", "write 'template'"),
          entry("render_template.path", "write 'dest'"),
          entry("render_template.destination", "write 'dest'"),
          entry("render_template.content", "put it in a file and name the file with 'template'"),
          entry("render_template.backup", NOT_NEEDED + "--diff shows what is about to change"),
          entry("render_template.vars", "'vars' belongs to the step: indent it less"),
          entry("command.cmd", "write 'run'"),
          entry("command.argv", "write 'run'"),
          entry("command.command", "write 'run'"),
          entry("command.creates", "write unless: [test, -e, PATH]"),
          entry("command.removes", "write unless: [test, '!', -e, PATH]"),
          entry("command.chdir", "write run: [sh, -c, 'cd FOLDER && ...']"),
          entry("command.environment", "write 'env'"),
          entry("command.shell", "write run: [sh, -c, '...']"),
          entry("wait_for.host", "write port: HOST:PORT"),
          entry("wait_for.path", "write 'file'"),
          entry("wait_for.url", "write 'http'"),
          entry("wait_for.state", NOT_NEEDED + "it waits until the condition holds"),
          entry("wait_for.delay", "write 'every'"),
          entry("wait_for.sleep", "write 'every'"),
          entry("wait_for.db", "write 'database'"),
          entry("wait_for.query", "write 'sql'"),
          entry("reload_service.name", "write 'service'"),
          entry("reload_service.state", NOT_NEEDED + "it reloads when necessary"),
          entry("reload_service.unit", "write 'systemd'"),
          entry("consul_kv.state", "write absent: true, or leave it out"),
          entry("consul_kv.cas", "write 'if_absent' or 'if_value'"),
          entry("consul_service.state", "write absent: true, or leave it out"),
          entry("consul_lock.timeout", "write 'wait'"),
          entry("assert.msg", "write 'message'"),
          entry("assert.fail_msg", "write 'message'"),
          entry("assert.condition", "write 'that'"));

  private ForeignKeywords() {}

  /** What to write instead of a plan's key that there is not. */
  static Optional<String> inPlan(String key) {
    return Optional.ofNullable(PLAN.get(key));
  }

  /** What to write instead of a step's key that there is not and that names no action. */
  static Optional<String> inStep(String key) {
    return Optional.ofNullable(STEP.get(key));
  }

  /** What to write instead of a primitive that there is not. */
  static Optional<String> action(String word) {
    String own = word.substring(word.lastIndexOf('.') + 1);
    return Optional.ofNullable(ACTION.get(word))
        .or(() -> Optional.ofNullable(ACTION.get(own)))
        .or(() ->
            word.startsWith("ansible.") && own.equals("command")
                ? Optional.of("write 'command'")
                : Optional.empty());
  }

  /** What to write instead of an argument that there is not. */
  static Optional<String> argument(String primitive, String name) {
    return Optional.ofNullable(ARGUMENT.get(primitive + "." + name));
  }
}
