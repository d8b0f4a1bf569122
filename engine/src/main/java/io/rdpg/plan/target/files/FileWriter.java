package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.ShellQuote;
import io.rdpg.plan.target.shell.Transport;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts a file in place so that at every moment either the old or the new one is there, whole. A
 * link stays a link: the file that it leads to is written. A kill in the middle may leave a file
 * {@code .NAME.rdpg-plan.RANDOM} that only its owner can read. A file that is already as it is to
 * be stays the same file.
 */
final class FileWriter {
  private static final int NO_DIRECTORY = 10;
  private static final int NO_REGULAR_FILE = 11;
  private static final int NO_TEMPORARY_FILE = 12;
  private static final int NO_OWNER = 13;
  private static final int NO_SPACE = 14;
  private static final int NO_MODE = 15;
  private static final int NO_SYNC = 16;
  private static final int NOT_VALID = 17;
  private static final int NO_RENAME = 18;
  private static final int NO_ACL = 19;
  private static final int NO_BACKUP = 20;

  /**
   * Wants path, size, owner, group, mode, backup, anew (each may be empty but path and size),
   * random, and a function validate. The temporary file's name is made up here, not by mktemp: so
   * its removal is seen to before it is there. What removes it is not to be hit by a second signal.
   *
   * <p>A connection that is lost ends the content early, which cat can't tell from its end: so its
   * size is compared.
   *
   * <p>A directory's default ACL counts instead of the umask, so the mode is set before the content
   * comes. An ACL is taken over with an empty mask: nobody gets access by it before the mode is
   * set, whose group bits are the mask ({@code acl(5)}). A file that had none gets none.
   */
  private static final String SCRIPT =
      """
      p=$(readlink -f -- "$path") && [ -n "$p" ] || exit 10
      d=${p%/*}
      d=${d:-/}
      n=${p##*/}
      [ -d "$d" ] || exit 10
      [ ! -e "$p" ] || [ -f "$p" ] || exit 11
      umask 077
      t=${d%/}/.$n.rdpg-plan.$random
      b=${backup:+$backup.$random}
      trap 'rm -f -- "$t" "$b"' EXIT
      trap 'trap "" HUP INT TERM; exit 143' HUP INT TERM
      set -C
      { :; } >"$t" && chmod 0600 -- "$t" || exit 12
      set +C
      if [ -f "$p" ]; then
        present=$(stat -c '%u %g %a' -- "$p") || exit 12
        set -- $present
        owner=${owner:-$1}
        group=${group:-$2}
        mode=${mode:-$3}
      fi
      own=$(stat -c '%u %g %U %G' -- "$t") || exit 12
      set -- $own
      case $owner in '' | "$1" | "$3") ;; *) chown -- "$owner" "$t" || exit 13 ;; esac
      case $group in '' | "$2" | "$4") ;; *) chgrp -- "$group" "$t" || exit 13 ;; esac
      cat >"$t" && [ "$(stat -c %s -- "$t")" = "$size" ] || exit 14
      if [ -f "$p" ]; then
        cp --attributes-only --preserve=xattr -- "$p" "$t" 2>/dev/null || :
        case $(ls -ld -- "$p") in
          ??????????+*)
            acl=$(getfacl -cpE -- "$p" | sed 's/^mask::.*/mask::---/; s/^other::.*/other::---/') &&
              printf '%s\\n' "$acl" | setfacl --set-file=- -- "$t" || exit 19
            ;;
          *)
            case $(ls -ld -- "$t") in
              ??????????+*) setfacl -b -- "$t" || exit 19 ;;
            esac
            ;;
        esac
      fi
      chmod -- "${mode:-0644}" "$t" || exit 15
      # Somebody else has written it meanwhile: a newer one would look as if no service had taken it.
      if [ -z "$anew" ] && cmp -s -- "$t" "$p" && [ "$(stat -c '%u %g %a' -- "$t")" = "$(stat -c '%u %g %a' -- "$p")" ]; then
        exit 0
      fi
      sync -- "$t" || exit 16
      validate >&2 </dev/null || exit 17
      if [ -n "$backup" ] && [ ! -e "$backup" ]; then
        if [ -f "$p" ]; then
          cp -p -- "$p" "$b" && sync -- "$b" || exit 20
        else
          ln -s /dev/null "$b" || exit 20
        fi
        mv -f -T -- "$b" "$backup" || exit 20
      fi
      mv -f -T -- "$t" "$p" || exit 18
      sync -- "$d" || exit 16
      """;

  private static final SecureRandom RANDOM = new SecureRandom();

  private FileWriter() {}

  static void perform(Transport transport, Effect.WriteFile effect, Cancellation cancellation) {
    perform(transport, effect, false, cancellation);
  }

  /** The same for a file whose time says something: it is a new one each time. */
  static void performAnew(Transport transport, Effect.WriteFile effect, Cancellation cancellation) {
    perform(transport, effect, true, cancellation);
  }

  private static void perform(
      Transport transport, Effect.WriteFile effect, boolean anew, Cancellation cancellation) {
    byte[] content = effect.content().reveal().getBytes(StandardCharsets.UTF_8);
    Transport.Reply reply =
        transport.run(
            new Transport.Script(script(effect, content.length, anew), content), cancellation);
    if (reply.exit() != 0) {
      throw failure(effect, reply);
    }
  }

  private static String script(Effect.WriteFile effect, int size, boolean anew) {
    Integer mode = effect.mode();
    return "anew=%s\nsize=%d\npath=%s\nbackup=%s\nrandom=%s\nowner=%s\ngroup=%s\nmode=%s\nvalidate() {\n%s\n}\n%s"
        .formatted(
            anew ? "yes" : "",
            size,
            ShellQuote.word(effect.path()),
            effect.backup() ? ShellQuote.word(AcceptedFiles.copyOf(effect.path())) : "",
            Long.toHexString(RANDOM.nextLong()),
            orEmpty(effect.owner()),
            orEmpty(effect.group()),
            mode == null ? "" : "0%o".formatted(mode),
            effect.validate().isEmpty() ? ":" : validation(effect),
            SCRIPT);
  }

  private static String orEmpty(@Nullable String name) {
    return name == null ? "" : ShellQuote.word(name);
  }

  private static String validation(Effect.WriteFile effect) {
    return effect.validate().stream()
        .map(word -> ShellQuote.word(word.reveal()).replace("%s", "'\"$t\"'"))
        .collect(Collectors.joining(" ", "( exec ", " )"));
  }

  private static Failure failure(Effect.WriteFile effect, Transport.Reply reply) {
    String path = effect.path();
    String said = CommandScripts.tail(said(effect, reply));
    return switch (reply.exit()) {
      case NO_DIRECTORY ->
          failed(
              path + " can't be written: its directory is missing" + said,
              "create the directory first; the user (ansible_user, or become_user) must be able to enter it");
      case NO_REGULAR_FILE ->
          failed(path + " is no regular file", "move it away, or choose another destination");
      case NO_TEMPORARY_FILE ->
          failed(
              "could not create a file beside " + path + said,
              "the user (ansible_user, or become_user) must be able to write in that directory");
      case NO_OWNER ->
          failed(
              "could not change the owner of %s to %s%s".formatted(path, who(effect), said),
              "check that they exist there; only root may give files to other users");
      case NO_SPACE -> failed(path + " can't be written" + said, "check that the disk has space");
      case NO_MODE -> failed("could not set the mode of " + path + said, null);
      case NO_SYNC -> failed(path + " could not be synced to disk" + said, "check the node's disk");
      case NOT_VALID ->
          Failure.of(
              Code.VALIDATION_FAILED,
              "%s was rejected by %s%s".formatted(path, effect.validate().getFirst(), said),
              "the file there is unchanged: correct the template or its variables");
      case NO_ACL ->
          failed(
              "the ACL of " + path + " could not be kept, so it was not written" + said,
              "install getfacl and setfacl on the node (package acl), or remove the ACL by setfacl -b");
      case NO_BACKUP -> failed("what %s replaces could not be kept".formatted(path) + said, null);
      case NO_RENAME -> failed(path + " could not be renamed into place" + said, null);
      default ->
          failed("writing %s ended with exit code %d%s".formatted(path, reply.exit(), said), null);
    };
  }

  private static Failure failed(String message, @Nullable String hint) {
    return Diagnostic.of(Code.FILE_FAILED, message).withHint(hint).failure();
  }

  private static String who(Effect.WriteFile effect) {
    String owner = effect.owner();
    String group = effect.group();
    if (owner == null && group == null) {
      return "its current owner";
    }
    return (owner == null ? "" : "user " + owner)
        + (owner == null || group == null ? "" : " and ")
        + (group == null ? "" : "group " + group);
  }

  /** Without secrets, and with the file's name instead of the temporary one's. */
  private static String said(Effect.WriteFile effect, Transport.Reply reply) {
    Text content = effect.content();
    return content
        .redact(CommandScripts.redact(reply.err(), effect.validate()))
        .replaceAll("\\.([^/\\s]+)\\.rdpg-plan\\.\\w+", "$1");
  }
}
