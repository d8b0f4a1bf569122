package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.model.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a host of what is set for it: expands tokens, fills in OpenSSH's defaults. */
final class HopReader {
  /** In the order in which OpenSSH 9 tries them. */
  private static final List<String> USUAL_KEYS =
      List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_dsa");

  private static final Map<Keyword, Hop.Algorithms> ALGORITHMS =
      Map.of(
          Keyword.KEX_ALGORITHMS, Hop.Algorithms.KEY_EXCHANGE,
          Keyword.HOST_KEY_ALGORITHMS, Hop.Algorithms.HOST_KEY,
          Keyword.PUBKEY_ACCEPTED_ALGORITHMS, Hop.Algorithms.PUBLIC_KEY,
          Keyword.CIPHERS, Hop.Algorithms.CIPHER,
          Keyword.MACS, Hop.Algorithms.MAC,
          Keyword.CA_SIGNATURE_ALGORITHMS, Hop.Algorithms.CA_SIGNATURE);

  private final Surroundings here;
  private final Settings settings;
  private final String name;
  private final Tokens tokens;

  HopReader(Surroundings here, Settings settings, String name) {
    this.here = here;
    this.settings = settings;
    this.name = name;
    this.tokens = settings.tokens(here, name);
  }

  Hop hop(@Nullable Text passphrase, Hop.Via via) {
    Setting methods = settings.first(Keyword.PREFERRED_AUTHENTICATIONS);
    if (methods != null && !List.of(methods.value().split(",", -1)).contains("publickey")) {
      throw methods.wrong(
          "without publickey nobody can log in here", "add publickey: only keys are used");
    }
    Setting alias = settings.first(Keyword.HOST_KEY_ALIAS);
    Setting attempts = settings.first(Keyword.CONNECTION_ATTEMPTS);
    Setting timeout = settings.first(Keyword.CONNECT_TIMEOUT);
    return new Hop(
        name,
        settings.hostName(name),
        settings.port(),
        settings.user(here),
        alias == null ? null : alias.value(),
        trust(),
        keys(passphrase),
        algorithms(),
        family(),
        attempts == null ? 1 : Math.max(1, attempts.number(1000)),
        timeout == null || timeout.value().equals("none") || timeout.seconds() == 0
            ? null
            : Duration.ofSeconds(timeout.seconds()),
        silence(),
        via);
  }

  private Hop.Trust trust() {
    Setting strict = settings.first(Keyword.STRICT_HOST_KEY_CHECKING);
    Path own = here.userDirectory();
    return new Hop.Trust(
        files(
            Keyword.USER_KNOWN_HOSTS_FILE,
            List.of(own.resolve("known_hosts"), own.resolve("known_hosts2"))),
        files(
            Keyword.GLOBAL_KNOWN_HOSTS_FILE,
            List.of(
                here.system().resolve("ssh_known_hosts"),
                here.system().resolve("ssh_known_hosts2"))),
        strict == null || strict(strict)
            ? null
            : "StrictHostKeyChecking " + strict.value() + " (" + strict.at().place() + ")");
  }

  private static boolean strict(Setting setting) {
    return switch (setting.value().toLowerCase(Locale.ROOT)) {
      case "yes", "true", "ask" -> true;
      case "no", "false", "off", "accept-new" -> false;
      default -> throw setting.wrong("it must be yes, no, ask or accept-new", "see ssh_config(5)");
    };
  }

  private List<Path> files(Keyword keyword, List<Path> otherwise) {
    List<Setting> named = settings.all(keyword);
    return named.isEmpty()
        ? otherwise
        : named.stream().filter(one -> !one.value().equals("none")).map(this::path).toList();
  }

  private Hop.Keys keys(@Nullable Text passphrase) {
    List<Setting> named = settings.all(Keyword.IDENTITY_FILE);
    Setting only = settings.first(Keyword.IDENTITIES_ONLY);
    return new Hop.Keys(
        named.isEmpty()
            ? USUAL_KEYS.stream().map(here.userDirectory()::resolve).toList()
            : files(Keyword.IDENTITY_FILE, List.of()),
        named.isEmpty(),
        files(Keyword.CERTIFICATE_FILE, List.of()),
        only != null && only.yes(),
        agent(),
        passphrase);
  }

  private @Nullable Path agent() {
    Setting agent = settings.first(Keyword.IDENTITY_AGENT);
    if (agent == null || agent.value().equals("SSH_AUTH_SOCK")) {
      return socket(here.environment().get("SSH_AUTH_SOCK"));
    }
    if (agent.value().equals("none")) {
      return null;
    }
    return agent.value().startsWith("$") && !agent.value().startsWith("${")
        ? socket(here.environment().get(agent.value().substring(1)))
        : path(agent);
  }

  private static @Nullable Path socket(@Nullable String path) {
    return path == null || path.isEmpty() ? null : Path.of(path);
  }

  private Path path(Setting setting) {
    String expanded =
        Tokens.variables(setting, tokens.expand(setting, Settings.ALL), here.environment());
    try {
      return here.path(expanded).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw setting.wrong("it is no path", "see ssh_config(5)");
    }
  }

  private Map<Hop.Algorithms, String> algorithms() {
    Map<Hop.Algorithms, String> restricted = new EnumMap<>(Hop.Algorithms.class);
    ALGORITHMS.forEach((keyword, algorithms) ->
        Stream.ofNullable(settings.first(keyword))
            .forEach(setting -> restricted.put(algorithms, setting.value())));
    return restricted;
  }

  private Hop.AddressFamily family() {
    Setting family = settings.first(Keyword.ADDRESS_FAMILY);
    return family == null
        ? Hop.AddressFamily.ANY
        : Arrays.stream(Hop.AddressFamily.values())
            .filter(one -> one.name().equalsIgnoreCase(family.value()))
            .findFirst()
            .orElseThrow(() -> family.wrong("it must be any, inet or inet6", "see ssh_config(5)"));
  }

  private Hop.@Nullable Silence silence() {
    Setting interval = settings.first(Keyword.SERVER_ALIVE_INTERVAL);
    if (interval == null || interval.seconds() == 0) {
      return null;
    }
    Setting unanswered = settings.first(Keyword.SERVER_ALIVE_COUNT_MAX);
    return new Hop.Silence(
        Duration.ofSeconds(interval.seconds()),
        unanswered == null ? 3 : Math.max(1, unanswered.number(1_000_000)));
  }
}
