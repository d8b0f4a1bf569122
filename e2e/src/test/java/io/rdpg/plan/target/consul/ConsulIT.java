package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OneConsul;
import io.rdpg.plan.testing.OwnThread;
import io.rdpg.plan.testing.RefusingTransport;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class ConsulIT {
  @AutoClose private static final OneConsul CONSUL = OneConsul.start();

  @AutoClose private ConsulReader reader;
  @AutoClose private ConsulEffects agent;
  private final Cancellation cancellation = new Cancellation();
  private final String unique = UUID.randomUUID().toString();
  private final String key = "test/" + unique;

  @BeforeEach
  void connect() {
    reader = sightOf(CONSUL.access());
    agent = agentOf(CONSUL.access());
  }

  private static ConsulReader sightOf(NodeAccess.Consul access) {
    return new ConsulReader(access, new DirectTransport(), "n1");
  }

  private static ConsulEffects agentOf(NodeAccess.Consul access) {
    return new ConsulEffects(access, new DirectTransport(), "n1");
  }

  private Observation.KeyState read() {
    return read(key);
  }

  private Observation.KeyState read(String at) {
    return reader.key(new Read.Key(at), cancellation);
  }

  private long index() {
    return ((Observation.KeyValue) read()).index();
  }

  private @Nullable String value() {
    return read() instanceof Observation.KeyValue found ? found.value().reveal() : null;
  }

  private void put(String value, @Nullable Long ifIndex, Locks.@Nullable Held lock) {
    agent.put(new Effect.PutKey(key, Text.plain(value), ifIndex), lock, cancellation);
  }

  private Locks.Held lock() {
    return lock("lock/" + unique);
  }

  private Locks.Held lock(String at) {
    return agent
        .locks("r1", LoginTurns.NONE)
        .acquire(
            new Locks.Terms(at, Duration.ofSeconds(10), TestDeadlines.SOON, Duration.ZERO),
            (holder, elapsed) -> {},
            cancellation);
  }

  @Test
  void puts_and_sees_and_deletes_a_key() {
    assertThat(read()).isEqualTo(new Observation.NoKey());
    put("Gr\u00fc\u00dfe {}?&=", null, null);
    assertThat(value()).isEqualTo("Gr\u00fc\u00dfe {}?&=");
    put("", null, null);
    assertThat(value()).isEmpty();
    agent.delete(new Effect.DeleteKey(key, index()), null, cancellation);
    assertThat(read()).isEqualTo(new Observation.NoKey());
  }

  @Test
  void takes_keys_with_odd_characters() {
    String odd = key + "/with space/100%?#&\u00fc";
    agent.put(new Effect.PutKey(odd, Text.plain("x"), 0L), null, cancellation);

    assertThat(read(odd)).isInstanceOf(Observation.KeyValue.class);
  }

  @Test
  void keeps_the_flags_that_others_have_given_a_key() {
    CONSUL.put("/v1/kv/" + key + "?flags=42", "old");
    put("new", null, null);
    assertThat(value()).isEqualTo("new");
    assertThat(CONSUL.get("/v1/kv/" + key)).contains("\"Flags\": 42");
    try (Locks.Held lock = lock()) {
      put("newer", index(), lock);
    }
    assertThat(value()).isEqualTo("newer");
    assertThat(CONSUL.get("/v1/kv/" + key)).contains("\"Flags\": 42");
  }

  @Test
  void sets_only_what_compares_equal_and_is_not_a_failure_else() {
    put("first", 0L, null);
    put("second", 0L, null);
    assertThat(value()).isEqualTo("first");
    long seen = index();
    put("third", seen, null);
    assertThat(value()).isEqualTo("third");
    put("late", seen, null);
    assertThat(value()).isEqualTo("third");
    assertThat(agent.delete(new Effect.DeleteKey(key, seen), null, cancellation)).isFalse();
    assertThat(value()).isEqualTo("third");
  }

  @Test
  void compares_in_the_locks_transaction_too() {
    try (Locks.Held lock = lock()) {
      put("Gr\u00fc\u00dfe", 0L, lock);
      put("second", 0L, lock);
      assertThat(value()).isEqualTo("Gr\u00fc\u00dfe");
      long seen = index();
      put("third", seen, lock);
      put("late", seen, lock);
      assertThat(value()).isEqualTo("third");
      put("always", null, lock);
      assertThat(value()).isEqualTo("always");
      assertThat(agent.delete(new Effect.DeleteKey(key, seen), lock, cancellation)).isFalse();
      assertThat(value()).isEqualTo("always");
      Effect.DeleteKey present = new Effect.DeleteKey(key, index());
      assertThat(agent.delete(present, lock, cancellation)).isTrue();
      assertThat(agent.delete(present, lock, cancellation)).isFalse();
      assertThat(value()).isNull();
    }
  }

  @Test
  void refuses_to_put_once_the_locks_session_is_gone() {
    try (Locks.Held lock = lock()) {
      StillBelieved believed = new StillBelieved(lock.key(), lock.session());
      CONSUL.put("/v1/session/destroy/" + lock.session(), "");

      assertThat(diagnosticOf(() -> put("late", null, believed)).code()).isEqualTo(Code.LOCK_LOST);
      assertThat(diagnosticOf(() -> put("late", 0L, believed)).code()).isEqualTo(Code.LOCK_LOST);
      assertThat(value()).isNull();
    }
  }

  /** A lock whose loss has not been noticed yet. */
  private record StillBelieved(String key, String session) implements Locks.Held {
    @Override
    public boolean held() {
      return true;
    }

    @Override
    public void onLost(Runnable action) {}

    @Override
    public Locks.Release release() {
      return Locks.Release.LOST;
    }
  }

  @Test
  void takes_no_endless_answer_of_what_is_no_consul() throws IOException {
    HttpServer endless =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endless.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
          try (exchange) {
            while (true) {
              exchange.getResponseBody().write(spaces);
            }
          }
        });
    endless.start();
    try (ConsulReader reader =
        new ConsulReader(
            new NodeAccess.Consul("127.0.0.1", endless.getAddress().getPort()),
            new DirectTransport(),
            "n1")) {
      Diagnostic refused = diagnosticOf(() -> reader.key(new Read.Key("k"), cancellation));
      assertThat(refused.code()).isEqualTo(Code.CONSUL_UNREACHABLE);
      assertThat(refused.message()).endsWith("the answer is longer than 64 MiB");
    } finally {
      endless.stop(0);
    }
  }

  @Test
  void shows_a_registration_as_it_was_registered() {
    List<Observation.@Nullable Check> checks =
        java.util.Arrays.asList(
            null,
            new Observation.Check("tcp", List.of("127.0.0.1:1"), "10s", "5s"),
            new Observation.Check("tcp", List.of("127.0.0.1:1"), "10s", null),
            new Observation.Check("http", List.of("http://127.0.0.1:1/x?y"), "1m", null),
            new Observation.Check("ttl", List.of("30s"), null, null),
            new Observation.Check("script", List.of("/bin/true", "a b", "\"q\""), "30s", "1s"));
    for (Observation.Check check : checks) {
      Observation.Registration wanted =
          new Observation.Registration(unique, "svc", "127.0.0.9", 5432, List.of("b", "a"), check);
      agent.register(new Effect.Register(wanted), cancellation);
      assertThat(registered()).isEqualTo(new Observation.Existing(wanted));
    }
    Observation.Registration bare =
        new Observation.Registration(unique, "svc", null, 0, List.of(), null);
    agent.register(new Effect.Register(bare), cancellation);
    assertThat(registered()).isEqualTo(new Observation.Existing(bare));
    assertThat(CONSUL.get("/v1/agent/checks")).doesNotContain(unique);

    agent.deregister(new Effect.Deregister(unique, "svc"), cancellation);
    assertThat(registered()).isEqualTo(new Observation.NoRegistration());
    agent.deregister(new Effect.Deregister(unique, "svc"), cancellation);
  }

  @Test
  void sees_that_the_catalog_was_not_told_and_tells_it() {
    Observation.Registration wanted = wanted();
    agent.register(new Effect.Register(wanted), cancellation);
    assertThat(CONSUL.get("/v1/health/service/" + unique)).contains("127.0.0.9");

    takeOutOfTheCatalog();
    assertThat(registeredAs(unique)).isEqualTo(new Observation.Existing(wanted, false));
    agent.register(new Effect.Register(wanted), cancellation);
    assertThat(registeredAs(unique)).isEqualTo(new Observation.Existing(wanted));

    CONSUL.put("/v1/agent/service/deregister/" + unique, "");
    CONSUL.put(
        "/v1/catalog/register",
        """
        {"Node": "one", "SkipNodeUpdate": true, "Service": {"ID": "%1$s", "Service": "%1$s"}}\
        """
            .formatted(unique));
    assertThat(registeredAs(unique)).as("left behind").isInstanceOf(Observation.LeftBehind.class);
    agent.deregister(new Effect.Deregister(unique, unique), cancellation);
    assertThat(registeredAs(unique)).isEqualTo(new Observation.NoRegistration());
  }

  /** As where the agent tells it while Consul has no leader, which it tries but once. */
  @Test
  void registers_again_until_the_catalog_has_it() throws IOException {
    AtomicInteger registrations = new AtomicInteger();
    HttpServer between =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    between.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().toString();
          byte[] answer = passedOn(exchange).getBytes(StandardCharsets.UTF_8);
          if (path.startsWith("/v1/agent/service/register")
              && registrations.incrementAndGet() == 1) {
            takeOutOfTheCatalog();
          }
          try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(
                new String(answer, StandardCharsets.UTF_8).startsWith("unknown service")
                    ? 404
                    : 200,
                answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    between.start();
    try (ConsulEffects late =
        agentOf(new NodeAccess.Consul("127.0.0.1", between.getAddress().getPort()))) {
      late.register(new Effect.Register(wanted()), cancellation);
      assertThat(registrations).hasValue(2);
      assertThat(CONSUL.get("/v1/health/service/" + unique)).contains("127.0.0.9");
    } finally {
      between.stop(0);
    }
  }

  /** What the agent answers to a request that was meant for it. */
  private static String passedOn(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().toString();
    return exchange.getRequestMethod().equals("PUT") ? CONSUL.put(path, body) : CONSUL.get(path);
  }

  private Observation.Registration wanted() {
    return new Observation.Registration(unique, unique, "127.0.0.9", 1, List.of(), null);
  }

  /** Of which the agent isn't told. */
  private void takeOutOfTheCatalog() {
    String path = "/v1/health/service/" + unique;
    Eventually.holds("it is there", () -> CONSUL.get(path).contains(unique));
    CONSUL.put(
        "/v1/catalog/deregister", "{\"Node\": \"one\", \"ServiceID\": \"%s\"}".formatted(unique));
    assertThat(CONSUL.get(path)).isEqualTo("[]");
  }

  @Test
  void keeps_what_others_have_registered_with_a_service() {
    CONSUL.put(
        "/v1/agent/service/register",
        """
        {"ID": "ID", "Name": "svc", "Address": "10.1.2.3", "Port": 1, "Meta": {"owner": "dba"},
         "EnableTagOverride": true, "Weights": {"Passing": 7, "Warning": 2},
         "TaggedAddresses": {"wan": {"Address": "192.0.2.7", "Port": 5433},
                             "wan_ipv4": {"Address": "192.0.2.8", "Port": 5434}},
         "Connect": {"Native": true},
         "Checks": [{"CheckID": "one", "TTL": "1h"}, {"CheckID": "two", "TTL": "1h"}]}
        """
            .replace("ID\": \"ID", "ID\": \"" + unique)
            .replace("one", unique + "-one")
            .replace("two", unique + "-two"));
    agent.register(
        new Effect.Register(
            new Observation.Registration(
                unique,
                "svc",
                "10.1.2.4",
                2,
                List.of("new"),
                new Observation.Check("ttl", List.of("1h"), null, null))),
        cancellation);

    assertThat(CONSUL.get("/v1/agent/service/" + unique))
        .containsPattern("\"Native\": true")
        .containsPattern("\"wan\": \\{\\s+\"Address\": \"192.0.2.7\",\\s+\"Port\": 5433")
        .containsPattern("\"wan_ipv4\": \\{\\s+\"Address\": \"192.0.2.8\",\\s+\"Port\": 5434")
        .as("what the agent makes of the address follows it")
        .containsPattern("\"lan_ipv4\": \\{\\s+\"Address\": \"10.1.2.4\",\\s+\"Port\": 2")
        .containsPattern("\"Port\": 2,")
        .containsPattern("\"owner\": \"dba\"")
        .containsPattern("\"Passing\": 7,\\s+\"Warning\": 2")
        .containsPattern("\"EnableTagOverride\": true");
    assertThat(CONSUL.get("/v1/agent/checks"))
        .contains(unique + "-one", unique + "-two", "service:" + unique);
  }

  private Observation.RegistrationState registered() {
    return registeredAs("svc");
  }

  private Observation.RegistrationState registeredAs(String name) {
    return reader.registered(new Read.Registered(unique, name), cancellation);
  }

  @Test
  void sees_that_a_check_is_not_the_one_that_was_asked_for() {
    CONSUL.put(
        "/v1/agent/service/register",
        "{\"ID\": \"%s\", \"Name\": \"svc\", \"Check\": {\"TTL\": \"10s\"}}".formatted(unique));

    assertThat(registered())
        .isInstanceOfSatisfying(
            Observation.Existing.class,
            found ->
                assertThat(found.registration().checked())
                    .map(Observation.Check::type)
                    .contains("unknown"));
  }

  @Test
  void keeps_the_state_of_a_check_when_a_service_is_registered_again() {
    Observation.Check ttl = new Observation.Check("ttl", List.of("10m"), null, null);
    agent.register(
        new Effect.Register(new Observation.Registration(unique, "svc", null, 1, List.of(), ttl)),
        cancellation);
    CONSUL.put("/v1/agent/check/pass/service:" + unique, "");
    agent.register(
        new Effect.Register(
            new Observation.Registration(unique, "svc", null, 2, List.of("x"), ttl)),
        cancellation);

    Eventually.holds(
        "the new port is passing",
        () ->
            instances("svc").stream()
                .anyMatch(one ->
                    one.id().equals(unique)
                        && one.address().equals(address())
                        && one.port() == 2
                        && one.passing()));
  }

  @Test
  void ends_a_check_that_one_of_another_type_replaces(@TempDir Path directory) throws IOException {
    // The agent may be another user's.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path replaced = directory.resolve("replaced");
    Path other = directory.resolve("other");
    registerWith(unique, writingTo(replaced));
    Eventually.holds("it is checked", () -> Files.size(replaced) > 0);

    registerWith(unique, new Observation.Check("ttl", List.of("1h"), null, null));
    long written = replaced.toFile().length();
    registerWith("other-" + unique, writingTo(other));
    Eventually.holds("time passes, by another check", () -> Files.size(other) > 3);
    assertThat(replaced.toFile().length())
        .as("one may be going on")
        .isBetween(written, written + 1);
    agent.deregister(new Effect.Deregister("other-" + unique, "svc"), cancellation);
  }

  /** Each time another byte. */
  private static Observation.Check writingTo(Path file) {
    return new Observation.Check(
        "script", List.of("/bin/sh", "-c", "echo >> \"$0\"", file.toString()), "1s", null);
  }

  private void registerWith(String id, Observation.Check check) {
    agent.register(
        new Effect.Register(new Observation.Registration(id, "svc", null, 1, List.of(), check)),
        cancellation);
  }

  private static String address() {
    return CONSUL.access().host();
  }

  private List<Observation.Instance> instances(String service) {
    return reader.service(new Read.Service(service), cancellation).instances();
  }

  @Test
  void gives_every_instance_with_its_health() {
    String service = "s" + unique;
    assertThat(instances(service)).isEmpty();
    Observation.Check failing = new Observation.Check("tcp", List.of("127.0.0.1:1"), "10m", null);
    agent.register(
        new Effect.Register(
            new Observation.Registration("i1" + unique, service, "127.0.0.9", 1, List.of(), null)),
        cancellation);
    agent.register(
        new Effect.Register(
            new Observation.Registration("i2" + unique, service, null, 2, List.of(), failing)),
        cancellation);

    Eventually.holds("both are in the catalog", () -> instances(service).size() == 2);
    assertThat(instances(service))
        .extracting(one -> List.of(one.node(), one.id(), one.address(), one.port(), one.passing()))
        .containsExactlyInAnyOrder(
            List.of("one", "i1" + unique, "127.0.0.9", 1, true),
            List.of("one", "i2" + unique, address(), 2, false));
    assertThat(serviceCheck(service).status()).isEqualTo("critical");
  }

  @Test
  void gives_a_node_with_its_agents_address() {
    Eventually.holds(
        "the agent is in the catalog",
        () -> member("one").equals(new Observation.Member(true, address())));
    assertThat(member("no/body")).isEqualTo(new Observation.NoMember());
  }

  private Observation.MemberState member(String name) {
    return reader.member(new Read.Member(name), cancellation);
  }

  /** The one check that a service of this test has for itself. */
  private Observation.CheckState serviceCheck(String service) {
    return instances(service).stream()
        .flatMap(one -> one.checks().stream())
        .filter(check -> check.name().contains(service))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void gives_the_locks_that_are_held_and_who_holds_them() {
    String prefix = key + "/";
    assertThat(reader.locks(new Read.Locks(prefix), cancellation).locks()).isEmpty();
    put("here", null, null);
    try (Locks.Held held = lock(prefix + "lock")) {
      assertThat(reader.locks(new Read.Locks(prefix), cancellation).locks())
          .singleElement()
          .satisfies(lock -> {
            assertThat(lock.key()).isEqualTo(prefix + "lock");
            assertThat(lock.session()).isEqualTo(held.session());
            assertThat(lock.node()).isEqualTo("n1");
            assertThat(lock.holder()).contains("process " + ProcessHandle.current().pid());
            assertThat(lock.since()).startsWith("20");
          });
    }
    assertThat(reader.locks(new Read.Locks(prefix), cancellation).locks()).isEmpty();
  }

  @Test
  void tells_of_a_key_that_comes_while_it_is_waited_for() {
    Read.Key awaited = new Read.Key(key);
    Read.Key other = new Read.Key(key + "/other");
    sinceWhen(awaited);
    CompletableFuture<Void> changed = changes(awaited);

    agent.put(new Effect.PutKey(other.key(), Text.plain("x"), null), null, cancellation);
    put("here", null, null);

    changed.orTimeout(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(value()).isEqualTo("here");
  }

  @Test
  void a_change_between_a_read_and_the_wait_for_it_is_not_missed() {
    Read.Key awaited = new Read.Key(key);
    sinceWhen(awaited);

    put("here", null, null);

    changes(awaited).orTimeout(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void tells_of_a_service_that_comes_while_it_is_waited_for() {
    Read.Service awaited = new Read.Service("awaited-" + unique);
    sinceWhen(awaited);
    CompletableFuture<Void> changed = changes(awaited);

    agent.register(
        new Effect.Register(
            new Observation.Registration(
                awaited.name(), awaited.name(), "127.0.0.1", 1, List.of(), null)),
        cancellation);

    changed.orTimeout(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(instances("awaited-" + unique)).hasSize(1);
  }

  @Test
  void a_wait_for_a_change_ends_by_itself_and_when_it_is_cancelled() {
    Read.Key never = new Read.Key(key + "/never");
    sinceWhen(never);
    reader.awaitChange(never, Duration.ofMillis(50), cancellation);
    CompletableFuture<Void> waiting = changes(never);

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));

    assertThatThrownBy(
            () -> waiting.orTimeout(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS).join())
        .hasMessageContaining("interrupted");
  }

  private void sinceWhen(Read<?> read) {
    reader.awaitChange(read, TestDeadlines.SOON, cancellation);
  }

  /** Completed when Consul tells of a change, long before the wait is over. */
  private CompletableFuture<Void> changes(Read<?> read) {
    return OwnThread.run(() -> reader.awaitChange(read, Duration.ofMinutes(9), cancellation));
  }

  @Test
  void moves_no_index_by_looking() {
    put("x", null, null);
    agent.register(
        new Effect.Register(new Observation.Registration(unique, "svc", null, 1, List.of(), null)),
        cancellation);
    Eventually.holds("the catalog knows it", () -> !instances("svc").isEmpty());
    String before = indexes();
    for (int i = 0; i < 3; i++) {
      assertThat(read()).isInstanceOf(Observation.KeyValue.class);
      assertThat(read(key + "/absent")).isInstanceOf(Observation.NoKey.class);
      assertThat(registered()).isInstanceOf(Observation.Existing.class);
      assertThat(instances("svc")).isNotEmpty();
    }

    assertThat(indexes()).containsOnlyDigits().isEqualTo(before);
  }

  /** Of the raft log, in which every change is an entry. */
  private static String indexes() {
    return CONSUL
        .get("/v1/agent/self")
        .replaceAll("(?s).*\"(last_log_index)\" *: *\"(\\d+)\".*", "$2");
  }

  @Test
  void reloads_and_tells_why_not() throws IOException {
    Path watch = CONSUL.configuration().resolve("service.json");
    Files.writeString(watch, "{\"service\": {\"id\": \"from-file\", \"name\": \"filed\"}}");
    agent.reload(cancellation);
    assertThat(reader.registered(new Read.Registered("from-file", "filed"), cancellation))
        .isInstanceOf(Observation.Existing.class);

    Files.writeString(watch, "{\"no_such_setting\": 1}");
    try {
      Diagnostic diagnostic = diagnosticOf(() -> agent.reload(cancellation));
      assertThat(diagnostic.code()).isEqualTo(Code.RELOAD_FAILED);
      assertThat(diagnostic.message()).contains("no_such_setting");
    } finally {
      Files.delete(watch);
    }
  }

  @Test
  void tells_an_agent_that_is_not_there() {
    NodeAccess.Consul nowhere = new NodeAccess.Consul("127.99.99.99", 1);
    try (ConsulReader nobody = sightOf(nowhere);
        ConsulEffects deaf = agentOf(nowhere)) {
      Diagnostic diagnostic = diagnosticOf(() -> nobody.key(new Read.Key("x"), cancellation));

      assertThat(diagnostic.code()).isEqualTo(Code.CONSUL_UNREACHABLE);
      assertThat(diagnostic.message()).contains("127.99.99.99:1", "refused");
      assertThat(diagnostic.node()).isEqualTo("n1");
      assertThat(diagnosticOf(() -> deaf.reload(cancellation)).code())
          .isEqualTo(Code.CONSUL_UNREACHABLE);
    }
  }

  @Test
  void tells_that_there_is_no_leader_and_ends_when_cancelled() {
    try (OneConsul lonely = OneConsul.startWithoutLeader();
        ConsulReader lost = sightOf(lonely.access())) {
      CompletableFuture<Diagnostic> cancelled =
          OwnThread.supply(() -> diagnosticOf(() -> lost.key(new Read.Key("x"), cancellation)));
      cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));
      assertThat(cancelled)
          .succeedsWithin(TestDeadlines.SOON)
          .satisfies(diagnostic -> assertThat(diagnostic.code()).isEqualTo(Code.INTERRUPTED));

      assertThat(diagnosticOf(() -> lost.key(new Read.Key("x"), new Cancellation())).code())
          .isEqualTo(Code.NO_CONSUL_LEADER);
    }
  }

  @Test
  void tells_that_the_agents_token_may_not() {
    try (OneConsul closed =
            OneConsul.start("-hcl", "acl { enabled = true  default_policy = \"deny\" }");
        ConsulReader blind = sightOf(closed.access());
        ConsulEffects refused = agentOf(closed.access())) {
      assertThat(diagnosticOf(() -> blind.key(new Read.Key("x"), cancellation)).code())
          .isEqualTo(Code.CONSUL_REFUSED);
      assertThat(
              diagnosticOf(() ->
                      refused.put(
                          new Effect.PutKey("x", Text.plain("y"), null), null, cancellation))
                  .code())
          .isEqualTo(Code.CONSUL_REFUSED);
    }
  }

  @Test
  void tells_that_a_value_is_refused() {
    assertThat(diagnosticOf(() -> put("x".repeat(600_000), null, null)).code())
        .isEqualTo(Code.CONSUL_WRITE_REFUSED);
  }

  @Test
  void passes_on_that_the_node_itself_cannot_be_used() {
    Diagnostic down = Diagnostic.of(Code.HOST_KEY_REFUSED, "the host key changed");
    try (ConsulReader other =
        new ConsulReader(CONSUL.access(), new RefusingTransport(down), "n1")) {
      assertThat(diagnosticOf(() -> other.key(new Read.Key("x"), cancellation))).isEqualTo(down);
    }
  }

  @Test
  void an_api_for_looking_sends_nothing_but_gets() {
    try (ConsulApi looking = ConsulApi.ofGets(CONSUL.access(), new DirectTransport(), "n1")) {
      assertThatIllegalStateException()
          .isThrownBy(() ->
              looking.call(cancellation, api -> api.keyValueClient().putValue(key, "performed")))
          .withMessageStartingWith("read-only, refused PUT");
      assertThatIllegalStateException().isThrownBy(() -> looking.reload(cancellation));
    }
    assertThat(read()).isEqualTo(new Observation.NoKey());
  }
}
