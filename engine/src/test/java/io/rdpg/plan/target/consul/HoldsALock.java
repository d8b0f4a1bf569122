package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.testing.DirectTransport;
import java.time.Duration;

/** A process that takes a lock, says so, and holds it until it is killed. */
final class HoldsALock {
  private HoldsALock() {}

  public static void main(String[] args) throws InterruptedException {
    NodeAccess.Consul access = new NodeAccess.Consul(args[0], Integer.parseInt(args[1]));
    Locks locks = new ConsulEffects(access, new DirectTransport(), "victim").locks("doomed");
    Locks.Held held =
        locks.acquire(
            new Locks.Terms(args[2], Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ZERO),
            (holder, elapsed) -> {},
            new Cancellation());
    System.out.println(held.session());
    Thread.sleep(Duration.ofMinutes(5));
  }
}
