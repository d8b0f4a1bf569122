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
    SshArguments before = read(to.arguments().before());
    SshArguments after = read(to.arguments().after());
    List<ConfigLine> commandLine = new ArrayList<>(before.lines());
    commandLine.addAll(ofInventory(to));
    commandLine.addAll(after.lines());
    SshArguments.Named file = after.file() != null ? after.file() : before.file();
    ConfigFiles files =
        file == null
            ? usual
            : named.computeIfAbsent(file.file(), name -> ConfigFiles.named(name, file.at(), here));
    return new Route(files, to.passphrase())
        .hop(to.host(), to.places().get("ansible_host"), commandLine, List.of());
  }

  private static Span place(NodeAccess.Ssh to, String variable) {
    return to.places().getOrDefault(variable, Span.of(variable));
  }

  /** What a shell or an option parser could take for something else, as OpenSSH refuses it too. */
  private static void requireHarmless(String what, String name, @Nullable Span at) {
    if (name.startsWith("-")
        || name.chars().anyMatch(c -> c <= ' ' || MEANT_BY_SHELLS.indexOf(c) >= 0)) {
      Diagnostic refusal =
          Diagnostic.of(Code.BAD_VALUE, "'" + name + "' can't be the name of a " + what)
              .withHint(
                  "write one without blanks, quotes and a '-' before it: it may be passed to a"
                      + " command of the ssh configuration, and means something to shells");
      throw new Failure(at == null ? refusal : refusal.orAt(at));
    }
  }

  private static SshArguments read(List<NodeAccess.SshArgument> arguments) {
    List<ConfigLine> lines = new ArrayList<>();
    SshArguments.Named file = null;
    for (NodeAccess.SshArgument argument : arguments) {
      SshArguments read = SshArguments.read(argument.at(), argument.text());
      lines.addAll(read.lines());
      file = read.file() == null ? file : read.file();
    }
    return new SshArguments(lines, file);
  }

  private static List<ConfigLine> ofInventory(NodeAccess.Ssh to) {
    List<ConfigLine> lines = new ArrayList<>();
    add(lines, "Port", place(to, "ansible_port"), to.port());
    add(lines, "IdentityFile", place(to, "ansible_ssh_private_key_file"), percent(to.privateKey()));
    add(lines, "User", place(to, "ansible_user"), to.user());
    add(
        lines,
        "ConnectTimeout",
        place(to, "ansible_timeout"),
        to.loginTimeout() == null ? null : to.loginTimeout().toSeconds());
    add(lines, "UserKnownHostsFile", place(to, "ssh_known_hosts"), percent(to.knownHosts()));
    return lines;
  }

  private static @Nullable String percent(@Nullable Path literal) {
    return literal == null ? null : literal.toString().replace("%", "%%");
  }

  private static void add(List<ConfigLine> lines, String keyword, Span at, @Nullable Object value) {
    if (value != null) {
      lines.add(SshArguments.quoted(at, keyword, value.toString()));
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
     * @param at where it is named; null when that isn't known
     * @param behind the hosts whose jumps led here, the node first
     */
    Hop hop(String name, @Nullable Span at, List<ConfigLine> commandLine, List<String> behind) {
      requireHarmless("host", name, at);
      commandLine.stream()
          .filter(line -> line.keyword().equalsIgnoreCase("User"))
          .forEach(line -> requireHarmless("user", line.word(), line.at()));
      Settings settings = Evaluation.of(here, files, commandLine, name);
      List<String> path = new ArrayList<>(behind);
      path.add(name + ":" + settings.port());
      return new HopReader(here, settings, name).hop(passphrase, via(settings, name, path));
    }

    private Hop.Via via(Settings settings, String name, List<String> path) {
      Setting command = settings.first(Keyword.PROXY_COMMAND);
      Setting jump = settings.first(Keyword.PROXY_JUMP);
      if (command != null && !command.none()) {
        return new Hop.Command(
            LocalCommand.shell(here), settings.tokens(here, name).expand(command, "hnpr"));
      }
      if (jump == null || jump.none()) {
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
      add(commandLine, "User", asked.at(), to.user());
      add(commandLine, "Port", asked.at(), to.port());
      if (from != null) {
        commandLine.add(new ConfigLine(asked.at(), "ProxyCommand", "none"));
        Hop alone = hop(to.host(), asked.at(), commandLine, path);
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
      return hop(to.host(), asked.at(), commandLine, path);
    }
  }
}
