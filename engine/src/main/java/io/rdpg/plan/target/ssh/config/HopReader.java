package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.model.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
    Setting rsa = settings.first(Keyword.REQUIRED_RSA_SIZE);
    return new Hop(
        name,
        settings.hostName(name),
        settings.port(),
        settings.user(here),
        alias == null ? null : alias.value(),
        trust(),
        keys(passphrase),
        algorithms(),
        rsa == null ? Hop.USUAL_RSA_BITS : Math.max(Hop.USUAL_RSA_BITS, rsa.number(0, 65_536)),
        environment(),
        family(),
        attempts == null ? 1 : attempts.number(1, 1000),
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
    if (keyword.form() == Keyword.Form.MANY && named.size() > 1) {
      named.stream()
          .filter(Setting::none)
          .findFirst()
          .ifPresent(none -> {
            throw none.wrong("it must stand alone", "leave out the other files, or none");
          });
    }
    return named.isEmpty()
        ? otherwise
        : named.stream().filter(one -> !one.none()).map(this::path).toList();
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

  /** What a token or a variable stands for is no {@code ~} any more. */
  private Path path(Setting setting) {
    String expanded =
        setting.keyword() == Keyword.GLOBAL_KNOWN_HOSTS_FILE
            ? setting.value()
            : Tokens.variables(setting, tokens.expand(setting, Settings.ALL), here.environment());
    try {
      return (setting.value().startsWith("~") ? here.path(expanded) : Path.of(expanded))
          .toAbsolutePath();
    } catch (InvalidPathException e) {
      throw setting.wrong("it is no path: " + e.getReason(), "write it from / on");
    }
  }

  private Map<Hop.Algorithms, Hop.Restriction> algorithms() {
    Map<Hop.Algorithms, Hop.Restriction> restricted = new EnumMap<>(Hop.Algorithms.class);
    ALGORITHMS.forEach((keyword, algorithms) ->
        Stream.ofNullable(settings.first(keyword))
            .forEach(setting ->
                restricted.put(algorithms, new Hop.Restriction(setting.value(), setting.at()))));
    return restricted;
  }

  /** The first value of a name counts. */
  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Setting setting : settings.all(Keyword.SET_ENV)) {
      String[] parts = setting.value().split("=", 2);
      if (parts.length < 2 || parts[0].isEmpty()) {
        throw setting.wrong("it is no variable", "write it as NAME=VALUE");
      }
      environment.putIfAbsent(parts[0], parts[1]);
    }
    return environment;
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
    Setting unanswered = settings.first(Keyword.SERVER_ALIVE_COUNT_MAX);
    int most = unanswered == null ? 3 : Math.max(1, unanswered.number(0, 1_000_000));
    return interval == null || interval.value().equals("none") || interval.seconds() == 0
        ? null
        : new Hop.Silence(Duration.ofSeconds(interval.seconds()), most);
  }
}
