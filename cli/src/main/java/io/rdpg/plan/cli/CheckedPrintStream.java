package io.rdpg.plan.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream that stores the first error of writing to it, which {@link java.io.PrintStream}
 * swallows. Safe for use by many threads.
 */
final class CheckedPrintStream extends OutputStream {
  private final OutputStream to;
  private volatile @Nullable IOException failure;

  CheckedPrintStream(OutputStream to) {
    this.to = to;
  }

  /** What keeps output from its reader; empty when all went well or the reader went away. */
  Optional<String> error() {
    IOException first = failure;
    String message = first == null ? null : first.getMessage();
    return message == null || message.startsWith("Broken pipe")
        ? Optional.empty()
        : Optional.of(message);
  }

  /** Writes text in the encoding of standard output, and keeps the error if there is one. */
  void print(String text) {
    try {
      write(text.getBytes(System.out.charset()));
    } catch (IOException e) {
      // Kept.
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      to.write(bytes, from, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  /** The process's own standard output or error. */
  static CheckedPrintStream of(java.io.FileDescriptor descriptor) {
    return new CheckedPrintStream(new FileOutputStream(descriptor));
  }
}
