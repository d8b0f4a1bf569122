package io.rdpg.plan.testing;

import java.util.concurrent.ThreadLocalRandom;

/** Loopback addresses that no other test uses, so that servers can keep their usual ports. */
public final class OwnAddress {
  private OwnAddress() {}

  public static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127."
        + random.nextInt(100, 250)
        + "."
        + random.nextInt(1, 250)
        + "."
        + random.nextInt(1, 250);
  }
}
