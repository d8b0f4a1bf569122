package io.rdpg.plan.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine is called: its kernel's word, which asks no name server. */
public final class HostName {
  private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /** The name; empty when it can't be read. */
  public static String get() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
