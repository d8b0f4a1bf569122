package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.testing.DirectTransport;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** A process that takes a lock, says so, and holds it until it is killed or its parent ends. */
final class HoldsALock {
  private HoldsALock() {}

  public static void main(String[] args) throws IOException {
    NodeAccess.Consul access = new NodeAccess.Consul(args[0], Integer.parseInt(args[1]));
    Locks locks =
        new ConsulEffects(access, new DirectTransport(), "victim").locks("doomed", LoginTurns.NONE);
    Locks.Held held =
        locks.acquire(
            new Locks.Terms(args[2], Duration.ofDays(1), TestDeadlines.LONG, Duration.ZERO),
            (holder, elapsed) -> {},
            new Cancellation());
    System.out.println(held.session());
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
