package io.rdpg.plan.e2e;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code HOME/restart NODE} of a lab: restarts a node's PostgreSQL as its unit would, so that the
 * lab knows the new process, too; by the node's own programs, {@code NODE/pg}, where it has some.
 */
final class RestartScript {
  private static final String TEXT =
      """
      #!/bin/sh
      set -eu
      cd "LAB_HOME/$1"
      data=$PWD/postgres/data
      pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || pid=
      program=$PWD/pg/bin/postgres
      [ -e "$program" ] || program=$(readlink "/proc/$pid/exe")
      [ -z "$pid" ] || kill -INT "$pid" || pid=
      await() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 1200 ]; sleep 0.05; done; }
      await '[ -z "$pid" ] || [ ! -e "$data/postmaster.pid" ]'
      [ ! -e broken ] || { echo "no such library" >&2; exit 1; }
      setsid sh -c 'cat /proc/$$/stat /proc/sys/kernel/random/boot_id >"$0" && exec "$@"' \\
        "$PWD/run/postgres" AS_THE_SERVERS_USER "$program" -D "$data" >>logs/postgres.log 2>&1 </dev/null &
      await 'sed -n 8p "$data/postmaster.pid" 2>/dev/null | grep -q ready'
      """;

  private RestartScript() {}

  /** Puts it into a lab's home. */
  static void in(LabUnderTest lab) {
    write(
        lab.home().resolve("restart"),
        TEXT.replace("LAB_HOME", lab.home().toString())
            .replace("AS_THE_SERVERS_USER", asTheServersUser(lab)));
  }

  /** Writes a script that everybody may run. */
  static void write(Path path, String text) {
    TestFiles.write(path, text);
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String asTheServersUser(LabUnderTest lab) {
    try {
      PosixFileAttributes data =
          Files.readAttributes(
              lab.file(lab.nodes().getFirst(), "postgres/data"), PosixFileAttributes.class);
      String owner = data.owner().getName();
      return owner.equals(System.getProperty("user.name"))
          ? ""
          : "setpriv --reuid=%s --regid=%s --clear-groups".formatted(owner, data.group().getName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
