package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the variables that say how a node is reached over SSH; all but one are Ansible's. */
final class SshVariables {
  private SshVariables() {}

  /** What the inventory says, and null for what it leaves to the ssh configuration. */
  static NodeAccess.Ssh access(Node node, Variables vars) {
    return new NodeAccess.Ssh(
        value(vars, "ansible_host", "ansible_ssh_host").orElse(node.name()),
        first(vars, "ansible_port", "ansible_ssh_port")
            .map(name -> NodeFacts.port(vars, name, 22))
            .orElse(null),
        value(vars, "ansible_user", "ansible_ssh_user").orElse(null),
        value(vars, "ansible_ssh_private_key_file", "ansible_private_key_file")
            .map(NodeFacts::path)
            .orElse(null),
        passphrase(vars),
        value(vars, "ssh_known_hosts").map(NodeFacts::path).orElse(null),
        first(vars, "ansible_ssh_timeout", "ansible_timeout")
            .map(name -> seconds(vars, name))
            .orElse(null),
        new NodeAccess.SshArguments(
            arguments(node, vars, "ansible_ssh_args"),
            arguments(node, vars, "ansible_ssh_common_args", "ansible_ssh_extra_args")));
  }

  private static @Nullable Text passphrase(Variables vars) {
    return first(vars, "ansible_ssh_private_key_passphrase", "ansible_private_key_passphrase")
        .flatMap(name -> NodeFacts.text(vars, name))
        .map(text -> Text.secret(text.reveal()))
        .orElse(null);
  }

  private static List<NodeAccess.SshArgument> arguments(
      Node node, Variables vars, String... names) {
    return Stream.of(names)
        .flatMap(name ->
            NodeFacts.name(vars, name).stream()
                .map(text -> new NodeAccess.SshArgument(at(node, name), text)))
        .toList();
  }

  /** Where the inventory says it; the variable's name where the command line does. */
  private static Span at(Node node, String name) {
    Value value = node.vars().get(name);
    return value == null ? Span.of(name) : value.at();
  }

  /** The first of several names of one variable that has a value. */
  private static Optional<String> first(Variables vars, String... names) {
    return Stream.of(names).filter(name -> NodeFacts.name(vars, name).isPresent()).findFirst();
  }

  private static Optional<String> value(Variables vars, String... names) {
    return first(vars, names).flatMap(name -> NodeFacts.name(vars, name));
  }

  private static Duration seconds(Variables vars, String name) {
    String text = NodeFacts.name(vars, name).orElseThrow();
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw Failure.of(
          Code.BAD_VALUE,
          "variable '" + name + "' must be a number of seconds, not '" + text + "'");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }
}
