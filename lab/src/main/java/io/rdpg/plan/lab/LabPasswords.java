package io.rdpg.plan.lab;

import io.rdpg.plan.language.model.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The lab's passwords: random, made once, each in a file that only the user may read. */
record LabPasswords(Path directory) {
  /** PostgreSQL's superuser. */
  static final String POSTGRES = "postgres";

  /** RDPG's own user in every database. */
  static final String RDPG = "rdpg";

  private static final List<String> NAMES = List.of(POSTGRES, RDPG, "health", "haproxy_stats");
  private static final int BYTES = 16;

  /** Makes those that aren't there yet. */
  void make() {
    LabDirectories.makePrivate(directory);
    SecureRandom random = new SecureRandom();
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (!Files.exists(file)) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        LabDirectories.write(file, HexFormat.of().formatHex(bytes), "rw-------", null);
      }
    }
  }

  /** One of them; empty when the lab was never started or may not be read by this user. */
  Optional<Text> read(String name) {
    try {
      return Optional.of(Text.secret(Files.readString(directory.resolve(name)).strip()));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
