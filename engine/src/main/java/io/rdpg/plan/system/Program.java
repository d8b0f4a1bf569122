package io.rdpg.plan.system;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs a program of this machine to its end, without a shell and without standard input, and gives
 * what it prints. It is killed with all its children when it is late or prints too much.
 */
public final class Program {
  /** Of what it says on standard error, the end that messages repeat. */
  private static final int MOST_WORDS = 2_000;

  /** How the JDK wraps the system's words. */
  private static final Pattern EXEC_FAILED = Pattern.compile("^.*error: \\d+ \\((.*)\\)\\s*$");

  private Program() {}

  /** A program that gave nothing to use; the message says why, with its standard error. */
  public static final class Failed extends Exception {
    Failed(String message) {
      super(message);
    }
  }

  /**
   * What a program prints on standard output.
   *
   * @param words the program and its arguments
   * @param most the bytes that it may print
   * @throws Failed when it can't be started, is late, prints too much or ends with another exit
   *     code than 0; what it printed on standard output is in no message
   */
  public static byte[] output(List<String> words, Duration deadline, int most) throws Failed {
    long end = System.nanoTime() + deadline.toNanos();
    Process process = start(words);
    Gathered out = new Gathered(process.getInputStream(), most);
    Gathered err = new Gathered(process.getErrorStream(), most);
    try {
      boolean ended = out.await(end) && process.waitFor(left(end), TimeUnit.NANOSECONDS);
      if (out.tooMuch) {
        throw new Failed("it printed more than " + most + " bytes");
      }
      if (!ended) {
        throw new Failed("it did not end within " + deadline.toSeconds() + " s" + said(err));
      }
      if (process.exitValue() != 0) {
        err.await(Math.min(end, System.nanoTime() + Duration.ofSeconds(1).toNanos()));
        throw new Failed("it ended with exit code " + process.exitValue() + said(err));
      }
      return out.bytes();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nothing here interrupts threads", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> words) throws Failed {
    try {
      return new ProcessBuilder(words)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .start();
    } catch (IOException e) {
      String why =
          String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      throw new Failed("it could not be started: " + EXEC_FAILED.matcher(why).replaceFirst("$1"));
    }
  }

  private static String said(Gathered err) {
    String words = new String(err.bytes(), StandardCharsets.UTF_8).strip();
    String shown =
        words.length() > MOST_WORDS ? "..." + words.substring(words.length() - MOST_WORDS) : words;
    return shown.isEmpty() ? "" : ": " + shown;
  }

  private static long left(long end) {
    return Math.max(0, end - System.nanoTime());
  }

  /** What a stream has given so far; read by a thread of its own, so that no pipe gets full. */
  private static final class Gathered {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread reader;
    volatile boolean tooMuch;

    Gathered(InputStream stream, int most) {
      reader = Thread.ofVirtual().start(() -> read(stream, most));
    }

    private void read(InputStream stream, int most) {
      byte[] part = new byte[8192];
      try (stream) {
        for (int n = stream.read(part); n >= 0; n = stream.read(part)) {
          bytes.write(part, 0, n);
          if (bytes.size() > most) {
            tooMuch = true;
            return;
          }
        }
      } catch (IOException closed) {
        // Then it has said all that it will.
      }
    }

    boolean await(long end) throws InterruptedException {
      return reader.join(Duration.ofNanos(left(end)));
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
