package io.rdpg.plan.target.files;

import io.rdpg.plan.target.shell.ShellQuote;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The files that a service has accepted, copied beside themselves with owner and mode: {@code
 * /etc/c} to {@code /etc/.c.accepted}. They change as a set: all copies are first there as {@code
 * .c.accepted.new}, that of the first file last. Where that one is, the others are complete, so
 * whoever comes after a kill finishes the renames; where it isn't, the new ones count for nothing.
 *
 * <p>Keepers take turns, by a lock on the directory ({@code flock(1)}, where the node has it) that
 * ends with them.
 *
 * <p>A link to /dev/null stands for "there was no such file".
 */
record AcceptedFiles(List<String> files) {
  static final int CHANGED = 3;
  static final int NONE = 4;
  static final int SAME = 5;
  static final int LACKING = 6;

  /**
   * {@code return_file FILE COPY} puts a copy in place of a file that isn't as it, with the file's
   * other attributes, such as its SELinux context. Wants random.
   */
  private static final String RETURN =
      """
      t=
      trap 'rm -f -- "$t"' EXIT
      trap 'trap "" HUP INT TERM; exit 143' HUP INT TERM
      return_file() {
        p=$(readlink -f -- "$1") && [ -n "$p" ] || return 1
        cmp -s -- "$p" "$2" && [ "$(stat -c '%u %g %a' -- "$p")" = "$(stat -c '%u %g %a' -- "$2")" ] && return 0
        t=${p%/*}/.${p##*/}.rdpg-plan.$random
        cp -p -- "$2" "$t" || return 1
        [ ! -e "$p" ] || cp --attributes-only --preserve=xattr -- "$p" "$t" 2>/dev/null || :
        sync -- "$t" && mv -f -T -- "$t" "$p" && sync -- "${p%/*}/"
      }
      """;

  AcceptedFiles {
    files = List.copyOf(files);
  }

  /** Where a file that was accepted is kept. */
  static String copyOf(String file) {
    int slash = file.lastIndexOf('/');
    return file.substring(0, slash + 1) + "." + file.substring(slash + 1) + ".accepted";
  }

  /** Prints {@code accepted HASH} when all are kept. */
  String look() {
    return """
    set -- %s
    for f do
      [ -f "$f" ] && [ -r "$f" ] || set --
    done
    if [ $# -gt 0 ]; then
      hash=$(cat -- "$@" | sha256sum) || exit 1
      echo "accepted ${hash%%%% *}"
    fi
    """
        .formatted(words(""));
  }

  /**
   * Keeps the files that are there.
   *
   * @param random makes the names of temporary files
   * @return a script that exits with {@link #CHANGED} when they don't have that hash any more
   */
  String keep(String hash, String random) {
    String temporary = words("." + random);
    return "umask 077\n"
        + "trap 'rm -f -- %s' EXIT\n".formatted(temporary.replace("'", "'\\''"))
        + "trap 'trap \"\" HUP INT TERM; exit 143' HUP INT TERM\n"
        + turn()
        + finish()
        + each("cp -p -- %1$s %2$s." + random + " || exit 1")
        + "hash=$(cat -- %s | sha256sum) && [ \"${hash%%%% *}\" = %s ] || exit %d\n"
            .formatted(temporary, ShellQuote.word(hash), CHANGED)
        + "sync -- "
        + temporary
        + " || exit 1\n"
        + reversed("mv -f -T -- %2$s." + random + " %2$s.new || exit 1")
        + finish();
  }

  /**
   * Puts them back.
   *
   * @param hash of the files that are to be replaced
   * @return a script that exits with {@link #CHANGED} when the files there aren't those, with
   *     {@link #NONE} when none are kept, with {@link #SAME} when they are those that are there,
   *     and with {@link #LACKING} when those that are kept are, and others are not kept, whose
   *     names it prints
   */
  String putBack(String hash, String random) {
    return turn()
        + "hash=$(cat -- %s | sha256sum) && [ \"${hash%%%% *}\" = %s ] || exit %d\n"
            .formatted(ShellQuote.words(files), ShellQuote.word(hash), CHANGED)
        + finish()
        + "umask 077\nkept=\nother=\nlacking=\n"
        + each(
            """
            if [ -e %2$s ]; then
              kept=1
              cmp -s -- %1$s %2$s || other=1
            else
              lacking="$lacking"%1$s"
            "
            fi\
            """)
        + """
        [ -n "$kept" ] || exit %d
        if [ -z "$other" ]; then
          printf %%s "$lacking"
          [ -n "$lacking" ] && exit %d || exit %d
        fi
        """
            .formatted(NONE, LACKING, SAME)
        + "random=%s\n".formatted(random)
        + RETURN
        + each(
            """
            if [ -f %2$s ]; then
              return_file %1$s %2$s || exit 1
            elif [ -L %2$s ]; then
              rm -f -- %1$s || exit 1
            fi\
            """);
  }

  private String turn() {
    String first = files.getFirst();
    return """
    if [ -r %1$s ] && command -v flock >/dev/null; then
      exec 9<%1$s
      flock 9
    fi
    """
        .formatted(ShellQuote.word(first.substring(0, Math.max(1, first.lastIndexOf('/')))));
  }

  /** Finishes the renames of a keeper that was killed. */
  private String finish() {
    return "if [ -e %1$s ]; then\n".formatted(name(0, ".new"))
        + reversed("[ ! -e %2$s.new ] || mv -f -T -- %2$s.new %2$s || exit 1")
        + "else\n  rm -f -- %s\nfi\n".formatted(words(".new"));
  }

  private String each(String line) {
    return IntStream.range(0, files.size())
        .mapToObj(i -> line(i, line))
        .collect(Collectors.joining());
  }

  private String reversed(String line) {
    return IntStream.range(0, files.size())
        .mapToObj(i -> line(files.size() - 1 - i, line))
        .collect(Collectors.joining());
  }

  private String line(int file, String line) {
    return String.format(Locale.ROOT, line, ShellQuote.word(files.get(file)), name(file, ""))
        + "\n";
  }

  private String name(int file, String suffix) {
    return ShellQuote.word(copyOf(files.get(file)) + suffix);
  }

  private String words(String suffix) {
    return ShellQuote.words(files.stream().map(file -> copyOf(file) + suffix).toList());
  }
}
