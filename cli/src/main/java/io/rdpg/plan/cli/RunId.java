package io.rdpg.plan.cli;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Creates the id of a run: its start time, and a random suffix. */
final class RunId {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private RunId() {}

  /** Such as {@code 20261123T215301Z-7f3a}: sorts by time, fit for a directory's name. */
  static String at(Clock clock) {
    int tail = 0x10000 + new SecureRandom().nextInt(0x10000);
    return SECOND.format(clock.instant()) + "-" + Integer.toHexString(tail).substring(1);
  }
}
