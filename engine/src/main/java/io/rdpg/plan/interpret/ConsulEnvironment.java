package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.model.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables by which Consul's own command line finds its agent (Consul's manual,
 * "Environment Variables").
 *
 * @param variables by name; empty for a run that doesn't read them
 */
record ConsulEnvironment(Map<String, String> variables) {
  static final ConsulEnvironment NONE = new ConsulEnvironment(Map.of());

  private static final List<String> TRUE = List.of("1", "t", "T", "TRUE", "true", "True");
  private static final List<String> FALSE = List.of("0", "f", "F", "FALSE", "false", "False");
  private static final List<String> NOT_KEPT =
      List.of("CONSUL_HTTP_AUTH", "CONSUL_NAMESPACE", "CONSUL_PARTITION");

  ConsulEnvironment {
    variables = Map.copyOf(variables);
  }

  /** Refuses those of Consul's variables that say something which we can't do. */
  void requireKept() {
    for (String name : NOT_KEPT) {
      if (get(name).isPresent()) {
        throw Failure.of(
            Code.BAD_VALUE,
            "the environment variable " + name + " is set, which rdpg-plan doesn't" + " understand",
            "unset it for this run");
      }
    }
  }

  /** Where {@code CONSUL_HTTP_ADDR} says that the agent is. */
  Optional<Address> address() {
    return get("CONSUL_HTTP_ADDR").map(ConsulEnvironment::address);
  }

  /**
   * @param scheme null when it says none
   */
  record Address(@Nullable String scheme, String host, Optional<Integer> port) {}

  private static Address address(String written) {
    try {
      URI uri = new URI(written.contains("://") ? written : "none://" + written);
      String scheme = uri.getScheme();
      String host = uri.getHost();
      if (host != null && List.of("none", "http", "https").contains(scheme)) {
        return new Address(
            scheme.equals("none") ? null : scheme,
            host.replaceAll("[\\[\\]]", ""),
            uri.getPort() < 0 ? Optional.empty() : Optional.of(uri.getPort()));
      }
    } catch (URISyntaxException notOne) {
      // Refused below.
    }
    throw Failure.of(
        Code.BAD_VALUE,
        "the environment variable CONSUL_HTTP_ADDR must be an address like 127.0.0.1:8500 or"
            + " https://127.0.0.1:8501, not '"
            + written
            + "'",
        "Unix sockets are not supported; or give consul_address in the inventory");
  }

  /** A token file counts more than a token, as for Consul. */
  Optional<Text> token() {
    Optional<String> inFile =
        get("CONSUL_HTTP_TOKEN_FILE")
            .map(file -> {
              try {
                return SourceFile.read(Path.of(file), SourceFile.MOST_TEXT).strip();
              } catch (Failure e) {
                throw Failure.of(
                    Code.MISSING_SECRET,
                    "CONSUL_HTTP_TOKEN_FILE names " + file + ", which can't be read",
                    "create the file, readable for the user who runs rdpg-plan");
              }
            });
    return inFile
        .filter(token -> !token.isEmpty())
        .or(() -> get("CONSUL_HTTP_TOKEN"))
        .map(Text::secret);
  }

  boolean ssl() {
    return flag("CONSUL_HTTP_SSL").orElse(false);
  }

  boolean verifies() {
    return flag("CONSUL_HTTP_SSL_VERIFY").orElse(true);
  }

  Optional<Path> file(String name) {
    return get(name)
        .map(written -> {
          Path path = Path.of(written);
          ConnectionVariables.requireReadable("the environment variable " + name, path);
          return path;
        });
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  private Optional<Boolean> flag(String name) {
    return get(name)
        .map(value -> {
          if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw Failure.of(
                Code.BAD_VALUE,
                "the environment variable " + name + " must be true or false, not '" + value + "'");
          }
          return TRUE.contains(value);
        });
  }
}
