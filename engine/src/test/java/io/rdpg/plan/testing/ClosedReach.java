package io.rdpg.plan.testing;

import io.rdpg.plan.diag.Diagnostic;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.reach.Reach;
import java.net.Socket;
import java.time.Duration;

/** The way to a node that can't be used. */
public record ClosedReach(Diagnostic why) implements Reach {
  @Override
  public Reply run(Script script, Cancellation cancellation) {
    throw why.failure();
  }

  @Override
  public Socket open(String host, int port, Duration timeout) {
    throw why.failure();
  }

  @Override
  public void close() {}
}
