package io.rdpg.plan.world.files;

import io.rdpg.plan.diag.Code;
import io.rdpg.plan.diag.Failure;
import io.rdpg.plan.model.Text;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.reach.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sees what is at a path. Links are followed. */
final class FileLook {
  /** Exit codes of {@code at}. */
  private static final int ABSENT = 3;

  private static final int OTHER = 4;

  private static final int NO_FOLDER = 5;

  /**
   * {@code at PATH} prints one line about a regular file, then its content. {@code absent PATH}
   * holds when nothing is at the path; when a regular file has come there just now, it doesn't, and
   * anything else ends the script. {@code folder PATH} holds when a file could be put at the path,
   * as far as folders go; else it prints the one that is missing.
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
      folder() {
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
          folder "$1" && exit 3
          exit 5
        fi
        at "$1"
      }
      """;

  private FileLook() {}

  static String script(Look.FileAt look) {
    return "at " + Quoted.word(look.path());
  }

  static Answer.FileState read(Look.FileAt look, Batch.Section section) {
    return switch (section.exit()) {
      case 0 -> file(section.output());
      case ABSENT -> new Answer.NoFile();
      case NO_FOLDER -> new Answer.NoFolder(section.text());
      case OTHER -> new Answer.OtherFile(named(section.said()));
      default ->
          throw Failure.of(
              Code.FILE_FAILED,
              look.path() + " can't be read: " + section.said(),
              "let the user that connects (ansible_user) read it");
    };
  }

  private static Answer.File file(byte[] output) {
    int end = Bytes.find(output, new byte[] {'\n'}, 0);
    List<String> about = List.of(new String(output, 0, end, StandardCharsets.UTF_8).split(":", -1));
    String content = new String(output, end + 1, output.length - end - 1, StandardCharsets.UTF_8);
    return new Answer.File(
        Text.plain(content), about.get(0), about.get(1), Integer.parseInt(about.get(2), 8));
  }

  private static String named(String type) {
    return type.equals("directory") ? "a folder" : "a " + type;
  }
}
