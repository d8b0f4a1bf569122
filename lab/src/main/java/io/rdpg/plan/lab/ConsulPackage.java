package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Where Consul comes from: {@code CONSUL_BIN}, else PATH, else Debian 11, the last that had it. */
public final class ConsulPackage {
  private static final String VERSION = "1.8.7+dfsg1-2+b3";
  private static final String AMD64_SHA256 =
      "e4e888bba104daba1d9161f49bfc52649a7e4efd45b1a7ead5bc54f2cb9c89d9";

  private ConsulPackage() {}

  /**
   * Finds the program, or downloads it.
   *
   * @param progress receives what takes time
   * @throws Failure when there is none and it can't be downloaded
   */
  public static Path locate(Consumer<String> progress) {
    String named = System.getenv("CONSUL_BIN");
    if (named != null && !named.isEmpty()) {
      Path program = Path.of(named).toAbsolutePath();
      if (!Files.isExecutable(program)) {
        throw Failure.of(
            Code.LAB_FAILED,
            "CONSUL_BIN names " + named + ", which is not a program",
            "set it to the path of consul, or unset it");
      }
      return program;
    }
    return RequiredPrograms.find("consul").orElseGet(() -> cached(progress));
  }

  private static Path cached(Consumer<String> progress) {
    Path directory = LabCache.directory().resolve("consul-" + VERSION);
    Path program = directory.resolve("usr/bin/consul");
    if (!Files.isExecutable(program)) {
      fetch(directory, progress);
    }
    return program;
  }

  private static void fetch(Path directory, Consumer<String> progress) {
    Optional<Path> apt = RequiredPrograms.find("apt-get");
    if (apt.isEmpty() || !System.getProperty("os.arch").equals("amd64")) {
      throw missing(Diagnostic.of(Code.LAB_FAILED, "the lab needs consul, not found on PATH"));
    }
    progress.accept("downloading consul " + VERSION + " (Debian 11, 14 MB)");
    try {
      ShortCommand.script("consul.sh", directory.toString(), VERSION, AMD64_SHA256).run();
    } catch (Failure e) {
      throw missing(e.diagnostic());
    }
  }

  private static Failure missing(Diagnostic why) {
    return why.withHint("install consul (1.8 or newer), or set CONSUL_BIN to its path").failure();
  }
}
