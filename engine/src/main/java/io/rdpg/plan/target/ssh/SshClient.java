package io.rdpg.plan.target.ssh;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.ssh.config.Hop;
import io.rdpg.plan.target.ssh.config.OpenSshConfig;
import io.rdpg.plan.target.ssh.config.Surroundings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What all nodes of a run share to be reached over SSH: the ssh configuration of the user who runs
 * it, the queue of logins, and one session for each jump host, which is made when a node behind it
 * is first needed. Safe for use by many threads.
 */
public final class SshClient implements AutoCloseable {
  private final LoginQueue logins;
  private final OpenSshConfig config;
  private final Map<NodeAccess.Ssh, Hop> hops = new ConcurrentHashMap<>();
  private final Map<Hop, SshSession> jumpHosts = new ConcurrentHashMap<>();

  /** Reads no configuration before a node is asked for. */
  public SshClient(LoginQueue logins, OpenSshConfig config) {
    this.logins = logins;
    this.config = config;
  }

  /** With the configuration of the user who runs this. */
  public SshClient(LoginQueue logins) {
    this(logins, new OpenSshConfig(Surroundings.own()));
  }

  /**
   * Checks, without contacting anything, that the configuration says how a node is reached.
   *
   * @param diagnostics receives what doesn't make sense or isn't supported
   */
  public void check(NodeAccess access, Consumer<Diagnostic> diagnostics) {
    if (access.transport() instanceof NodeAccess.Ssh ssh) {
      try {
        Hop _ = hop(ssh);
      } catch (Failure failure) {
        diagnostics.accept(failure.diagnostic().orOn(access.node()));
      }
    }
  }

  /** The host that a node is. */
  Hop hop(NodeAccess.Ssh to) {
    return hops.computeIfAbsent(to, this::resolved);
  }

  private Hop resolved(NodeAccess.Ssh to) {
    Hop hop = config.resolve(to);
    for (Hop one = hop; one != null; one = one.via() instanceof Hop.Jump(Hop last) ? last : null) {
      AlgorithmLists.check(one);
    }
    return hop;
  }

  /** The session to a jump host, which others use too. */
  SshSession jumpHost(Hop host, SshSession.Patience patience) {
    return jumpHosts.computeIfAbsent(host, one -> SshSession.toJumpHost(one, patience, this));
  }

  LoginQueue logins() {
    return logins;
  }

  /** How nodes wait to log in. */
  public LoginTurns turns() {
    return logins;
  }

  /** Ends the sessions to jump hosts; those behind them must be closed already. */
  @Override
  public void close() {
    jumpHosts.values().forEach(SshSession::close);
  }
}
