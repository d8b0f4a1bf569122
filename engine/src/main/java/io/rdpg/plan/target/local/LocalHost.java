package io.rdpg.plan.target.local;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.ShellHost;
import io.rdpg.plan.target.shell.ShellProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts shells as children of this JVM. */
record LocalHost(String node) implements ShellHost {
  private static final Duration START = Duration.ofSeconds(60);

  @Override
  public Admission admission(Cancellation cancellation) {
    return () -> {};
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public Duration startTimeout() {
    return START;
  }

  @Override
  public String load() {
    return "";
  }

  /** With a session of its own, so that Ctrl-C at the terminal doesn't reach it before we do. */
  @Override
  public Running start(
      String command, OutputStream stdout, OutputStream stderr, Cancellation cancellation) {
    Process process;
    try {
      process = new ProcessBuilder("setsid", "sh", "-c", command).start();
    } catch (IOException e) {
      throw Diagnostic.of(Code.UNREACHABLE, "could not start a shell: " + e.getMessage())
          .withHint("setsid (util-linux) and sh must be on PATH")
          .orOn(node)
          .failure();
    }
    pump(process.getInputStream(), stdout);
    pump(process.getErrorStream(), stderr);
    return new Child(process);
  }

  /** A platform thread: reading a pipe would hold on to a virtual thread's carrier. */
  private void pump(InputStream from, OutputStream to) {
    Thread.ofPlatform()
        .daemon()
        .name("shell of " + node)
        .start(() -> {
          try (from;
              to) {
            from.transferTo(to);
          } catch (IOException e) {
            // Closed by us, or the shell is gone: in both cases there is no more.
          }
        });
  }

  @Override
  public boolean signal(String signal, ShellProcess shell) {
    try {
      Process kill =
          new ProcessBuilder(List.of("sh", "-c", shell.signalling(signal)))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() != ShellProcess.SOME_GO_ON;
    } catch (IOException e) {
      return false; // nothing to signal with
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private record Child(Process process) implements Running {
    @Override
    public void send(byte[] input) throws IOException {
      OutputStream stdin = process.getOutputStream();
      stdin.write(input);
      stdin.flush();
    }

    @Override
    public boolean ended() {
      return !process.isAlive();
    }

    /** The loop ends at the end of its input. */
    @Override
    public void close() {
      Thread.ofPlatform().daemon().start(this::release);
    }

    private void release() {
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // It took no more anyway.
      }
    }
  }
}
