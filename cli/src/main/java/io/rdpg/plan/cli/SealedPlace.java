package io.rdpg.plan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The file that a preview is to be sealed into, and whether this run has written it. */
final class SealedPlace {
  private final Path file;
  private volatile boolean written;

  SealedPlace(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /** From now on it is this run's. */
  void written() {
    written = true;
  }

  /** What a page says of it, so that who approves can compare it: its SHA-256. */
  String inWords() {
    if (!written) {
      return "No sealed preview was written to " + file + ".";
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return "Sealed preview " + file + ", SHA-256 " + HexFormat.of().formatHex(digest);
    } catch (IOException gone) {
      return "There is no sealed preview " + file + ".";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
