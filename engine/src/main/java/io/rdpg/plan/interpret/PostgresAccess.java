package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.NodeAccess.SslMode;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a node's PostgreSQL server is reached: by the node's variables, then by the service of
 * libpq's that {@code pg_service} names, then as libpq does by itself.
 *
 * @param address the node's, as others use it
 */
record PostgresAccess(ConnectionVariables vars, PostgresService service, String address) {
  private static final int USUAL_PORT = 5432;

  static PostgresAccess of(ConnectionVariables vars, String address) {
    PostgresService service =
        vars.name("pg_service")
            .map(name -> PostgresService.named(name, System.getenv()))
            .orElse(PostgresService.NONE);
    return new PostgresAccess(vars, service, address);
  }

  /** Its address or name, or the directory of its Unix domain socket, which begins with a slash. */
  String host() {
    String host = given("host").orElse("127.0.0.1");
    if (host.startsWith("@")) {
      throw Failure.of(
          Code.BAD_VALUE,
          "pg_host can't be a socket in the abstract namespace ('" + host + "')",
          "give the directory of the server's Unix domain socket, such as /var/run/postgresql, or"
              + " an address");
    }
    if (host.startsWith("/") && !host.matches("[A-Za-z0-9._/-]+")) {
      throw Failure.of(
          Code.BAD_VALUE,
          "pg_host is a directory with other characters than letters, digits and ._-: '"
              + host
              + "'",
          "name it in unix_socket_directories by a link without them, or give an address");
    }
    return host;
  }

  int port() {
    String inService = service.get("port").orElse("");
    return vars.port(
        "pg_port", inService.matches("\\d{1,5}") ? Integer.parseInt(inService) : USUAL_PORT);
  }

  String user() {
    return given("user").orElse("postgres");
  }

  /**
   * @param host where it is from the node, or from here
   */
  NodeAccess.Postgres at(String host) {
    SslMode mode = mode();
    return new NodeAccess.Postgres(
        host,
        port(),
        name(),
        user(),
        vars.secret("pg_password").or(() -> service.get("password").map(Text::secret)).orElse(null),
        vars.secret("pg_password_previous").orElse(null),
        mode,
        tls(mode),
        host.startsWith("/") ? vars.name("pg_become_user").orElse(user()) : null,
        false);
  }

  /** Every server is 127.0.0.1 to itself, so no certificate is for that. */
  private String name() {
    String host = host();
    boolean loopback = host.startsWith("127.") || host.equals("::1") || host.equals("localhost");
    return loopback || host.startsWith("/") ? address : host;
  }

  private SslMode mode() {
    String word = given("sslmode").orElseGet(() -> usualMode().word());
    return Arrays.stream(SslMode.values())
        .filter(mode -> mode.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            Failure.of(
                Code.BAD_VALUE,
                "pg_sslmode can't be '" + word + "'",
                "known here: "
                    + Arrays.stream(SslMode.values())
                        .map(SslMode::word)
                        .collect(Collectors.joining(", "))));
  }

  /** libpq's; where the nodes require TLS, as strict as what is known of their authority. */
  private SslMode usualMode() {
    String word = vars.name("pg_tls").orElse("allowed");
    return switch (word) {
      case "allowed" -> SslMode.PREFER;
      case "required" -> given("sslrootcert").isPresent() ? SslMode.VERIFY_FULL : SslMode.REQUIRE;
      default -> throw vars.wrong("pg_tls", "must be allowed or required, not '" + word + "'");
    };
  }

  private NodeAccess.Tls tls(SslMode mode) {
    Optional<Path> certificate = file("sslcert", "postgresql.crt");
    Optional<Path> key = file("sslkey", "postgresql.key");
    if (mode == SslMode.DISABLE) {
      return NodeAccess.Tls.OF_ANYONE;
    }
    if (certificate.isPresent() && key.isEmpty()) {
      throw vars.wrong("pg_sslkey", "is missing: it is the key of the certificate pg_sslcert");
    }
    return new NodeAccess.Tls(
        trust(mode),
        mode == SslMode.VERIFY_FULL ? name() : null,
        certificate.orElse(null),
        key.orElse(null),
        password());
  }

  private @Nullable Text password() {
    return vars.secret("pg_sslpassword")
        .or(() -> service.get("sslpassword").map(Text::secret))
        .orElse(null);
  }

  /** A root certificate that is there is used in every mode, as by libpq. */
  private NodeAccess.Trust trust(SslMode mode) {
    if (given("sslrootcert").filter("system"::equals).isPresent()) {
      if (mode != SslMode.VERIFY_FULL) {
        throw vars.wrong("pg_sslmode", "must be verify-full with pg_sslrootcert: system");
      }
      return new NodeAccess.UsualAuthorities();
    }
    Optional<Path> root = file("sslrootcert", "root.crt");
    if (root.isPresent()) {
      return new NodeAccess.Authorities(root.get());
    }
    return switch (mode) {
      case DISABLE, ALLOW, PREFER, REQUIRE -> new NodeAccess.Anyone();
      case VERIFY_CA, VERIFY_FULL ->
          throw Failure.of(
              Code.MISSING_FILE,
              "pg_sslmode: "
                  + mode.word()
                  + " needs a root certificate, and there is no "
                  + inHome("root.crt"),
              "name the file of the authority with pg_sslrootcert, or trust Java's authorities"
                  + " with pg_sslrootcert: system");
    };
  }

  /**
   * @param usual the file's name in the directory where libpq looks by itself
   */
  private Optional<Path> file(String setting, String usual) {
    return vars.file("pg_" + setting)
        .or(() ->
            service
                .get(setting)
                .map(written -> {
                  Path path = NodeFacts.path(written);
                  ConnectionVariables.requireReadable("the service's " + setting, path);
                  return path;
                }))
        .or(() -> Optional.of(inHome(usual)).filter(Files::isReadable));
  }

  private static Path inHome(String file) {
    return Path.of(System.getProperty("user.home"), ".postgresql", file);
  }

  private Optional<String> given(String setting) {
    return vars.name("pg_" + setting).or(() -> service.get(setting));
  }
}
