package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
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
  private final FramedShell own;
  private final Map<String, FramedShell> others = new ConcurrentHashMap<>();

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
    this.own = new FramedShell(new LoginShell(host), traffic.shell(null));
  }

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
   * The same node as one of its users; see {@link Transport#as}.
   *
   * @param node as the user who logs in
   */
  public Transport as(@Nullable String user, Transport node) {
    return user == null || user.equals(login)
        ? node
        : new OtherUser(
            node,
            others.computeIfAbsent(
                user,
                name ->
                    new FramedShell(new BecomeShell(host, login, name, how), traffic.shell(name))));
  }

  @Override
  public void close() {
    own.close();
    others.values().forEach(FramedShell::close);
  }
}
