package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Resolves how the inventory reaches a node to the hops that lead there, by the ssh configuration
 * of the user who runs this: what the inventory says counts as ssh's command line, as in Ansible.
 * Files are read once. Safe for use by many threads.
 *
 * @see <a href="https://man.openbsd.org/ssh_config">ssh_config(5)</a>
 */
public final class OpenSshConfig {
  private static final String MEANT_BY_SHELLS = "'`\"$\\;&<>|(){}";

  private final Surroundings here;
  private final ConfigFiles usual;
  private final Map<String, ConfigFiles> named = new ConcurrentHashMap<>();

  public OpenSshConfig(Surroundings here) {
    this.here = here;
    this.usual = ConfigFiles.usual(here);
  }

  /**
   * The host that a node is, and through it all on the way.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure when the configuration says something for one
   *     of them that isn't understood
   */
  public Hop resolve(NodeAccess.Ssh to) {
    if (to.user() != null) {
      requireHarmless("user", to.user());
    }
    SshArguments before = read(to.arguments().before());
    SshArguments after = read(to.arguments().after());
    List<ConfigLine> commandLine = new ArrayList<>(before.lines());
    commandLine.addAll(ofInventory(to));
    commandLine.addAll(after.lines());
    String file = after.file() != null ? after.file() : before.file();
    ConfigFiles files =
        file == null ? usual : named.computeIfAbsent(file, f -> ConfigFiles.named(f, here));
    return new Route(files, to.passphrase()).hop(to.host(), commandLine, List.of());
  }

  /** What a shell or an option parser could take for something else, as OpenSSH refuses it too. */
  private static void requireHarmless(String what, String name) {
    if (name.startsWith("-")
        || name.chars().anyMatch(c -> c <= ' ' || MEANT_BY_SHELLS.indexOf(c) >= 0)) {
      throw Failure.of(
          Code.BAD_VALUE,
          "'" + name + "' can't be the name of a " + what,
          "it may be passed to a command of the ssh configuration, and means something to shells");
    }
  }

  private static SshArguments read(List<NodeAccess.SshArgument> arguments) {
    List<ConfigLine> lines = new ArrayList<>();
    String file = null;
    for (NodeAccess.SshArgument argument : arguments) {
      SshArguments read = SshArguments.read(argument.at(), argument.text());
      lines.addAll(read.lines());
      file = read.file() == null ? file : read.file();
    }
    return new SshArguments(lines, file);
  }

  private static List<ConfigLine> ofInventory(NodeAccess.Ssh to) {
    List<ConfigLine> lines = new ArrayList<>();
    add(lines, "Port", "ansible_port", to.port());
    add(lines, "IdentityFile", "ansible_ssh_private_key_file", percent(to.privateKey()));
    add(lines, "User", "ansible_user", to.user());
    add(
        lines,
        "ConnectTimeout",
        "ansible_timeout",
        to.loginTimeout() == null ? null : to.loginTimeout().toSeconds());
    add(lines, "UserKnownHostsFile", "ssh_known_hosts", percent(to.knownHosts()));
    return lines;
  }

  private static @Nullable String percent(@Nullable Path literal) {
    return literal == null ? null : literal.toString().replace("%", "%%");
  }

  private static void add(
      List<ConfigLine> lines, String keyword, String variable, @Nullable Object value) {
    if (value != null) {
      lines.add(SshArguments.quoted(Span.of(variable), keyword, value.toString()));
    }
  }

  /** More than anybody has, and far fewer than a configuration that never ends. */
  private static final int MOST_JUMPS = 16;

  /** One node's way. */
  private final class Route {
    private final ConfigFiles files;
    private final @Nullable Text passphrase;

    Route(ConfigFiles files, @Nullable Text passphrase) {
      this.files = files;
      this.passphrase = passphrase;
    }

    /**
     * A host, by its own part of the configuration.
     *
     * @param behind the hosts whose jumps led here, the node first
     */
    Hop hop(String name, List<ConfigLine> commandLine, List<String> behind) {
      requireHarmless("host", name);
      Settings settings = Evaluation.of(here, files, commandLine, name);
      List<String> path = new ArrayList<>(behind);
      path.add(name + ":" + settings.port());
      return new HopReader(here, settings, name).hop(passphrase, via(settings, name, path));
    }

    private Hop.Via via(Settings settings, String name, List<String> path) {
      Setting command = settings.first(Keyword.PROXY_COMMAND);
      Setting jump = settings.first(Keyword.PROXY_JUMP);
      if (command != null && !command.value().equalsIgnoreCase("none")) {
        return new Hop.Command(
            LocalCommand.shell(here), settings.tokens(here, name).expand(command, "hnpr"));
      }
      if (jump == null || jump.value().equalsIgnoreCase("none")) {
        return new Hop.Direct();
      }
      List<Destination> jumps =
          Destination.of(
              new Setting(
                  jump.keyword(), settings.tokens(here, name).expand(jump, "hnpr"), jump.at()));
      Hop last = null;
      for (Destination next : jumps) {
        last = jump(jump, next, last, path);
      }
      return last == null ? new Hop.Direct() : new Hop.Jump(last);
    }

    /** Only the first of several jumps goes the way that its own configuration says. */
    private Hop jump(Setting asked, Destination to, @Nullable Hop from, List<String> path) {
      List<ConfigLine> commandLine = new ArrayList<>();
      add(commandLine, asked, "User", to.user());
      add(commandLine, asked, "Port", to.port());
      if (from != null) {
        commandLine.add(new ConfigLine(asked.at(), "ProxyCommand", "none"));
        Hop alone = hop(to.host(), commandLine, path);
        return alone.via(new Hop.Jump(from));
      }
      int port = Evaluation.of(here, files, commandLine, to.host()).port();
      if (path.contains(to.host() + ":" + port)) {
        throw Diagnostic.at(
                asked.at(),
                Code.BAD_VALUE,
                "the jump host " + to.host() + " is to be reached through itself")
            .withHint("add 'Host " + to.host() + "' with 'ProxyJump none' above it")
            .failure();
      }
      if (path.size() > MOST_JUMPS) {
        throw Diagnostic.at(
                asked.at(),
                Code.BAD_VALUE,
                "the way to %s goes through more than %d hosts: %s, ..."
                    .formatted(path.getFirst(), MOST_JUMPS, String.join(", ", path.subList(1, 4))))
            .withHint("each of them is to be reached through another one; see their ProxyJump")
            .failure();
      }
      return hop(to.host(), commandLine, path);
    }

    private static void add(
        List<ConfigLine> lines, Setting asked, String keyword, @Nullable String value) {
      if (value != null) {
        lines.add(SshArguments.quoted(asked.at(), keyword, value));
      }
    }
  }
}
