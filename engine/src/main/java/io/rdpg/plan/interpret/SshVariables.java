package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the variables that say how a node is reached over SSH; all but one are Ansible's. */
final class SshVariables {
  private SshVariables() {}

  private static final String[] HOST = {"ansible_host", "ansible_ssh_host"};
  private static final String[] PORT = {"ansible_port", "ansible_ssh_port"};
  private static final String[] USER = {"ansible_user", "ansible_ssh_user"};
  private static final String[] KEY = {"ansible_ssh_private_key_file", "ansible_private_key_file"};
  private static final String[] KNOWN_HOSTS = {"ssh_known_hosts"};

  /** What the inventory says, and null for what it leaves to the ssh configuration. */
  static NodeAccess.Ssh access(Node node, Variables vars) {
    return new NodeAccess.Ssh(
        value(vars, HOST).orElse(node.name()),
        Synonyms.given(vars, PORT).map(name -> NodeFacts.port(vars, name, 22)).orElse(null),
        value(vars, USER).orElse(null),
        value(vars, KEY).map(NodeFacts::path).orElse(null),
        passphrase(vars),
        value(vars, KNOWN_HOSTS).map(NodeFacts::path).orElse(null),
        Synonyms.given(vars, "ansible_ssh_timeout", "ansible_timeout")
            .map(name -> seconds(vars, name))
            .orElse(null),
        new NodeAccess.SshArguments(
            arguments(vars, "ansible_ssh_args"),
            arguments(vars, "ansible_ssh_common_args", "ansible_ssh_extra_args")),
        places(vars));
  }

  /** By the first of each variable's names. */
  private static Map<String, Span> places(Variables vars) {
    Map<String, Span> places = new HashMap<>();
    for (String[] names : List.of(HOST, USER, KEY, KNOWN_HOSTS)) {
      Synonyms.given(vars, names).ifPresent(name -> places.put(names[0], at(vars, name)));
    }
    return places;
  }

  private static @Nullable Text passphrase(Variables vars) {
    return Synonyms.given(
            vars, "ansible_ssh_private_key_passphrase", "ansible_private_key_passphrase")
        .flatMap(name -> NodeFacts.text(vars, name))
        .map(text -> Text.secret(text.reveal()))
        .orElse(null);
  }

  private static List<NodeAccess.SshArgument> arguments(Variables vars, String... names) {
    return Stream.of(names)
        .flatMap(name ->
            NodeFacts.name(vars, name).stream()
                .map(text -> new NodeAccess.SshArgument(at(vars, name), text)))
        .toList();
  }

  private static Span at(Variables vars, String name) {
    Span at = vars.at(name);
    return at == null ? Span.of(name) : at;
  }

  private static Optional<String> value(Variables vars, String... names) {
    return Synonyms.given(vars, names).flatMap(name -> NodeFacts.name(vars, name));
  }

  private static Duration seconds(Variables vars, String name) {
    String text = NodeFacts.name(vars, name).orElseThrow();
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw NodeFacts.wrong(
          vars,
          name,
          "variable '"
              + name
              + "' must be a number of seconds from 1 to 999999, not '"
              + text
              + "'",
          null);
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }
}
