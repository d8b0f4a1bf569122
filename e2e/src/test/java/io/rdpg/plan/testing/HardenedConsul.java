package io.rdpg.plan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One real Consul agent as operators run it: https only, which wants a client's certificate, and
 * ACLs that deny what no token allows. Its certificate has the names that {@code consul tls cert
 * create} gives, not the address where it is.
 */
public final class HardenedConsul implements AutoCloseable {
  /** The name that every server's certificate has. */
  public static final String NAME = "server.dc1.consul";

  public static final int PORT = 8501;

  private static final Pattern ACCESSOR = Pattern.compile("\"AccessorID\": ?\"([^\"]+)\"");

  private final Map<String, String> accessors = new ConcurrentHashMap<>();
  private final TestAuthority authority;
  private final TestAuthority.Issued client;
  private final Text management = Text.secret(UUID.randomUUID().toString());
  private final OneConsul consul;

  private HardenedConsul(Path directory) {
    authority = new TestAuthority(directory.resolve("consul-ca"));
    TestAuthority.Issued server =
        authority.issue("server", "DNS:" + NAME, "DNS:localhost", "IP:127.0.0.1");
    client = authority.issue("client");
    consul =
        OneConsul.startHardened(
            authority.client(client, NAME),
            management,
            """
            acl {
              enabled = true
              default_policy = "deny"
              tokens { master = "%s" }
            }
            verify_incoming = true
            verify_outgoing = true
            ca_file = "%s"
            cert_file = "%s"
            key_file = "%s"
            ports { http = -1 https = %d }
            """
                .formatted(
                    management.reveal(),
                    authority.certificate(),
                    server.certificate(),
                    server.key(),
                    PORT));
  }

  /**
   * Starts one.
   *
   * @param directory for its certificates; other users must get into it
   */
  public static HardenedConsul start(Path directory) {
    return new HardenedConsul(directory);
  }

  public TestAuthority authority() {
    return authority;
  }

  /** A certificate that it accepts. */
  public TestAuthority.Issued client() {
    return client;
  }

  public String address() {
    return consul.address();
  }

  /** How it is reached with a token; null for none. */
  public NodeAccess.Consul access(@Nullable Text token) {
    return access(token, authority.client(client, NAME));
  }

  public NodeAccess.Consul access(@Nullable Text token, NodeAccess.@Nullable Tls tls) {
    return new NodeAccess.Consul(address(), PORT, token, tls, null);
  }

  /** A new token that allows what these ACL rules say. */
  public Text token(String rules) {
    String secret = UUID.randomUUID().toString();
    String made =
        consul.put(
            "/v1/acl/token",
            "{\"SecretID\": \"%s\", \"Policies\": [{\"Name\": \"%s\"}]}"
                .formatted(secret, policy(rules)));
    Matcher accessor = ACCESSOR.matcher(made);
    if (!accessor.find()) {
      throw new AssertionError("no token was made: " + made);
    }
    accessors.put(secret, accessor.group(1));
    return Text.secret(secret);
  }

  private String policy(String rules) {
    String name = "p" + UUID.randomUUID();
    consul.put(
        "/v1/acl/policy",
        "{\"Name\": \"%s\", \"Rules\": \"%s\"}".formatted(name, rules.replace("\"", "\\\"")));
    return name;
  }

  /** Makes one of these tokens allow what these rules say, and no more. */
  public void restrict(Text token, String rules) {
    String accessor = Objects.requireNonNull(accessors.get(token.reveal()));
    assertThat(
            consul.put(
                "/v1/acl/token/" + accessor,
                "{\"Policies\": [{\"Name\": \"%s\"}]}".formatted(policy(rules))))
        .contains(accessor);
  }

  /** Deletes one of these tokens. */
  public void revoke(Text token) {
    String accessor = Objects.requireNonNull(accessors.remove(token.reveal()));
    assertThat(consul.delete("/v1/acl/token/" + accessor)).isEqualTo("true");
  }

  /** A token that allows everything. */
  public Text management() {
    return management;
  }

  /** What a GET with all rights is answered with. */
  public String get(String path) {
    return consul.get(path);
  }

  public String put(String path, String body) {
    return consul.put(path, body);
  }

  @Override
  public void close() {
    consul.close();
  }
}
