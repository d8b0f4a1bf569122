package io.rdpg.plan.testing;

import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The way to a node that can't be used. */
public record RefusingTransport(Diagnostic why) implements Transport {
  @Override
  public Reply run(Script script, Listener listener, Cancellation cancellation) {
    throw why.failure();
  }

  @Override
  public Socket open(String host, int port, Duration timeout) {
    throw why.failure();
  }

  @Override
  public Socket openUnix(String path, Duration timeout) {
    throw why.failure();
  }

  @Override
  public Transport as(@Nullable String user) {
    return this;
  }

  @Override
  public Traffic traffic() {
    return new Traffic();
  }

  @Override
  public void close() {}
}
