package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shells of one node: that of the user who logs in, and one for each user who is become. Each
 * is started when it is first needed. Safe for use by many threads.
 */
public final class UserShells implements AutoCloseable {
  private final ShellHost host;
  private final String login;
  private final NodeAccess.Become how;
  private final Traffic traffic;
  private final LoginShell loginShell;
  private final FramedShell own;
  private final Map<String, Other> others = new ConcurrentHashMap<>();

  /**
   * @param login the name of the user who logs in
   * @param how others are become
   * @param traffic counts what is asked of the node
   */
  public UserShells(ShellHost host, String login, NodeAccess.Become how, Traffic traffic) {
    this.host = host;
    this.login = login;
    this.how = how;
    this.traffic = traffic;
    this.loginShell = new LoginShell(host);
    this.own = new FramedShell(loginShell, traffic.shell(null));
  }

  private record Other(BecomeShell user, FramedShell shell) {}

  /**
   * Runs a script in the shell of the user who logs in; see {@link Transport#run}.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure as it says
   */
  public Transport.Reply run(
      Transport.Script script, Transport.Listener listener, Cancellation cancellation) {
    return own.run(script, listener, cancellation);
  }

  /**
   * Opens a Unix domain socket as the user who logs in; see {@link Transport#openUnix}.
   *
   * @throws IOException as it says
   * @throws io.rdpg.plan.language.diagnostic.Failure as it says
   */
  public Socket openUnix(String path, Duration timeout) throws IOException {
    return UnixSocket.open(loginShell, path, timeout);
  }

  /**
   * The same node as one of its users; see {@link Transport#as}.
   *
   * @param node as the user who logs in
   */
  public Transport as(@Nullable String user, Transport node) {
    if (user == null || user.equals(login)) {
      return node;
    }
    Other other = others.computeIfAbsent(user, this::other);
    return new OtherUser(node, other.user(), other.shell());
  }

  private Other other(String user) {
    BecomeShell become = new BecomeShell(host, login, user, how);
    return new Other(become, new FramedShell(become, traffic.shell(user)));
  }

  @Override
  public void close() {
    own.close();
    others.values().forEach(other -> other.shell().close());
  }
}
