package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.vault.Vault;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Variables of the command line ({@code -e}): {@code name=value}, {@code @file.yml} or a YAML map
 * {@code '{count: 5}'}. As in Ansible, the value of {@code name=value} is always a string, so
 * {@code count=5} is {@code '5'} and {@code on=true} is {@code 'true'}; give a map for other kinds.
 * Unlike Ansible's, one {@code -e name=value} is one variable and takes spaces as they are.
 */
public final class ExtraVars {
  private static final String PLACE = "-e";

  private ExtraVars() {}

  /**
   * All of them by name; a later one wins.
   *
   * @param vault opens what is encrypted in files
   * @param diagnostics is given all that can't be understood
   */
  public static Map<String, Value> read(
      List<String> arguments, Vault vault, Diagnostics diagnostics) {
    Map<String, Value> vars = new LinkedHashMap<>();
    for (String argument : arguments) {
      read(argument, vars, vault, diagnostics);
    }
    return vars;
  }

  private static void read(
      String argument, Map<String, Value> vars, Vault vault, Diagnostics diagnostics) {
    String text = argument.strip();
    if (text.startsWith("@")) {
      YamlDocument.read(Path.of(text.substring(1)), vault, diagnostics)
          .ifPresent(value -> addAll(value, vars, diagnostics));
      return;
    }
    if (text.startsWith("{")) {
      YamlDocument.read(PLACE, text, diagnostics)
          .ifPresent(value -> addAll(value, vars, diagnostics));
      return;
    }
    int equals = argument.indexOf('=');
    String name = equals < 0 ? text : argument.substring(0, equals).strip();
    if (equals < 0 || !LiteralOrTemplate.isIdentifier(name)) {
      diagnostics.add(
          Diagnostic.of(Code.BAD_COMMAND_LINE, "invalid -e: " + name)
              .withHint("write -e name=value, -e @file.yml or -e '{name: value}'"));
      return;
    }
    Span at = new Span(PLACE, 1, equals + 2, "");
    vars.put(name, new Value.Str(argument.substring(equals + 1), at));
  }

  private static void addAll(Value value, Map<String, Value> vars, Diagnostics diagnostics) {
    switch (value) {
      case Value.Mapping map ->
          map.entries().forEach((name, entry) -> vars.put(name, entry.value()));
      case Value.Nothing _ -> {}
      case Value.Str _, Value.Num _, Value.Bool _, Value.Seq _ ->
          diagnostics.add(
              value.at(), Code.BAD_VALUE, "variables are a map of names, not " + value.kind());
    }
  }
}
