package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node's SSH session: made when it is first needed, and again when it was lost. */
final class SshSession implements AutoCloseable {

  /**
   * How long to wait for a node.
   *
   * @param connecting for the TCP connection
   * @param login from the connection on until logged in, and then again for a shell's start
   * @param silence between two keep-alive requests to a silent node; two unanswered ones end the
   *     session
   */
  record Patience(Duration connecting, Duration login, Duration silence) {
    static final Patience USUAL =
        new Patience(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(5));
  }

  private static final int UNANSWERED = 2;

  private final String node;
  private final NodeAccess.Ssh to;
  private final Patience patience;
  private final LoginQueue queue;
  private final Cancellation abandoned = new Cancellation();
  private final Mutex lock = new Mutex();
  private @Nullable CompletableFuture<Session> session;
  private boolean closed;

  SshSession(String node, NodeAccess.Ssh to, Patience patience, LoginQueue queue) {
    this.node = node;
    this.to = to;
    this.patience = patience;
    this.queue = queue;
  }

  String node() {
    return node;
  }

  Duration loginTimeout() {
    return patience.login();
  }

  LoginQueue.Place placeForShell(Cancellation cancellation) {
    return queue.forShell(node, cancellation);
  }

  String load() {
    return "; if many logins at a time are too much for it, lower --connect-forks (now "
        + queue.atOnce()
        + ")";
  }

  /**
   * The session, connected.
   *
   * @throws Failure when the node can't be used or it was cancelled
   */
  Session session(Cancellation cancellation) {
    return cancellation.await(begin()); // a cancelled caller leaves; others still get it
  }

  /** Begins something on a session. */
  interface Opening<T> {
    T on(Session session) throws JSchException, IOException;
  }

  /**
   * Begins something on the session, once more on a new one when the present one turns out to be
   * gone: nothing has been done on it yet.
   *
   * @throws Failure when the node can't be used or it was cancelled
   */
  <T> T begun(Cancellation cancellation, Opening<T> opening) throws JSchException, IOException {
    Session present = session(cancellation);
    try {
      return opening.on(present);
    } catch (JSchException | IOException e) {
      if (present.isConnected()) {
        throw e;
      }
      return opening.on(session(cancellation));
    }
  }

  /** The session if it is connected, null else. */
  @Nullable Session present() {
    try (var _ = lock.hold()) {
      return session != null && usable(session) && session.isDone() ? session.join() : null;
    }
  }

  /**
   * A channel, not yet connected. JSch gives null when the session ends at that moment, which it
   * may not know yet itself.
   */
  static <C extends Channel> C channel(Session session, String kind, Class<C> type)
      throws JSchException {
    @Nullable Channel channel = session.openChannel(kind);
    if (channel == null) {
      session.disconnect();
      throw new JSchException("session is down");
    }
    return type.cast(channel);
  }

  private CompletableFuture<Session> begin() {
    try (var _ = lock.hold()) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      if (session == null || !usable(session)) {
        CompletableFuture<Session> fresh = new CompletableFuture<>();
        session = fresh;
        // A platform thread: sockets that virtual threads used slow the JVM's exit by 300 ms.
        Thread.ofPlatform().daemon().name("connect " + node).start(() -> connect(fresh));
      }
      return session;
    }
  }

  private static boolean usable(CompletableFuture<Session> session) {
    return !session.isDone()
        || (!session.isCompletedExceptionally() && session.join().isConnected());
  }

  private void connect(CompletableFuture<Session> fresh) {
    try {
      Session made = queue.session(node, this::connected, abandoned);
      settle(made);
      if (!fresh.complete(made)) {
        made.disconnect();
      }
    } catch (Failure e) {
      fresh.completeExceptionally(e);
    } catch (Exception e) {
      fresh.completeExceptionally(SshErrors.of(e, node, to, knownHosts()));
    }
  }

  private Session connected() throws JSchException {
    Session made = configured();
    long start = System.nanoTime();
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletableFuture<Void> _ =
        done.copy()
            .completeOnTimeout(null, patience.login().toMillis(), TimeUnit.MILLISECONDS)
            .thenRun(() -> disconnectUnless(done, made));
    try {
      made.connect(Math.toIntExact(patience.login().toMillis()));
      return made;
    } catch (JSchException e) {
      if (System.nanoTime() - start >= patience.login().toNanos()) {
        throw tooSlow(e);
      }
      throw e;
    } finally {
      done.complete(null);
    }
  }

  /** JSch's own timeout is for each reply. */
  private static void disconnectUnless(CompletableFuture<Void> done, Session made) {
    if (!done.isDone()) {
      made.disconnect();
    }
  }

  private Failure tooSlow(JSchException cause) {
    return new Failure(
        Diagnostic.of(
                Code.UNREACHABLE,
                "no SSH connection to "
                    + to.host()
                    + ":"
                    + to.port()
                    + ": not logged in within "
                    + Durations.show(patience.login()))
            .withHint("see what keeps its sshd busy" + load())
            .orOn(node),
        cause);
  }

  private Session configured() throws JSchException {
    JSch jsch = new JSch();
    if (Files.isReadable(knownHosts())) {
      setKnownHosts(jsch);
    }
    PrivateKeys.offer(jsch, to.privateKey(), node);
    Session made = jsch.getSession(to.user(), to.host(), to.port());
    made.setSocketFactory(new TimedSocketFactory(patience.connecting()));
    made.setDaemonThread(true);
    made.setConfig("StrictHostKeyChecking", "yes");
    made.setConfig("PreferredAuthentications", "publickey");
    // Two round trips fewer: only keys are used, and each is offered with its signature.
    made.setConfig("enable_auth_none", "no");
    made.setConfig("enable_pubkey_auth_query", "no");
    made.setServerAliveInterval(Math.toIntExact(patience.silence().toMillis()));
    made.setServerAliveCountMax(UNANSWERED);
    return made;
  }

  private void setKnownHosts(JSch jsch) {
    try {
      jsch.setKnownHosts(knownHosts().toString());
    } catch (JSchException e) {
      throw new Failure(
          Diagnostic.of(
                  Code.HOST_KEY_REFUSED,
                  "%s holds a line that is no host key: %s".formatted(knownHosts(), e.getMessage()))
              .withHint("ssh-keygen -l -f " + knownHosts() + " shows which; remove it")
              .orOn(node),
          e);
    }
  }

  /** A packet and a moment before the first channel: a delayed ACK costs it 42 ms otherwise. */
  private static void settle(Session made) throws Exception {
    made.sendIgnore();
    Thread.sleep(1);
  }

  private Path knownHosts() {
    Path named = to.knownHosts();
    return named != null ? named : PrivateKeys.userDirectory().resolve("known_hosts");
  }

  /** The diagnostic for a session that ended unexpectedly. */
  Failure lost(Exception cause) {
    return new Failure(
        Diagnostic.of(
                Code.CONNECTION_LOST,
                "the SSH connection to " + to.host() + ":" + to.port() + " was lost")
            .withHint("run the plan again: it completes what is unfinished")
            .orOn(node),
        cause);
  }

  @Override
  public void close() {
    CompletableFuture<Session> present;
    try (var _ = lock.hold()) {
      closed = true;
      present = session;
    }
    abandoned.cancel(Diagnostic.of(Code.INTERRUPTED, "no longer needed"));
    if (present == null || present.cancel(false) || present.isCompletedExceptionally()) {
      return;
    }
    present.join().disconnect();
  }
}
