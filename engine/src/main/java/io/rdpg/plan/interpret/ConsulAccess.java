package io.rdpg.plan.interpret;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a node's Consul agent is reached. What the inventory says counts more than the environment.
 */
record ConsulAccess(ConnectionVariables vars, ConsulEnvironment environment) {
  private static final int HTTP_PORT = 8500;
  private static final int HTTPS_PORT = 8501;

  String scheme() {
    Optional<String> scheme =
        vars.name("consul_scheme")
            .or(() -> environment.address().map(ConsulEnvironment.Address::scheme));
    return switch (scheme.orElse(environment.ssl() ? "https" : "http")) {
      case "http" -> "http";
      case "https" -> "https";
      default -> throw vars.wrong("consul_scheme", "must be http or https");
    };
  }

  String host() {
    return vars.name("consul_address")
        .or(() -> environment.address().map(ConsulEnvironment.Address::host))
        .orElse("127.0.0.1");
  }

  int port() {
    int usual = scheme().equals("https") ? HTTPS_PORT : HTTP_PORT;
    return vars.port(
        "consul_port",
        vars.name("consul_address").isPresent()
            ? usual
            : environment
                .address()
                .map(address -> address.port().orElse(scheme().equals("https") ? 443 : 80))
                .orElse(usual));
  }

  /**
   * @param host where it is from the node, or from here
   */
  NodeAccess.Consul at(String host) {
    environment.requireKept();
    return new NodeAccess.Consul(
        host,
        port(),
        vars.secret("consul_token").or(environment::token).orElse(null),
        tls(host),
        vars.name("consul_datacenter").orElse(null));
  }

  private NodeAccess.@Nullable Tls tls(String host) {
    if (scheme().equals("http")) {
      for (String name :
          new String[] {
            "consul_cacert", "consul_client_cert", "consul_client_key", "consul_tls_server_name"
          }) {
        if (vars.text(name).isPresent()) {
          throw vars.wrong("consul_scheme", "must be https, since " + name + " is given");
        }
      }
      return null;
    }
    Path certificate = file("consul_client_cert", "CONSUL_CLIENT_CERT").orElse(null);
    Path key = file("consul_client_key", "CONSUL_CLIENT_KEY").orElse(null);
    if ((certificate == null) != (key == null)) {
      throw vars.wrong(
          certificate == null ? "consul_client_cert" : "consul_client_key",
          "is missing: a client certificate and its key are given together");
    }
    boolean verifies = environment.verifies();
    String name =
        vars.name("consul_tls_server_name")
            .or(() -> environment.get("CONSUL_TLS_SERVER_NAME"))
            .orElse(host);
    return new NodeAccess.Tls(
        verifies ? trust() : new NodeAccess.Anyone(),
        verifies ? name : null,
        certificate,
        key,
        (Text) null);
  }

  private NodeAccess.Trust trust() {
    return file("consul_cacert", "CONSUL_CACERT")
        .or(() -> environment.file("CONSUL_CAPATH"))
        .<NodeAccess.Trust>map(NodeAccess.Authorities::new)
        .orElseGet(NodeAccess.UsualAuthorities::new);
  }

  private Optional<Path> file(String variable, String inEnvironment) {
    return vars.file(variable).or(() -> environment.file(inEnvironment));
  }
}
