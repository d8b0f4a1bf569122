package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Starts shells of a user who is become, and sends signals by processes of that user's: the one who
 * logs in may not.
 *
 * <p>A password is sent when it is asked for, once: it goes through the pipe that later carries the
 * scripts, so no list of processes, no environment and no log shows it. One that was refused is not
 * sent again, since some nodes lock whoever fails too often (pam_faillock(8)).
 */
final class BecomeShell implements UserShell {
  /** Many a program needs a working directory, and the login user's may be closed to others. */
  private static final String ENTERS = "[ -x . ] || cd /; ";

  private static final Duration SIGNALLING = Duration.ofSeconds(15);

  private final ShellHost host;
  private final String login;
  private final String user;
  private final NodeAccess.Become how;
  private final SecureRandom random = new SecureRandom();
  private volatile @Nullable Failure refused;

  /**
   * @param host where the user who is called {@code login} logs in
   * @param user who is become
   */
  BecomeShell(ShellHost host, String login, String user, NodeAccess.Become how) {
    this.host = host;
    this.login = login;
    this.user = user;
    this.how = how;
  }

  @Override
  public ShellHost host() {
    return host;
  }

  @Override
  public ShellHost.Running start(
      String script, OutputStream stdout, OutputStream stderr, Cancellation cancellation) {
    return start("", script, stdout, stderr, host.startTimeout(), cancellation);
  }

  /**
   * @param before run before the shell says that it is there
   */
  private ShellHost.Running start(
      String before,
      String script,
      OutputStream stdout,
      OutputStream stderr,
      Duration patience,
      Cancellation cancellation) {
    Failure earlier = refused;
    if (earlier != null) {
      throw new Failure(earlier.diagnostic(), earlier);
    }
    BecomeCommand command = new BecomeCommand(how, user, "password-" + word() + ":");
    String greeting = "there-" + word();
    BecomeDialogue dialogue = new BecomeDialogue(command, greeting, stderr);
    ShellHost.Running running =
        host.start(
            command.running(before + ENTERS + "echo " + greeting + " >&2; " + script),
            stdout,
            dialogue,
            cancellation);
    boolean there = false;
    try {
      become(dialogue, running, patience, cancellation);
      there = true;
      return running;
    } finally {
      if (!there) {
        running.close();
      }
    }
  }

  private void become(
      BecomeDialogue dialogue,
      ShellHost.Running running,
      Duration patience,
      Cancellation cancellation) {
    BecomeRefusal refusal = new BecomeRefusal(host.node(), login, user, how);
    Text password = how.password();
    boolean sent = false;
    while (true) {
      switch (dialogue.next(running, patience, cancellation)) {
        case THERE -> {
          return;
        }
        case ASKS -> {
          if (password == null) {
            throw refused(refusal.ofNoPassword());
          }
          if (sent) {
            throw refused(refusal.of(dialogue.said()));
          }
          send(running, password);
          sent = true;
        }
        case OVER -> {
          if (!host.isConnected()) {
            throw lost();
          }
          Failure failure = refusal.of(dialogue.said());
          throw sent && !dialogue.said().isBlank() ? refused(failure) : failure;
        }
        case SILENT -> throw refusal.ofSilence(dialogue.said(), patience);
      }
    }
  }

  private Failure lost() {
    return Diagnostic.of(Code.CONNECTION_LOST, "the connection to the node was lost")
        .withHint("run the plan again: it completes what is unfinished")
        .orOn(host.node())
        .failure();
  }

  private Failure refused(Failure failure) {
    refused = failure;
    return failure;
  }

  private static void send(ShellHost.Running running, Text password) {
    try {
      running.send((password.reveal() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended: what it said comes next.
    }
  }

  @Override
  public boolean signal(String signal, ShellProcess shell) {
    if (!host.isConnected()) {
      return false;
    }
    try (var _ =
        start(
            "( " + shell.signalling(signal) + " ); ",
            ":",
            new Nowhere(),
            new Nowhere(),
            SIGNALLING,
            new Cancellation())) {
      return true; // it was sent before the greeting
    } catch (Failure e) {
      return false; // nothing to signal with
    }
  }

  /** Unlike {@link OutputStream#nullOutputStream} it takes what comes after it was closed, too. */
  private static final class Nowhere extends OutputStream {
    @Override
    public void write(int b) {}

    @Override
    public void write(byte[] bytes, int offset, int length) {}
  }

  private String word() {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
