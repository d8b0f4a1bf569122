package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.shell.ShellQuote;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sees what is at a path. Links are followed. */
final class FileReader {
  /** Exit codes of {@code at}. */
  private static final int ABSENT = 3;

  private static final int OTHER = 4;

  private static final int NO_DIRECTORY = 5;

  /**
   * {@code at PATH} prints one line about a regular file, then its content. {@code absent PATH}
   * holds when nothing is at the path; when a regular file has come there just now, it doesn't, and
   * anything else ends the script. {@code directory PATH} holds when a file could be put at the
   * path, as far as directories go; else it prints the one that is missing.
   */
  static final String FUNCTIONS =
      """
      absent() {
        if s=$(LC_ALL=C stat -L -c %F -- "$1" 2>&1); then
          case $s in regular*file) return 1 ;; esac
          printf '%s is a %s' "$1" "$s"
          exit 1
        fi
        case $s in
          *'No such file or directory'* | *'Not a directory'*) ;;
          *) printf %s "$s"; exit 1 ;;
        esac
      }
      directory() {
        p=$(readlink -f -- "$1") && [ -n "$p" ] && p=${p%/*} && [ -d "${p:-/}" ] && return 0
        p=$(readlink -m -- "$1") && printf %s "${p%/*}"
        return 1
      }
      at() {
        if s=$(LC_ALL=C stat -L -c '%U:%G:%a:%F' -- "$1" 2>&1); then
          case $s in
            *:regular*file) printf '%s\\n' "$s"; exec cat -- "$1" ;;
            *) printf %s "${s##*:}"; exit 4 ;;
          esac
        fi
        if absent "$1"; then
          directory "$1" && exit 3
          exit 5
        fi
        at "$1"
      }
      """;

  private FileReader() {}

  static String script(Read.FileAt read) {
    return "at " + ShellQuote.word(read.path());
  }

  static Observation.FileState read(Read.FileAt read, ScriptBatch.Section section) {
    return switch (section.exit()) {
      case 0 -> file(section.output());
      case ABSENT -> new Observation.NoFile();
      case NO_DIRECTORY -> new Observation.NoDirectory(section.text());
      case OTHER -> new Observation.OtherFile(named(section.said()));
      default ->
          throw Failure.of(
              Code.FILE_FAILED,
              read.path() + " can't be read: " + section.said(),
              "the user (ansible_user, or become_user) must be able to read it");
    };
  }

  private static Observation.File file(byte[] output) {
    int end = ByteSearch.find(output, new byte[] {'\n'}, 0);
    List<String> about = List.of(new String(output, 0, end, StandardCharsets.UTF_8).split(":", -1));
    String content = new String(output, end + 1, output.length - end - 1, StandardCharsets.UTF_8);
    return new Observation.File(
        Text.plain(content), about.get(0), about.get(1), Integer.parseInt(about.get(2), 8));
  }

  private static String named(String type) {
    return type.equals("directory") ? "a directory" : "a " + type;
  }
}
