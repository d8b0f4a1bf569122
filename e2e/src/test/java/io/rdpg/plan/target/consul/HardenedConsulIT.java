package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.target.ssh.SshTransport;
import io.rdpg.plan.target.ssh.TestSshServer;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.HardenedConsul;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.TestAuthority;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Consul with ACLs and TLS, as operators run it. */
@Tag("server")
class HardenedConsulIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static HardenedConsul consul;

  private final Cancellation cancellation = new Cancellation();
  private final String key = "rdpg/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    consul = HardenedConsul.start(directory);
  }

  @AfterAll
  static void stop() {
    consul.close();
  }

  private static final String ENOUGH =
      "key_prefix \"rdpg/\" { policy = \"write\" } session_prefix \"\" { policy = \"write\" }"
          + " service_prefix \"\" { policy = \"write\" } node_prefix \"\" { policy = \"read\" }"
          + " agent_prefix \"\" { policy = \"write\" }";

  private void everythingWorks(NodeAccess.Consul access, Transport transport) {
    try (ConsulReader reader = new ConsulReader(access, transport, "n1");
        ConsulEffects effects = new ConsulEffects(access, transport, "n1")) {
      assertThat(reader.key(new Read.Key(key), cancellation)).isEqualTo(new Observation.NoKey());
      Locks.Terms terms =
          new Locks.Terms(key + "/lock", Duration.ofSeconds(10), TestDeadlines.SOON, Duration.ZERO);
      try (Locks.Held lock =
          effects.locks("r1", LoginTurns.NONE).acquire(terms, (_, _) -> {}, cancellation)) {
        assertThat(effects.put(new Effect.PutKey(key, Text.plain("x"), 0L), lock, cancellation))
            .isTrue();
      }
      assertThat(reader.key(new Read.Key(key), cancellation))
          .isInstanceOf(Observation.KeyValue.class);
      Observation.Registration wanted =
          new Observation.Registration("id-" + key, "svc", "127.0.0.9", 1, List.of(), null);
      effects.register(new Effect.Register(wanted), cancellation);
      assertThat(reader.registered(new Read.Registered("id-" + key, "svc"), cancellation))
          .isEqualTo(new Observation.Existing(wanted));
      effects.reload(cancellation);
      effects.deregister(new Effect.Deregister("id-" + key, "svc"), cancellation);
    }
  }

  @Test
  void is_used_with_a_token_and_a_client_certificate() {
    everythingWorks(consul.access(consul.token(ENOUGH)), new DirectTransport());
  }

  @Test
  void is_used_through_a_tunnel(@TempDir Path sshd) throws IOException {
    try (TestSshServer server = new TestSshServer(sshd);
        SshTransport ssh =
            new SshTransport("n1", server.access(), new SshClient(new LoginQueue(8)))) {
      everythingWorks(consul.access(consul.token(ENOUGH)), ssh);
    }
  }

  @Test
  void keys_come_in_every_format_of_pem() {
    TestAuthority authority = consul.authority();
    TestAuthority.Issued rsa = authority.issueRsa("rsa-client");
    String password = "a passphrase";
    Path sec1 = authority.converted(consul.client().key(), "sec1.key", "ec");
    Path pkcs1 = authority.converted(rsa.key(), "pkcs1.key", "rsa -traditional");
    Path encrypted =
        authority.converted(
            rsa.key(),
            "encrypted.key",
            "pkcs8 -topk8 -v2 aes-256-cbc",
            "-passout",
            "pass:" + password);
    assertThat(TestFiles.read(sec1)).contains("BEGIN EC PRIVATE KEY");
    assertThat(TestFiles.read(pkcs1)).contains("BEGIN RSA PRIVATE KEY");
    assertThat(TestFiles.read(encrypted)).contains("BEGIN ENCRYPTED PRIVATE KEY");

    canRead(consul.client().certificate(), sec1, null);
    canRead(rsa.certificate(), rsa.key(), null);
    canRead(rsa.certificate(), pkcs1, null);
    canRead(rsa.certificate(), encrypted, Text.secret(password));
    assertThat(reading(rsa.certificate(), encrypted, Text.secret("wrong")).message())
        .contains("encrypted.key can't be decrypted")
        .doesNotContain("wrong");
    assertThat(reading(rsa.certificate(), encrypted, null).message())
        .contains("no password for it is given");
    assertThat(reading(rsa.certificate(), sec1, null).message()).contains("sec1.key");
  }

  private static NodeAccess.Tls shown(Path certificate, Path key, @Nullable Text password) {
    return new NodeAccess.Tls(
        consul.authority().trust(), HardenedConsul.NAME, certificate, key, password);
  }

  private void canRead(Path certificate, Path key, @Nullable Text password) {
    try (ConsulReader reader =
        reader(consul.access(consul.management(), shown(certificate, key, password)))) {
      assertThat(reader.key(new Read.Key(this.key), cancellation))
          .isEqualTo(new Observation.NoKey());
    }
  }

  private static ConsulEffects effects(NodeAccess.Consul access) {
    return new ConsulEffects(access, new DirectTransport(), "n1");
  }

  private Diagnostic reading(Path certificate, Path key, @Nullable Text password) {
    return reading(consul.access(consul.management(), shown(certificate, key, password)));
  }

  private static ConsulReader reader(NodeAccess.Consul access) {
    return new ConsulReader(access, new DirectTransport(), "n1");
  }

  private Diagnostic reading(NodeAccess.Consul access) {
    try (ConsulReader reader = reader(access)) {
      Diagnostic diagnostic = diagnosticOf(() -> reader.key(new Read.Key(key), cancellation));
      assertThat(diagnostic.node()).isEqualTo("n1");
      if (access.token() != null) {
        assertThat(diagnostic.message() + diagnostic.hint())
            .doesNotContain(access.token().reveal());
      }
      return diagnostic;
    }
  }

  private void refusesTls(NodeAccess.@Nullable Tls tls, String words, String hint) {
    Diagnostic diagnostic = reading(consul.access(consul.management(), tls));
    assertThat(diagnostic.code()).as(diagnostic.message()).isEqualTo(Code.TLS_FAILED);
    assertThat(diagnostic.message()).containsPattern(words).doesNotContain("\n");
    assertThat(diagnostic.hint()).contains(hint);
  }

  @Test
  void tells_what_is_wrong_with_tls(@TempDir Path elsewhere) {
    TestAuthority ours = consul.authority();
    refusesTls(
        ours.client(consul.client(), consul.address()),
        "its certificate is for 127.0.0.1, server.dc1.consul, localhost, not for "
            + consul.address(),
        "consul_tls_server_name");
    refusesTls(
        new TestAuthority(elsewhere).client(consul.client(), HardenedConsul.NAME),
        "not signed by an authority that is trusted",
        "consul_cacert");
    refusesTls(
        ours.client(null, HardenedConsul.NAME),
        "bad_certificate|it was shown our certificate",
        "consul_client_cert");
    refusesTls(
        ours.client(ours.issueExpired("expired"), HardenedConsul.NAME),
        "bad_certificate|it was shown our certificate",
        "consul_client_cert");
    refusesTls(null, "speaks https only", "consul_scheme: https");
  }

  @Test
  void tells_that_a_token_is_not_known_and_that_none_was_given() {
    Diagnostic unknown = reading(consul.access(Text.secret(UUID.randomUUID().toString())));
    assertThat(unknown.code()).isEqualTo(Code.CONSUL_REFUSED);
    assertThat(unknown.hint()).contains("check consul_token");
    Diagnostic none = reading(consul.access(null));
    assertThat(none.code()).isEqualTo(Code.CONSUL_REFUSED);
    assertThat(none.message())
        .startsWith("the agent's default token (no consul_token is given) lacks: key");
  }

  @Test
  void a_data_center_that_is_not_there_is_refused_by_name() {
    NodeAccess.Consul here = consul.access(consul.management());
    NodeAccess.Consul there =
        new NodeAccess.Consul(here.host(), here.port(), here.token(), here.tls(), "dc9");
    assertThat(reading(there).message()).contains("No path to datacenter");
    NodeAccess.Consul named =
        new NodeAccess.Consul(here.host(), here.port(), here.token(), here.tls(), "dc1");
    everythingWorks(named, new DirectTransport());
  }

  private Diagnostic requiring(String rules, ConsulRight... rights) {
    try (ConsulReader reader = reader(consul.access(consul.token(rules)))) {
      Diagnostic diagnostic = diagnosticOf(() -> reader.require(List.of(rights), cancellation));
      assertThat(diagnostic.code()).isEqualTo(Code.CONSUL_REFUSED);
      return diagnostic;
    }
  }

  private static final ConsulRight[] BOOTSTRAP = {
    new ConsulRight.Key("rdpg/c1/leader", true),
    new ConsulRight.Key("rdpg/c1/leader", false),
    new ConsulRight.Key("rdpg/c1/lock", true),
    new ConsulRight.Service("c1", true),
    new ConsulRight.Service("c1", false),
    new ConsulRight.Session(),
    new ConsulRight.Reload(),
  };

  @Test
  void names_every_missing_right_by_its_rule() {
    assertThat(requiring("", BOOTSTRAP).message())
        .isEqualTo(
            "consul_token lacks: agent_prefix \"\" { policy = \"write\" };"
                + " key_prefix \"rdpg/\" { policy = \"write\" };"
                + " node_prefix \"\" { policy = \"read\" };"
                + " service \"c1\" { policy = \"write\" };"
                + " session_prefix \"\" { policy = \"write\" }");
    assertThat(
            requiring(
                    "agent \"one\" { policy = \"read\" } node \"one\" { policy = \"read\" }"
                        + " key_prefix \"rdpg/\" { policy = \"read\" }"
                        + " key \"rdpg/c1/lock\" { policy = \"write\" }"
                        + " service \"c1\" { policy = \"write\" }",
                    BOOTSTRAP)
                .message())
        .isEqualTo(
            "consul_token lacks: agent \"one\" { policy = \"write\" };"
                + " key \"rdpg/c1/leader\" { policy = \"write\" };"
                + " session \"one\" { policy = \"write\" }");
    try (ConsulReader reader = reader(consul.access(consul.token(ENOUGH)))) {
      reader.require(List.of(BOOTSTRAP), cancellation);
    }
    try (ConsulReader reader = reader(consul.access(null))) {
      assertThat(diagnosticOf(() -> reader.require(List.of(BOOTSTRAP), cancellation)).message())
          .startsWith("the agent's default token (no consul_token is given) lacks: agent");
    }
  }

  @Test
  void asks_for_more_rights_than_consul_answers_at_once() {
    ConsulRight[] many = new ConsulRight[200];
    Arrays.setAll(many, i -> new ConsulRight.Service("s" + i, true));
    String allButOne =
        "service_prefix \"\" { policy = \"write\" } service \"s150\" { policy = \"read\" }";
    assertThat(requiring(allButOne, many).message())
        .isEqualTo("consul_token lacks: service \"s150\" { policy = \"write\" }");
  }

  @Test
  void without_acls_nothing_is_refused() {
    try (OneConsul open = OneConsul.start();
        ConsulReader reader = reader(open.access())) {
      reader.require(List.of(BOOTSTRAP), cancellation);
    }
  }

  @Test
  void what_a_token_may_not_see_is_not_told_as_absent() {
    consul.put("/v1/agent/service/register", "{\"ID\": \"hidden-1\", \"Name\": \"hidden\"}");
    String onlyNodes = "node_prefix \"\" { policy = \"read\" }";
    String onlyServices = "service_prefix \"\" { policy = \"read\" }";
    try (ConsulReader blind = reader(consul.access(consul.token(onlyNodes)));
        ConsulReader nodeless = reader(consul.access(consul.token(onlyServices)));
        ConsulReader seeing = reader(consul.access(consul.token(onlyNodes + onlyServices)))) {
      Eventually.holds(
          "the catalog knows it",
          () -> !seeing.service(new Read.Service("hidden"), cancellation).instances().isEmpty());
      assertThat(seeing.service(new Read.Service("absent"), cancellation).instances()).isEmpty();

      lacks(
          () -> blind.service(new Read.Service("hidden"), cancellation),
          "service \"hidden\" { policy = \"read\" }");
      lacks(
          () -> blind.registered(new Read.Registered("hidden-1", "hidden"), cancellation),
          "service \"hidden\" { policy = \"read\" }");
      lacks(
          () -> nodeless.service(new Read.Service("hidden"), cancellation),
          "node_prefix \"\" { policy = \"read\" }");
      assertThat(nodeless.registered(new Read.Registered("hidden-1", "hidden"), cancellation))
          .isInstanceOf(Observation.Existing.class);
      lacks(
          () -> blind.key(new Read.Key("a/b"), cancellation), "key \"a/b\" { policy = \"read\" }");
    }
  }

  private static void lacks(ThrowingCallable work, String rule) {
    Diagnostic diagnostic = diagnosticOf(work);
    assertThat(diagnostic.code()).isEqualTo(Code.CONSUL_REFUSED);
    assertThat(diagnostic.message()).isEqualTo("consul_token lacks: " + rule);
  }

  @Test
  void a_registration_outlives_the_token_that_made_it() {
    Text first = consul.token(ENOUGH);
    Text second = consul.token(ENOUGH);
    String name = "kept-" + UUID.randomUUID();
    Read.Registered read = new Read.Registered(name, name);
    Observation.Registration wanted =
        new Observation.Registration(
            name,
            name,
            "127.0.0.9",
            1,
            List.of(),
            new Observation.Check("ttl", List.of("10m"), null, null));
    try (ConsulReader reader = reader(consul.access(second));
        ConsulEffects before = effects(consul.access(first));
        ConsulEffects after = effects(consul.access(second))) {
      before.register(new Effect.Register(wanted), cancellation);
      assertThat(reader.registered(read, cancellation)).isEqualTo(new Observation.Existing(wanted));

      consul.revoke(first);
      consul.put("/v1/agent/check/pass/service:" + name, "");
      assertThat(reader.registered(read, cancellation))
          .as("what the catalog isn't told of")
          .isEqualTo(new Observation.Existing(wanted, false));
      after.register(new Effect.Register(wanted), cancellation);
      assertThat(reader.registered(read, cancellation)).isEqualTo(new Observation.Existing(wanted));
    }
  }

  @Test
  void who_registered_needs_no_token_any_more_for_it_to_be_taken_away() {
    Text first = consul.token(ENOUGH);
    Text second = consul.token(ENOUGH);
    String name = "gone-" + UUID.randomUUID();
    Read.Registered read = new Read.Registered(name, name);
    Observation.Registration wanted =
        new Observation.Registration(name, name, "127.0.0.9", 1, List.of(), null);
    consul.put("/v1/agent/check/register", "{\"Name\": \"its name\", \"TTL\": \"10m\"}");
    try (ConsulReader reader = reader(consul.access(second));
        ConsulEffects before = effects(consul.access(first));
        ConsulEffects after = effects(consul.access(second))) {
      for (boolean byItself : List.of(false, true)) {
        before.register(new Effect.Register(wanted), cancellation);
        Eventually.holds(
            "the catalog knows it",
            () -> consul.get("/v1/catalog/service/" + name).contains("127.0.0.9"));
        if (byItself) {
          consul.revoke(first);
          consul.put("/v1/agent/service/deregister/" + name, "");
          assertThat(reader.registered(read, cancellation))
              .as("what the agent has forgotten, and the catalog has not")
              .isEqualTo(new Observation.LeftBehind(wanted));
        }
        after.deregister(new Effect.Deregister(name, name), cancellation);
        assertThat(reader.registered(read, cancellation))
            .isEqualTo(new Observation.NoRegistration());
        assertThat(consul.get("/v1/catalog/service/" + name)).isEqualTo("[]");
      }
    }
  }

  @Test
  void a_watch_looks_by_the_agents_own_token() {
    try (ConsulReader reader = reader(consul.access(consul.management()))) {
      assertThat(
              diagnosticOf(() ->
                      reader.require(
                          List.of(
                              new ConsulRight.Reload(),
                              new ConsulRight.Watch(new ConsulRight.Key("rdpg/c/writes", false)),
                              new ConsulRight.Watch(new ConsulRight.Service("haproxy", false))),
                          cancellation))
                  .message())
          .isEqualTo(
              "the agent's own token (acl.tokens.default) lacks: key \"rdpg/c/writes\" { policy ="
                  + " \"read\" }; node_prefix \"\" { policy = \"read\" }; service \"haproxy\" {"
                  + " policy = \"read\" }");
    }
  }

  @Test
  void a_lock_is_waited_for_although_its_dead_holders_session_may_not_be_ended() {
    consul.put("/v1/catalog/register", "{\"Node\": \"elsewhere\", \"Address\": \"127.0.0.9\"}");
    String session =
        consul
            .put("/v1/session/create", "{\"Node\": \"elsewhere\", \"Checks\": [], \"TTL\": \"1h\"}")
            .replaceAll("(?s).*\"ID\":\\s*\"([^\"]+)\".*", "$1");
    LockHolder us = LockHolder.ofThisProcess("dead", "n2", session);
    LockHolder dead =
        new LockHolder(
            us.run(),
            us.node(),
            us.session(),
            us.since(),
            us.host(),
            us.boot(),
            us.pids(),
            us.pid(),
            us.start() + 1);
    assertThat(dead.deadHere()).isTrue();
    assertThat(consul.put("/v1/kv/" + key + "?acquire=" + session, dead.json())).contains("true");
    Text here =
        consul.token(
            "key_prefix \"rdpg/\" { policy = \"write\" } session \"one\" { policy = \"write\" }");
    Locks.Terms terms =
        new Locks.Terms(key, Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ZERO);
    try (ConsulEffects agent = effects(consul.access(here))) {
      Diagnostic said =
          diagnosticOf(
              () -> agent.locks("r", LoginTurns.NONE).acquire(terms, (_, _) -> {}, cancellation));
      assertThat(said.code()).as(said.message()).isEqualTo(Code.LOCK_NOT_OBTAINED);
    }
    consul.put("/v1/session/destroy/" + session, "");
  }

  @Test
  void a_lock_whose_session_only_could_be_ended_is_left_to_its_delay() {
    Text token = consul.token(ENOUGH);
    Locks.Terms terms =
        new Locks.Terms(key, Duration.ofSeconds(10), TestDeadlines.SOON, Duration.ZERO);
    try (ConsulEffects agent = effects(consul.access(token))) {
      Locks.Held held =
          agent.locks("r", LoginTurns.NONE).acquire(terms, (_, _) -> {}, cancellation);
      consul.restrict(
          token,
          "key_prefix \"rdpg/\" { policy = \"read\" } session_prefix \"\" { policy = \"write\" }");
      assertThat(held.release()).isEqualTo(Locks.Release.LEFT);
      assertThat(consul.get("/v1/session/info/" + held.session())).isEqualTo("[]");
    }
  }

  @Test
  void names_the_rule_when_a_change_is_refused() {
    Text mayLook = consul.token("key_prefix \"\" { policy = \"read\" }");
    Locks.Terms terms =
        new Locks.Terms("a/lock", Duration.ofSeconds(10), TestDeadlines.SOON, Duration.ZERO);
    Observation.Registration svc =
        new Observation.Registration("x", "svc", null, 1, List.of(), null);
    try (ConsulEffects looker =
        new ConsulEffects(consul.access(mayLook), new DirectTransport(), "n1")) {
      lacks(
          () -> looker.put(new Effect.PutKey("a/b", Text.plain("x"), 0L), null, cancellation),
          "key \"a/b\" { policy = \"write\" }");
      lacks(
          () -> looker.register(new Effect.Register(svc), cancellation),
          "service \"svc\" { policy = \"write\" }");
      lacks(() -> looker.reload(cancellation), "agent_prefix \"\" { policy = \"write\" }");
      lacks(
          () -> looker.locks("r", LoginTurns.NONE).acquire(terms, (_, _) -> {}, cancellation),
          "key \"a/lock\" { policy = \"write\" }; session_prefix \"\" { policy = \"write\" }");
    }
  }
}
