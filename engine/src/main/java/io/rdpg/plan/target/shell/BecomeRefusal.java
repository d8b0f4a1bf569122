package io.rdpg.plan.target.shell;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.Text;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says why a user could not be become, in the words of sudo, doas or su, and what to do next.
 *
 * @param login the user who logs in
 * @param user the one who was to be become
 */
record BecomeRefusal(String node, String login, String user, NodeAccess.Become how) {
  private static final int MOST_LINES = 3;

  /** sudo repeats the command that it refuses, and ours is long. */
  private static final Pattern COMMAND =
      Pattern.compile("(execute '\\S+) -c .*?'(?= as )", Pattern.DOTALL);

  /**
   * @param said what was printed instead of the new user's shell
   */
  Failure of(String said) {
    String words = words(said);
    return words.isEmpty()
        ? failure(method() + " ended without a word", byHand())
        : failure(words, hint(words));
  }

  /** It asks, and there is nothing to answer. */
  Failure ofNoPassword() {
    return failure(method() + " asks for a password", passwordHint());
  }

  /** Neither did it ask, nor end. */
  Failure ofSilence(String said, Duration patience) {
    String words = words(said);
    return failure(
        "no shell within %d s%s"
            .formatted(patience.toSeconds(), words.isEmpty() ? "" : ": " + words),
        byHand());
  }

  private String byHand() {
    NodeAccess.Become withoutPassword = new NodeAccess.Become(how.method(), null);
    return "try it by hand as %s on the node: %s"
        .formatted(login, new BecomeCommand(withoutPassword, user, "").running("id"));
  }

  private Failure failure(String why, String hint) {
    return Diagnostic.of(
            Code.BECOME_REFUSED,
            "%s could not become %s by %s: %s".formatted(login, user, method(), why))
        .withHint(hint)
        .orOn(node)
        .failure();
  }

  private String method() {
    return how.method().word();
  }

  /** What it said last. */
  private String words(String said) {
    List<String> lines =
        COMMAND
            .matcher(said)
            .replaceAll("$1 ...'")
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    String last =
        String.join("; ", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    return Optional.ofNullable(how.password()).orElse(Text.EMPTY).redact(last);
  }

  private String hint(String words) {
    if (words.contains("not found") || words.contains("No such file or directory")) {
      return method() + " must be installed there, or choose another ansible_become_method";
    }
    if (words.contains("unknown user") || words.contains("does not exist")) {
      return "check become_user and ansible_become_user, or create the user first";
    }
    if (words.contains("have a tty")) {
      return "no terminal is used: write 'Defaults:" + login + " !requiretty' by visudo there";
    }
    if (words.contains("not in the sudoers")
        || words.contains("not allowed to")
        || words.contains("may not run sudo")
        || words.contains("Operation not permitted")) {
      return "let %s become %s: %s".formatted(login, user, rule());
    }
    if (words.contains("not available") || words.contains("restricted shell")) {
      return user + " has no shell to log in with, which su wants: use ansible_become_method: sudo";
    }
    if (words.contains("assword")
        || words.contains("try again")
        || words.contains("uthentication")) {
      return passwordHint();
    }
    return byHand();
  }

  private String passwordHint() {
    return switch (how.method()) {
      case DOAS -> "doas reads passwords from a terminal only: " + rule();
      case SUDO ->
          how.password() == null
              ? "set ansible_become_password to the password of %s, as a secret; or %s"
                  .formatted(login, rule())
              : "check ansible_become_password: it must be the password of " + login;
      case SU ->
          how.password() == null
              ? "set ansible_become_password to the password of %s, as a secret".formatted(user)
              : "check ansible_become_password: su wants the password of " + user;
    };
  }

  private String rule() {
    return switch (how.method()) {
      case SUDO -> "write '%s ALL=(%s) NOPASSWD: ALL' by visudo there".formatted(login, user);
      case DOAS -> "write 'permit nopass %s as %s' in doas.conf there".formatted(login, user);
      case SU -> "give it the password of " + user + ", as a secret";
    };
  }
}
