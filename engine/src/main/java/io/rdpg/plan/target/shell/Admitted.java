package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import java.util.function.Supplier;

/** Starts shells where and when their host admits them. */
final class Admitted {
  private Admitted() {}

  /**
   * Starts one. Once more when the connection turns out to be gone: nothing has been done on it
   * yet.
   *
   * @throws Failure when the host can't be used, or it was cancelled
   */
  static <T> T at(ShellHost host, Cancellation cancellation, Supplier<T> start) {
    try {
      return once(host, cancellation, start);
    } catch (Failure failure) {
      if (failure.diagnostic().code() != Code.CONNECTION_LOST) {
        throw failure;
      }
      return once(host, cancellation, start);
    }
  }

  private static <T> T once(ShellHost host, Cancellation cancellation, Supplier<T> start) {
    try (ShellHost.Admission _ = host.admission(cancellation)) {
      return start.get();
    }
  }
}
