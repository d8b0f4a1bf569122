package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.system.Mutex;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.ssh.config.Hop;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An SSH session to a node or to a jump host on the way: made when it is first needed, and again
 * when it was lost.
 */
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

    /** The same, but for the time that the inventory or a host's configuration gives a login. */
    Patience with(@Nullable Duration timeout) {
      return timeout == null ? this : new Patience(timeout, timeout, silence);
    }
  }

  private static final int UNANSWERED = 2;

  private final String name;
  private final boolean ofNode;
  private final Hop host;
  private final Patience usual;
  private final Patience patience;
  private final SshClient client;
  private final LoginQueue queue;
  private final Cancellation abandoned = new Cancellation();
  private final Mutex lock = new Mutex();
  private @Nullable CompletableFuture<Session> session;
  private boolean closed;

  private SshSession(String name, boolean ofNode, Hop host, Patience patience, SshClient client) {
    this.name = name;
    this.ofNode = ofNode;
    this.host = host;
    this.usual = patience;
    this.patience = patience.with(host.connectTimeout());
    this.client = client;
    this.queue = client.logins();
  }

  static SshSession toNode(String node, Hop host, Patience patience, SshClient client) {
    return new SshSession(node, true, host, patience, client);
  }

  /** Its errors name no node: several may be behind it. */
  static SshSession toJumpHost(Hop host, Patience patience, SshClient client) {
    return new SshSession("jump host " + host.name(), false, host, patience, client);
  }

  String node() {
    return name;
  }

  /** Who logs in. */
  String user() {
    return host.user();
  }

  /** What its commands are given ({@code SetEnv}). */
  Map<String, String> environment() {
    return host.environment();
  }

  /** The host and its port, as errors call it. */
  String place() {
    return ofNode ? host.place() : "the jump host " + host.place();
  }

  Duration loginTimeout() {
    return patience.login();
  }

  LoginQueue.Place placeForShell(Cancellation cancellation) {
    return queue.forShell(name, cancellation);
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

  /** A channel that is to run a command, not yet connected; see {@link #channel}. */
  static ChannelExec exec(Session session, String command) throws JSchException {
    ChannelExec channel = channel(session, "exec", ChannelExec.class);
    channel.setCommand(command);
    return channel;
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
        Thread.ofPlatform().daemon().name("connect " + name).start(() -> connect(fresh));
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
      // First the way there: whoever waits for it must not hold a place that its login needs.
      if (host.via() instanceof Hop.Jump(Hop jump)) {
        Session _ = client.jumpHost(jump, usual).session(abandoned);
      }
      Session made = queue.session(name, this::connected, abandoned);
      settle(made);
      if (!fresh.complete(made)) {
        made.disconnect();
      }
    } catch (Failure e) {
      fresh.completeExceptionally(new Failure(on(e.diagnostic()), e));
    } catch (Exception e) {
      fresh.completeExceptionally(new Failure(on(SshErrors.unreachable(e, place())), e));
    }
  }

  private Diagnostic on(Diagnostic diagnostic) {
    return ofNode ? diagnostic.orOn(name) : diagnostic;
  }

  private Session connected() throws JSchException {
    KnownHosts known = KnownHosts.of(host);
    OfferedKeys keys = OfferedKeys.of(host);
    Connection connection = connection();
    Session made = configured(known, keys, connection);
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
      Diagnostic refusal = SshErrors.refusal(e, place(), host, known, keys);
      if (refusal != null) {
        throw new Failure(refusal, e);
      }
      Failure ofCommand =
          connection instanceof CommandConnection command ? command.failure(e) : null;
      if (ofCommand != null) {
        throw ofCommand;
      }
      throw e;
    } finally {
      done.complete(null);
    }
  }

  private Connection connection() {
    return switch (host.via()) {
      case Hop.Direct _ -> new DirectConnection(host, patience.connecting());
      case Hop.Jump(Hop jump) ->
          new JumpConnection(client.jumpHost(jump, usual), host, patience.connecting());
      case Hop.Command command -> new CommandConnection(host, command);
    };
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
                    + place()
                    + ": not logged in within "
                    + Durations.show(patience.login()))
            .withHint("see what keeps its sshd busy" + load()),
        cause);
  }

  private Session configured(KnownHosts known, OfferedKeys keys, Connection connection)
      throws JSchException {
    JSch jsch = new JSch();
    jsch.setHostKeyRepository(known);
    jsch.setIdentityRepository(keys);
    // By this name JSch checks a host certificate's principals.
    String alias = host.hostKeyAlias();
    Session made = jsch.getSession(host.user(), alias == null ? host.host() : alias, host.port());
    if (alias != null) {
      made.setHostKeyAlias(alias);
    }
    made.setSocketFactory(connection);
    made.setDaemonThread(true);
    made.setConfig("StrictHostKeyChecking", "yes");
    made.setConfig("PreferredAuthentications", "publickey");
    // The server counts, not we.
    made.setConfig("MaxAuthTries", "1000");
    // Two round trips fewer: only keys are used, and each is offered with its signature.
    made.setConfig("enable_auth_none", "no");
    made.setConfig("enable_pubkey_auth_query", "no");
    AlgorithmLists.apply(host, made);
    Hop.Silence silence = host.silence();
    Duration interval = silence == null ? patience.silence() : silence.interval();
    made.setServerAliveInterval(Math.toIntExact(interval.toMillis()));
    made.setServerAliveCountMax(silence == null ? UNANSWERED : silence.unanswered());
    return made;
  }

  /** A packet and a moment before the first channel: a delayed ACK costs it 42 ms otherwise. */
  private static void settle(Session made) throws Exception {
    made.sendIgnore();
    Thread.sleep(1);
  }

  /** The diagnostic for a session that ended unexpectedly. */
  Failure lost(Exception cause) {
    return new Failure(
        on(
            Diagnostic.of(Code.CONNECTION_LOST, "the SSH connection to " + place() + " was lost")
                .withHint("run the plan again: it completes what is unfinished")),
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
