package io.rdpg.plan.target.postgres;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.NodeAccess.SslMode;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.target.ssh.SshTransport;
import io.rdpg.plan.target.ssh.TestSshServer;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.OnePostgres;
import io.rdpg.plan.testing.TestAuthority;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL as operators run it: by TLS only, and some users only with a certificate. */
@Tag("server")
class PostgresTlsIT {
  private static final String NAME = "db1.prod.example";
  private static final String HBA =
      """
      hostssl all certified all scram-sha-256 clientcert=verify-ca
      hostnossl all plain all scram-sha-256
      hostssl all postgres all scram-sha-256
      """;

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static TestAuthority authority;

  @SuppressWarnings("NullAway.Init")
  private static OnePostgres server;

  private final Cancellation cancellation = new Cancellation();

  @BeforeAll
  static void start() {
    authority = new TestAuthority(directory.resolve("ca"));
    server = start(authority.issue("server", "DNS:" + NAME));
    for (String user : List.of("certified", "plain")) {
      try (PostgresReader reader = reader(access("postgres", SslMode.REQUIRE, nobody()));
          PostgresEffects effects =
              new PostgresEffects(
                  access("postgres", SslMode.REQUIRE, nobody()),
                  new DirectTransport(),
                  "n1",
                  reader)) {
        effects.run(
            new Effect.RunSql(
                "postgres",
                Text.marked(
                    "CREATE ROLE %s LOGIN PASSWORD '%s'"
                        .formatted(user, Text.secret(OnePostgres.PASSWORD).marked())),
                List.of(),
                true,
                Set.of()),
            ServerMessages.NONE,
            new Cancellation());
      }
    }
  }

  private static OnePostgres start(TestAuthority.Issued its) {
    return OnePostgres.start(
        Map.of("ssl", "on"),
        Map.of(
            "ssl_cert_file", TestFiles.read(its.certificate()),
            "ssl_key_file", TestFiles.read(its.key()),
            "ssl_ca_file", TestFiles.read(authority.certificate()),
            "hba_file", HBA));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static NodeAccess.Tls nobody() {
    return NodeAccess.Tls.OF_ANYONE;
  }

  private static NodeAccess.Tls full(String name) {
    return authority.client(null, name);
  }

  private static NodeAccess.Postgres access(String user, SslMode mode, NodeAccess.Tls tls) {
    return access(server, user, mode, tls);
  }

  private static NodeAccess.Postgres access(
      OnePostgres server, String user, SslMode mode, NodeAccess.Tls tls) {
    return new NodeAccess.Postgres(
        server.address(),
        5432,
        NAME,
        user,
        Text.secret(OnePostgres.PASSWORD),
        null,
        mode,
        tls,
        null,
        false);
  }

  private static PostgresReader reader(NodeAccess.Postgres access) {
    return new PostgresReader(access, new DirectTransport(), "n1");
  }

  private @Nullable Object encrypted(NodeAccess.Postgres access, Transport transport) {
    try (PostgresReader reader = new PostgresReader(access, transport, "n1")) {
      Observation.Rows rows =
          reader.query(
              new Read.Query(
                  "postgres",
                  Text.plain("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")),
              cancellation);
      return ((Observation.Table) rows).rows().getFirst().get("ssl");
    }
  }

  private @Nullable Object encrypted(String user, SslMode mode, NodeAccess.Tls tls) {
    return encrypted(access(user, mode, tls), new DirectTransport());
  }

  private Diagnostic refused(NodeAccess.Postgres access) {
    return diagnosticOf(() -> encrypted(access, new DirectTransport()));
  }

  private Diagnostic refused(String user, SslMode mode, NodeAccess.Tls tls) {
    return refused(access(user, mode, tls));
  }

  @Test
  void every_mode_encrypts_as_libpq_does() {
    assertThat(encrypted("postgres", SslMode.PREFER, nobody())).isEqualTo(true);
    assertThat(encrypted("plain", SslMode.PREFER, nobody())).isEqualTo(false);
    assertThat(encrypted("postgres", SslMode.ALLOW, nobody())).isEqualTo(true);
    assertThat(encrypted("plain", SslMode.DISABLE, nobody())).isEqualTo(false);
    assertThat(encrypted("postgres", SslMode.REQUIRE, nobody())).isEqualTo(true);
    assertThat(encrypted("postgres", SslMode.VERIFY_CA, authority.client(null, null)))
        .isEqualTo(true);
    assertThat(encrypted("postgres", SslMode.VERIFY_FULL, full(NAME))).isEqualTo(true);
  }

  @Test
  void the_name_is_verified_through_a_tunnel(@TempDir Path sshd) throws IOException {
    try (TestSshServer ssh = new TestSshServer(sshd);
        SshTransport tunnel =
            new SshTransport("n1", ssh.access(), new SshClient(new LoginQueue(8)))) {
      assertThat(encrypted(access("postgres", SslMode.VERIFY_FULL, full(NAME)), tunnel))
          .isEqualTo(true);
      assertThat(
              diagnosticOf(() ->
                      encrypted(
                          access("postgres", SslMode.VERIFY_FULL, full("db2.prod.example")),
                          tunnel))
                  .code())
          .isEqualTo(Code.TLS_FAILED);
    }
  }

  @Test
  void a_client_certificate_is_shown() {
    TestAuthority.Issued client = authority.issueRsa("certified");
    assertThat(encrypted("certified", SslMode.VERIFY_FULL, authority.client(client, NAME)))
        .isEqualTo(true);
    Diagnostic without = refused("certified", SslMode.VERIFY_FULL, full(NAME));
    assertThat(without.code()).isEqualTo(Code.POSTGRES_AUTHENTICATION_FAILED);
    assertThat(without.message()).contains("connection requires a valid client certificate");
    assertThat(without.hint()).contains("pg_sslcert");
  }

  @Test
  void tells_in_the_servers_words_what_is_wrong(@TempDir Path elsewhere) {
    Diagnostic name = refused("postgres", SslMode.VERIFY_FULL, full("10.0.0.1"));
    assertThat(name.code()).isEqualTo(Code.TLS_FAILED);
    assertThat(name.message()).contains("its certificate is for " + NAME + ", not for 10.0.0.1");

    TestAuthority other = new TestAuthority(elsewhere);
    Diagnostic authority = refused("postgres", SslMode.VERIFY_CA, other.client(null, null));
    assertThat(authority.code()).isEqualTo(Code.TLS_FAILED);
    assertThat(authority.message()).contains("not signed by an authority that is trusted");
    assertThat(authority.hint()).contains("pg_sslrootcert");

    Diagnostic client =
        refused(
            "certified",
            SslMode.VERIFY_FULL,
            PostgresTlsIT.authority.client(other.issue("x"), NAME));
    assertThat(client.code()).as(client.message()).isEqualTo(Code.TLS_FAILED);
    assertThat(client.message()).containsAnyOf("unknown_ca", "it was shown our certificate");
    assertThat(client.hint()).contains("ssl_ca_file");

    Diagnostic plain = refused("postgres", SslMode.DISABLE, nobody());
    assertThat(plain.code()).isEqualTo(Code.POSTGRES_AUTHENTICATION_FAILED);
    assertThat(plain.message()).contains("no pg_hba.conf entry", "no encryption");
    assertThat(plain.hint()).contains("pg_sslmode: require");
  }

  @Test
  void tells_that_a_certificate_has_expired() {
    try (OnePostgres old = start(authority.issueExpired("old-server", "DNS:" + NAME))) {
      Diagnostic expired = refused(access(old, "postgres", SslMode.VERIFY_FULL, full(NAME)));
      assertThat(expired.code()).isEqualTo(Code.TLS_FAILED);
      assertThat(expired.message()).contains("has expired");
      assertThat(expired.hint()).contains("renew");
    }
  }

  @Test
  void tells_that_a_server_has_no_tls() {
    try (OnePostgres plain = OnePostgres.start(Map.of())) {
      Diagnostic none = refused(access(plain, "postgres", SslMode.REQUIRE, nobody()));
      assertThat(none.code()).isEqualTo(Code.TLS_FAILED);
      assertThat(none.message()).contains("server does not support SSL, but SSL was required");
      assertThat(none.hint()).contains("ssl = on");
      assertThat(
              encrypted(access(plain, "postgres", SslMode.PREFER, nobody()), new DirectTransport()))
          .isEqualTo(false);
    }
  }
}
