package io.rdpg.plan.language.template;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;

/** Words of Jinja and Ansible that people write in templates, and what to write instead. */
public final class JinjaHints {
  private static final String JSON = "write 'json'";
  private static final String LOOP = "write {% for %} ... {% endfor %}";
  private static final String NO_CONVERSION = "omit it: numbers of YAML are numbers already";

  private static final Map<String, String> FILTERS =
      Map.ofEntries(
          entry("to_json", JSON),
          entry("to_nice_json", JSON),
          entry("tojson", JSON),
          entry("jsonencode", JSON),
          entry("to_yaml", "write 'json': JSON is YAML too"),
          entry("to_nice_yaml", "write 'json': JSON is YAML too"),
          entry("from_json", "write its value in YAML, in 'vars'"),
          entry("from_yaml", "write its value in YAML, in 'vars'"),
          entry("b64encode", "write 'base64encode'"),
          entry("b64decode", "write 'base64decode'"),
          entry("quote", "write 'shell_quote', 'sql_literal' or 'sql_ident'"),
          entry("d", "write 'default'"),
          entry("mandatory", "omit it: every variable must be defined"),
          entry("count", "write 'length'"),
          entry("size", "write 'length'"),
          entry("int", NO_CONVERSION),
          entry("float", NO_CONVERSION),
          entry("string", "write '' ~ value"),
          entry("bool", "compare it: value == 'true'"),
          entry("list", "omit it"),
          entry("map", LOOP),
          entry("select", LOOP),
          entry("selectattr", LOOP),
          entry("reject", LOOP),
          entry("rejectattr", LOOP),
          entry("dict2items", "write {% for entry in map %} with entry.key and entry.value"),
          entry("items", "write {% for entry in map %} with entry.key and entry.value"),
          entry("combine", "write 'merge'"),
          entry("union", "write 'merge'"),
          entry("regex_replace", "write 'replace'"),
          entry("regex_search", "write 'contains' or 'matches' in a condition"),
          entry("hash", "write 'sha256'"),
          entry("password_hash", "write 'scram_verifier(salt)'"),
          entry("uppercase", "write 'upper'"),
          entry("lowercase", "write 'lower'"),
          entry("indent", "write the spaces in the template"),
          entry("ternary", "write CONDITION ? ONE : OTHER"),
          entry("basename", "write path | split('/') | last"),
          entry("safe", "omit it: nothing is escaped"));

  private static final Map<String, String> TESTS =
      Map.ofEntries(
          entry("undefined", "write 'is not defined'"),
          entry("none", "write 'is null'"),
          entry("sameas", "write '=='"),
          entry("eq", "write '=='"),
          entry("equalto", "write '=='"),
          entry("in", "write LIST contains ITEM"),
          entry("mapping", "write 'is map'"),
          entry("sequence", "write 'is iterable'"),
          entry("match", "write VALUE matches 'a regular expression'"),
          entry("search", "write VALUE contains 'text'"),
          entry("changed", "write RESULT.changed"),
          entry("skipped", "write RESULT.skipped"),
          entry("failed", "a step that fails ends the run on its node: there is no result to test"),
          entry("succeeded", "a step that fails ends the run on its node: omit it"),
          entry("divisibleby", "write VALUE % 3 == 0"));

  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          entry("lookup", "write secret('env:NAME') or secret('file:PATH'), or a 'lookup' step"),
          entry("query", "write a 'lookup' step with 'register'"),
          entry("q", "write a 'lookup' step with 'register'"),
          entry("env", "write secret('env:NAME'), or -e NAME=\"$NAME\""),
          entry("file", "write secret('file:PATH'), or a 'lookup' step"),
          entry("templatefile", "write {% include 'FILE' %}"),
          entry("now", "templates have no time: a plan's results are repeatable"),
          entry("len", "write VALUE | length"),
          entry("length", "write VALUE | length"),
          entry("str", "write '' ~ value"),
          entry("int", NO_CONVERSION),
          entry("join", "write LIST | join(',')"),
          entry("format", "write 'a %s' | format(...)"),
          entry("concat", "write A ~ B"),
          entry("contains", "write LIST contains ITEM"),
          entry("fromJSON", "write its value in YAML, in 'vars'"),
          entry("toJSON", "write VALUE | json"),
          entry("dict", "write {'key': value}"));

  private static final Map<String, String> TAGS =
      Map.ofEntries(
          entry("elif", "write 'elseif'"),
          entry("elsif", "write 'elseif'"),
          entry("raw", "write 'verbatim'"),
          entry("endraw", "write 'endverbatim'"),
          entry("do", "write {% set NAME = ... %}"),
          entry("with", "write {% set NAME = ... %}"),
          entry("call", "write {{ MACRO(...) }}"),
          entry("continue", "write an {% if %} around it"),
          entry("break", "write an {% if %} around it"),
          entry("cache", "templates are not cached: omit it"),
          entry("parallel", "omit it"),
          entry("end", "write which: 'endif', 'endfor', ..."),
          entry("fi", "write 'endif'"),
          entry("done", "write 'endfor'"),
          entry("foreach", "write 'for'"));

  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          entry("inventory_hostname", "write node.name"),
          entry("inventory_hostname_short", "write node.name"),
          entry("hostname", "write node.name"),
          entry("hostvars", "write cluster.nodes, a list of the cluster's nodes with their facts"),
          entry("groups", "write cluster.nodes, or node.groups for the names of groups"),
          entry("group_names", "write node.groups"),
          entry("play_hosts", "write cluster.nodes"),
          entry("ansible_play_hosts", "write cluster.nodes"),
          entry("ansible_facts", "facts are not gathered: 'node' and 'cluster', or a 'lookup'"),
          entry("ansible_hostname", "write node.name"),
          entry("ansible_fqdn", "write node.name"),
          entry("ansible_default_ipv4", "write node.address"),
          entry("ansible_all_ipv4_addresses", "write node.address"),
          entry("ansible_date_time", "templates have no time: a plan's results are repeatable"),
          entry("ansible_env", "write secret('env:NAME'), or -e NAME=\"$NAME\""),
          entry("ansible_check_mode", "a preview decides as an apply does: omit it"),
          entry("env", "write secret('env:NAME'), or -e NAME=\"$NAME\""),
          entry("secrets", "write secret('env:NAME') or secret('file:PATH')"),
          entry("vars", "write the variable's name alone"),
          entry("var", "write the variable's name alone"),
          entry("local", "write the variable's name alone"),
          entry("item", "it is defined in a step with 'for_each', under the name of 'as' if given"),
          entry("each", "write 'item'"),
          entry("matrix", "write 'item', in a step with 'for_each'"),
          entry("steps", "write the name that the step gives in 'register'"),
          entry("omit", "write the step twice, each with its 'when'"),
          entry("True", "write true"),
          entry("False", "write false"),
          entry("TRUE", "write true"),
          entry("FALSE", "write false"),
          entry("yes", "write true"),
          entry("no", "write false"),
          entry("None", "write null"),
          entry("nil", "write null"),
          entry("undefined", "write NAME is not defined"));

  private JinjaHints() {}

  static Optional<String> filter(String word) {
    return Optional.ofNullable(FILTERS.get(word.substring(word.lastIndexOf('.') + 1)));
  }

  static Optional<String> test(String word) {
    return Optional.ofNullable(TESTS.get(word));
  }

  static Optional<String> function(String word) {
    return Optional.ofNullable(FUNCTIONS.get(word));
  }

  static Optional<String> tag(String word) {
    return Optional.ofNullable(TAGS.get(word));
  }

  /** What to write instead of a variable that there is not. */
  public static Optional<String> variable(String word) {
    return Optional.ofNullable(VARIABLES.get(word));
  }
}
