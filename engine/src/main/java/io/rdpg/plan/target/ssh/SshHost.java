package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.ShellHost;
import io.rdpg.plan.target.shell.ShellProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Starts shells on exec channels of a node's session. */
record SshHost(SshSession connection) implements ShellHost {
  private static final int OPENING_MILLIS = 15_000;

  @Override
  public String node() {
    return connection.node();
  }

  /** First the session: whoever waits for it must not hold a place that its login needs. */
  @Override
  public Admission admission(Cancellation cancellation) {
    Session _ = connection.session(cancellation);
    return connection.placeForShell(cancellation)::close;
  }

  @Override
  public boolean isConnected() {
    return connection.present() != null;
  }

  @Override
  public Duration startTimeout() {
    return connection.loginTimeout();
  }

  @Override
  public String load() {
    return connection.load();
  }

  /**
   * Output is pushed: an unread input stream would stop the whole session. Doesn't log in: whoever
   * holds a place for a shell's start must not wait for another one.
   */
  @Override
  public Running start(
      String command, OutputStream stdout, OutputStream stderr, Cancellation cancellation) {
    try {
      Session session = connection.present();
      if (session == null) {
        throw new JSchException("session is down");
      }
      ChannelExec channel = SshSession.exec(session, command);
      connection.environment().forEach(channel::setEnv);
      channel.setOutputStream(stdout);
      channel.setErrStream(stderr);
      OutputStream stdin = channel.getOutputStream();
      channel.connect(OPENING_MILLIS);
      return new Exec(channel, stdin);
    } catch (JSchException | IOException e) {
      throw connection.present() == null ? connection.lost(e) : noRoom();
    }
  }

  private Failure noRoom() {
    return Diagnostic.of(Code.UNREACHABLE, "the node's sshd opens no further shell")
        .withHint(
            "raise MaxSessions in its sshd_config: each user of a step needs one, and one more")
        .orOn(node())
        .failure();
  }

  /** sshd refuses signals of the protocol where the user is root, so a second exec sends them. */
  @Override
  public boolean signal(String signal, ShellProcess shell) {
    Session session = connection.present();
    if (session == null) {
      return false;
    }
    ChannelExec channel = null;
    try {
      channel = SshSession.exec(session, "exec sh -c '" + shell.signalling(signal) + "'");
      // Not to be closed: a late line would then end the whole session.
      channel.setOutputStream(OutputStream.nullOutputStream(), true);
      channel.setErrStream(OutputStream.nullOutputStream(), true);
      channel.connect(OPENING_MILLIS);
      awaitEnd(channel);
      int exit = channel.getExitStatus();
      return exit >= 0 && exit != ShellProcess.SOME_GO_ON;
    } catch (JSchException e) {
      return false; // nothing to signal with
    } finally {
      if (channel != null) {
        channel.disconnect();
      }
    }
  }

  private static void awaitEnd(ChannelExec channel) {
    try {
      for (int i = 0; i < OPENING_MILLIS / 5 && !channel.isClosed(); i++) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Exec(ChannelExec channel, OutputStream stdin) implements Running {
    @Override
    public void send(byte[] input) throws IOException {
      stdin.write(input);
      stdin.flush();
    }

    /** sshd sends the exit status at once, the end of the output only after all children's. */
    @Override
    public boolean ended() {
      return channel.getExitStatus() != -1 || channel.getExitSignal() != null || channel.isClosed();
    }

    @Override
    public void close() {
      channel.disconnect();
    }
  }
}
