package io.rdpg.plan.world.consul;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.testing.DirectReach;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.Locks;
import java.time.Duration;

/** A process that takes a lock, says so, and holds it until it is killed. */
final class HoldsALock {
  private HoldsALock() {}

  public static void main(String[] args) throws InterruptedException {
    Access.Consul access = new Access.Consul(args[0], Integer.parseInt(args[1]));
    Locks locks = new ConsulEffects(access, new DirectReach(), "victim").locks("doomed");
    Locks.Held held =
        locks.acquire(
            new Locks.Terms(args[2], Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ZERO),
            (holder, elapsed) -> {},
            new Cancellation());
    System.out.println(held.session());
    Thread.sleep(Duration.ofMinutes(5));
  }
}
