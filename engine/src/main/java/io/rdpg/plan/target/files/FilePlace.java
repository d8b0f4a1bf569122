package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.shell.ShellQuote;
import org.jspecify.annotations.Nullable;

/** Sees whether a file may be put at a path, by what {@link FileWriter} needs there. */
final class FilePlace {
  private static final int NO_DIRECTORY = 10;
  private static final int NO_REGULAR_FILE = 11;
  private static final int NOT_WRITABLE = 12;
  private static final int NO_USER = 13;
  private static final int NO_GROUP = 14;
  private static final int NOT_TO_GIVE = 15;

  /**
   * {@code place PATH OWNER GROUP}, the last two may be empty. Prints the directory that is
   * missing, what the user may not do, or who would get the file. Names are asked for only where
   * they are given, or the file there is somebody else's.
   */
  static final String FUNCTION =
      """
      closed() {
        printf 'user %s may not %s %s' "$(id -un)" "$1" "$d"
        exit 12
      }
      place() {
        p=$1 u=$2 g=$3
        [ ! -L "$p" ] || p=$(readlink -m -- "$p") || p=$1
        d=${p%/*}
        d=${d:-/}
        if [ ! -d "$d" ]; then
          case $(LC_ALL=C stat -L -- "$d" 2>&1) in
            *'Permission denied'*) closed 'enter' ;;
          esac
          printf %s "$d"
          exit 10
        fi
        [ ! -e "$p" ] || [ -f "$p" ] || exit 11
        [ -w "$d" ] && [ -x "$d" ] || closed 'write in'
        if [ -f "$p" ]; then
          [ -n "$u" ] || [ -O "$p" ] || u=$(stat -c %u -- "$p")
          [ -n "$g" ] || [ -G "$p" ] || g=$(stat -c %g -- "$p")
        fi
        [ -n "$u$g" ] || exit 0
        me=$(id -u)
        [ "$me" = 0 ] || [ ! -f "$p" ] || [ ! -k "$d" ] || [ -O "$p" ] || [ -O "$d" ] ||
          closed "replace others' files in"
        case $u in
          '') ;;
          *[!0-9]*) u=$(id -u -- "$u" 2>/dev/null) || exit 13 ;;
        esac
        case $g in
          '') ;;
          *[!0-9]*)
            g=$({ getent group -- "$g" || grep -- "^$g:" /etc/group; } 2>/dev/null | cut -d : -f 3)
            [ -n "$g" ] || exit 14
            ;;
        esac
        [ "$me" != 0 ] || exit 0
        [ -z "$u" ] || [ "$u" = "$me" ] || { id -nu -- "$u"; exit 15; }
        case " $(id -G) " in
          *" ${g:-$(id -g)} "*) ;;
          *) echo "group ${3:-$g}"; exit 15 ;;
        esac
        exit 0
      }
      """;

  private FilePlace() {}

  static String script(Read.Placing read) {
    return "place %s %s %s"
        .formatted(ShellQuote.word(read.path()), word(read.owner()), word(read.group()));
  }

  private static String word(@Nullable String name) {
    return name == null ? "''" : ShellQuote.word(name);
  }

  static Observation.Place read(Read.Placing read, ScriptBatch.Section section) {
    String said = section.text().strip();
    return switch (section.exit()) {
      case 0 -> new Observation.Place(null, null);
      case NO_DIRECTORY ->
          new Observation.Place("directory " + said + " doesn't exist", "make it before");
      case NO_REGULAR_FILE ->
          new Observation.Place(
              read.path() + " is no regular file", "move it away, or choose another destination");
      case NOT_WRITABLE -> new Observation.Place(said, "use become, or give that user the right");
      case NO_USER ->
          new Observation.Place(
              "user " + read.owner() + " doesn't exist", "create the user, or correct its name");
      case NO_GROUP ->
          new Observation.Place(
              "group " + read.group() + " doesn't exist", "create the group, or correct its name");
      case NOT_TO_GIVE ->
          new Observation.Place("only root may give files to " + said, "use become");
      default ->
          throw Failure.of(
              Code.FILE_FAILED,
              "can't see whether %s can be written: %s".formatted(read.path(), section.said()));
    };
  }
}
