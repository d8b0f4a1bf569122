package io.rdpg.plan.e2e;

import io.rdpg.plan.target.files.ReadScripts;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What rdpg-plan's shells on the nodes are given: sshd starts a recorder in their place (a forced
 * command of the key), which passes everything on to the command that was asked for.
 */
final class OverheardShell {
  private final Path records;

  private OverheardShell(Path records) {
    this.records = records;
  }

  static OverheardShell setUp(LabUnderTest lab) {
    try {
      Path records = Files.createDirectory(lab.directory().resolve("shells"));
      Path recorder = lab.directory().resolve("recorder");
      Files.writeString(
          recorder,
          """
          #!/bin/sh
          record=$(mktemp %s/XXXXXXXX)
          printf '%%s\\n' "$SSH_ORIGINAL_COMMAND" >"$record"
          tee -a "$record" | sh -c "$SSH_ORIGINAL_COMMAND"
          """
              .formatted(records));
      Files.setPosixFilePermissions(recorder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path keys = lab.home().resolve("ssh/authorized_keys");
      Files.writeString(keys, "command=\"" + recorder + "\" " + TestFiles.read(keys));
      return new OverheardShell(records);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void forget() {
    for (Path record : records()) {
      try {
        Files.delete(record);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Every script since, whole. */
  List<String> scripts() {
    List<String> scripts = new ArrayList<>();
    for (Path record : records()) {
      scripts.addAll(scripts(TestFiles.read(record)));
    }
    return scripts;
  }

  /** Those of them that aren't made of looks at files alone. */
  List<String> acts() {
    return scripts().stream().filter(script -> !ReadScripts.isOfLooks(script)).toList();
  }

  private List<Path> records() {
    try (Stream<Path> files = Files.list(records)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Undoes the framing: {@code MARK LINES BYTES}, the script, its input, {@code MARK}. */
  private static List<String> scripts(String record) {
    int at = record.indexOf('\n') + 1;
    String command = record.substring(0, at);
    if (!command.startsWith("exec sh -c 'trap \"hit=1\" TERM;")) {
      return List.of(command);
    }
    List<String> scripts = new ArrayList<>();
    while (at < record.length()) {
      int end = record.indexOf('\n', at);
      String[] header = record.substring(at, end).split(" ", -1);
      int from = end + 1;
      at = from;
      for (int line = 0; line < Integer.parseInt(header[1]); line++) {
        at = record.indexOf('\n', at) + 1;
      }
      String script = record.substring(from, at);
      int bytes = Integer.parseInt(header[2]);
      String rest = record.substring(at);
      String input =
          new String(rest.getBytes(StandardCharsets.UTF_8), 0, bytes, StandardCharsets.UTF_8);
      scripts.add(bytes == 0 ? script : script + "<<\n" + input);
      at = record.indexOf('\n', at + input.length()) + 1;
    }
    return scripts;
  }
}
