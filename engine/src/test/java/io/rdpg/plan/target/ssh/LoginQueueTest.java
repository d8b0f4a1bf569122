package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.OwnThread;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoginQueueTest {
  private final LoginQueue queue = new LoginQueue(1);
  private final List<String> order = new CopyOnWriteArrayList<>();

  @Test
  void nodes_get_their_turns_in_the_order_in_which_they_came_but_shells_first() {
    LoginQueue.Place held = queue.forShell("n0", new Cancellation());
    CompletableFuture<Session> first = login("n1", 1);
    CompletableFuture<Session> second = login("n2", 2);
    CompletableFuture<Void> shell =
        OwnThread.run(() -> {
          try (LoginQueue.Place _ = queue.forShell("n3", new Cancellation())) {
            order.add("shell of n3");
          }
        });
    Eventually.holds("three wait", () -> queue.waiting() == 3);

    held.close();

    CompletableFuture.allOf(first, second, shell).join();
    assertThat(order).containsExactly("shell of n3", "n1", "n2");
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void a_node_that_is_no_longer_needed_leaves_the_queue() {
    LoginQueue.Place held = queue.forShell("n0", new Cancellation());
    Cancellation abandoned = new Cancellation();
    CompletableFuture<Void> waiting = OwnThread.run(() -> queue.forShell("n1", abandoned).close());
    Eventually.holds("it waits", () -> queue.waiting() == 1);

    abandoned.cancel(Diagnostic.of(Code.INTERRUPTED, "interrupted"));

    assertThatThrownBy(waiting::join).hasRootCauseInstanceOf(Failure.class);
    assertThat(queue.waiting()).isZero();
    held.close();
    queue.forShell("n2", new Cancellation()).close();
  }

  @Test
  void counts_how_long_a_node_and_how_long_any_node_waited() {
    LoginQueue.Place held = queue.forShell("n0", new Cancellation());
    CompletableFuture<Session> one = login("n1", 1);
    CompletableFuture<Session> two = login("n2", 2);
    Duration some = Duration.ofMillis(20);
    Eventually.holds(
        "both wait for a while",
        () -> queue.waited("n1").compareTo(some) > 0 && queue.waited("n2").compareTo(some) > 0);

    held.close();
    one.join();
    two.join();

    assertThat(queue.waited("n0")).isZero();
    assertThat(queue.waited("unknown")).isZero();
    assertThat(queue.waitedByAny())
        .isGreaterThanOrEqualTo(queue.waited("n1"))
        .isLessThan(queue.waited("n1").plus(queue.waited("n2")));
    Duration total = queue.waitedByAny();
    assertThat(queue.waitedByAny()).as("nobody waits any longer").isEqualTo(total);
  }

  @Test
  void a_login_that_finds_no_room_is_tried_again_while_others_have_the_place() {
    AtomicInteger tries = new AtomicInteger();
    CompletableFuture<Session> refusedTwice =
        OwnThread.supply(() ->
            session(
                "n1",
                () -> {
                  if (tries.incrementAndGet() < 3) {
                    throw new JSchException(
                        "Session.connect", new SocketException("Connection reset by peer"));
                  }
                  return new JSch().getSession("host");
                }));
    assertThat(refusedTwice.join()).isNotNull();
    assertThat(tries).hasValue(3);
    assertThat(queue.waited("n1")).as("the pauses").isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void another_error_is_not_tried_again() {
    assertThatThrownBy(() ->
            queue.session(
                "n1",
                () -> {
                  throw new JSchException("Auth fail for methods 'publickey'");
                },
                new Cancellation()))
        .isInstanceOf(JSchException.class);
    queue.forShell("n2", new Cancellation()).close();
  }

  /** Begins to log in, and is in the queue as its so-manieth. */
  private CompletableFuture<Session> login(String node, int nth) {
    CompletableFuture<Session> session =
        OwnThread.supply(() ->
            session(
                node,
                () -> {
                  order.add(node);
                  return new JSch().getSession("host");
                }));
    Eventually.holds(node + " waits", () -> queue.waiting() == nth);
    return session;
  }

  private Session session(String node, LoginQueue.Login login) {
    try {
      return queue.session(node, login, new Cancellation());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
