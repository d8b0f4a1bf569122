package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
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
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.ThreeConsuls;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Consul's leader dies: its agents say so in many words, under the status of an error of theirs.
 */
@Tag("server")
class ConsulOutageIT {
  private final Cancellation cancellation = new Cancellation();

  @Test
  void whoever_waits_for_a_lock_waits_for_a_new_leader_too() throws Exception {
    try (ThreeConsuls servers = ThreeConsuls.start()) {
      OneConsul own = servers.followers().getFirst();
      try (ConsulEffects agent = agent(own)) {
        Locks.Held first = acquire(agent, "run-1", (_, _) -> {});
        CountDownLatch waits = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        CompletableFuture<Locks.Held> second =
            OwnThread.supply(() ->
                acquire(
                    agent,
                    "run-2",
                    (obstacle, _) -> {
                      waits.countDown();
                      if (isOutage(obstacle)) {
                        told.countDown();
                      }
                    }));
        assertThat(waits.await(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        OneConsul leader = servers.leader();
        leader.kill();
        assertThat(told.await(TestDeadlines.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Eventually.holds(
            "another one leads",
            TestDeadlines.LONG,
            () -> own.get("/v1/kv/lock?consistent").startsWith("["));
        first.close();
        try (Locks.Held held = second.join()) {
          assertThat(held.held()).isTrue();
        }
      }
    }
  }

  private static boolean isOutage(Optional<String> obstacle) {
    return obstacle.filter(what -> what.contains("no leader")).isPresent();
  }

  @Test
  void whatever_needs_a_leader_says_that_there_is_none() {
    try (ThreeConsuls servers = ThreeConsuls.start()) {
      List<OneConsul> followers = servers.followers();
      OneConsul leader = servers.leader();
      try (ConsulEffects agent = agent(followers.getFirst());
          ConsulReader reader =
              new ConsulReader(followers.getFirst().access(), new DirectTransport(), "n1")) {
        assertThat(agent.put(new Effect.PutKey("k", Text.plain("v"), null), null, cancellation))
            .isTrue();
        leader.kill();
        followers.getLast().kill();
        for (int i = 0; i < 2; i++) {
          for (Runnable request :
              List.<Runnable>of(
                  () ->
                      agent.put(new Effect.PutKey("k", Text.plain("w"), null), null, cancellation),
                  () -> agent.delete(new Effect.DeleteKey("k", 1), null, cancellation),
                  () -> reader.key(new Read.Key("k"), cancellation),
                  () -> reader.service(new Read.Service("s"), cancellation),
                  () -> acquire(agent, "run-1", (_, _) -> {}), // waits for nothing
                  () -> acquire(agent, "run-3", (_, _) -> {}))) { // for the lock, not for a leader
            assertThat(diagnosticOf(request::run))
                .satisfies(error -> assertThat(error.code()).isEqualTo(Code.NO_CONSUL_LEADER));
          }
        }
      }
    }
  }

  @Test
  void what_acls_may_hide_is_not_absent_while_consul_cannot_say_whether_they_do()
      throws IOException {
    StandInAgent.Answer nothing = StandInAgent.Answer.of(200, "{}");
    StandInAgent.Answer acls = StandInAgent.Answer.of(200, "{}");
    StandInAgent.Answer noLeader = StandInAgent.Answer.of(500, "No cluster leader");
    StandInAgent.Answer tooMany = StandInAgent.Answer.of(429, "Too Many Requests");
    for (StandInAgent.Answer outage : List.of(noLeader, tooMany)) {
      for (boolean first : List.of(true, false)) {
        try (StandInAgent agent =
                StandInAgent.start(
                    Map.of(
                        "/v1/agent/",
                        nothing,
                        "/v1/acl/token/self",
                        first ? outage : acls,
                        "/" + ConsulAcl.AUTHORIZE,
                        outage));
            ConsulReader reader = new ConsulReader(agent.access(), new DirectTransport(), "n1")) {
          Diagnostic said =
              diagnosticOf(() -> reader.registered(new Read.Registered("s", "s"), cancellation));
          assertThat(said.code())
              .isEqualTo(outage.equals(noLeader) ? Code.NO_CONSUL_LEADER : Code.CONSUL_UNREACHABLE);
        }
      }
    }
  }

  @Test
  void a_refusal_that_consul_cannot_explain_now_is_its_outage() throws IOException {
    try (StandInAgent agent =
            StandInAgent.start(
                Map.of(
                    "/v1/kv/", StandInAgent.Answer.of(403, "Permission denied"),
                    "/v1/acl/", StandInAgent.Answer.of(503, "Service Unavailable")));
        ConsulReader reader = new ConsulReader(agent.access(), new DirectTransport(), "n1")) {
      assertThat(diagnosticOf(() -> reader.key(new Read.Key("k"), cancellation)).code())
          .isEqualTo(Code.CONSUL_UNREACHABLE);
    }
  }

  @Test
  void servers_that_cannot_be_asked_what_acls_allow_hide_nothing() throws IOException {
    try (StandInAgent agent =
            StandInAgent.start(
                Map.of(
                    "/v1/agent/", StandInAgent.Answer.of(200, "{}"),
                    "/v1/acl/",
                        StandInAgent.Answer.of(
                            500, "The ACL system is currently in legacy mode.")));
        ConsulReader reader = new ConsulReader(agent.access(), new DirectTransport(), "n1")) {
      assertThat(reader.registered(new Read.Registered("s", "s"), cancellation))
          .isEqualTo(new Observation.NoRegistration());
    }
  }

  @Test
  void a_lock_is_waited_for_while_an_agent_is_away_that_has_answered_before() {
    AtomicInteger away = new AtomicInteger(3);
    DirectTransport flaky =
        new DirectTransport() {
          @Override
          public Socket open(String host, int port, Duration timeout) throws IOException {
            if (away.getAndDecrement() > 0) {
              throw new ConnectException("Connection refused");
            }
            return super.open(host, port, timeout);
          }
        };
    try (OneConsul consul = OneConsul.start();
        ConsulEffects agent = new ConsulEffects(consul.access(), flaky, "n1")) {
      Locks locks = agent.locks("run-1", LoginTurns.NONE);
      Locks.Terms terms =
          new Locks.Terms("lock", Duration.ofSeconds(10), TestDeadlines.LONG, Duration.ZERO);
      assertThat(
              diagnosticOf(() -> locks.acquire(terms.knowing(false), (_, _) -> {}, cancellation))
                  .code())
          .isEqualTo(Code.CONSUL_UNREACHABLE);
      assertThat(away).hasPositiveValue();
      List<String> told = new ArrayList<>();
      locks
          .acquire(
              terms.knowing(true), (obstacle, _) -> obstacle.ifPresent(told::add), cancellation)
          .close();
      assertThat(told).isNotEmpty().allMatch(words -> words.contains("refused"));
    }
  }

  private static ConsulEffects agent(OneConsul consul) {
    return new ConsulEffects(consul.access(), new DirectTransport(), "n1");
  }

  private Locks.Held acquire(ConsulEffects agent, String run, Locks.Waiting waiting) {
    Locks.Terms terms =
        new Locks.Terms(
            "lock",
            Duration.ofHours(1),
            run.equals("run-1") ? Duration.ZERO : TestDeadlines.LONG,
            Duration.ZERO,
            run.equals("run-2") ? TestDeadlines.LONG : Duration.ofSeconds(1),
            false);
    return agent.locks(run, LoginTurns.NONE).acquire(terms, waiting, cancellation);
  }
}
