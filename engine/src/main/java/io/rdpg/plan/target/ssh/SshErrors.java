package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.shell.NetworkError;
import io.rdpg.plan.target.ssh.config.Hop;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Converts errors of the SSH library to diagnostics. */
final class SshErrors {
  private SshErrors() {}

  /** Why the host or we refused to go on; null when neither did. */
  static @Nullable Diagnostic refusal(
      Exception thrown, String place, Hop host, KnownHosts known, OfferedKeys keys) {
    return switch (thrown) {
      case JSchHostKeyException e -> hostKey(e, place, host, known);
      case Exception e when aboutAuthentication(e) -> authentication(place, host, keys);
      default -> null;
    };
  }

  private static Diagnostic hostKey(
      JSchHostKeyException thrown, String place, Hop host, KnownHosts known) {
    String key = "the host key of " + place + " (" + known.fingerprint() + ")";
    String revoked = known.revokedAt();
    String other = known.otherKeyAt();
    if (known.isTooShort()) {
      return Diagnostic.of(
              Code.HOST_KEY_REFUSED, key + " has less than " + host.leastRsaBits() + " bits")
          .withHint(
              "give the server a longer one, or one of another type; RequiredRSASize of the ssh"
                  + " configuration says how long it must be");
    }
    if (revoked != null) {
      return Diagnostic.of(Code.HOST_KEY_REFUSED, key + " is revoked at " + revoked)
          .withHint("someone may have stolen it: give the server a new host key");
    }
    if (other != null) {
      String file = other.substring(0, other.lastIndexOf(':'));
      return Diagnostic.of(Code.HOST_KEY_REFUSED, key + " differs from the one in " + other)
          .withHint(
              "someone may be intercepting the connection; if the server was reinstalled: ssh-keygen -f %s -R %s"
                  .formatted(file, quoted(KnownHosts.filedUnder(host))));
    }
    if (thrown instanceof JSchUnknownHostKeyException) {
      return Diagnostic.of(
              Code.HOST_KEY_REFUSED, key + " is not in " + files(known) + unusualTrust(host, known))
          .withHint(howToTrust(host));
    }
    return Diagnostic.of(
            Code.HOST_KEY_REFUSED,
            "the host key of " + place + " is refused: " + thrown.getMessage())
        .withHint("check its lines in " + files(known));
  }

  private static String files(KnownHosts known) {
    return known.files().isEmpty()
        ? "any file, since the ssh configuration names none"
        : String.join(" or ", known.files().stream().map(Path::toString).toList());
  }

  private static String unusualTrust(Hop host, KnownHosts known) {
    String asked = host.trust().asked();
    return (known.hasAuthority() ? ", and no trusted authority has signed it for this name" : "")
        + (asked == null ? "" : "; " + asked + " is not followed: only known keys are trusted");
  }

  /** What is shown must be what is added, by whichever way the host is reached. */
  private static String howToTrust(Hop host) {
    String file =
        host.trust().user().stream().findFirst().map(Path::toString).orElse("~/.ssh/known_hosts");
    return host.via() instanceof Hop.Direct && host.hostKeyAlias() == null
        ? "compare its fingerprint with the server's, then add it: ssh-keyscan -p %d %s >> %s"
            .formatted(host.port(), host.host(), file)
        : "compare its fingerprint with the server's, then add it to %s as %s, which an answer of yes to this does: ssh %s"
            .formatted(file, quoted(KnownHosts.filedUnder(host)), host.name());
  }

  private static String quoted(String name) {
    return name.startsWith("[") ? "'" + name + "'" : name;
  }

  private static Diagnostic authentication(String place, Hop host, OfferedKeys keys) {
    return Diagnostic.of(
            Code.AUTHENTICATION_FAILED,
            "authentication failed for user '"
                + host.user()
                + "' at "
                + place
                + "; "
                + keys.account())
        .withHint(
            "put the public key of one into the user's authorized_keys there, or name another in"
                + " ansible_ssh_private_key_file; one with a passphrase: ssh-add it to ssh-agent");
  }

  /** There is no connection, or it ended before anybody refused anything. */
  static Diagnostic unreachable(Exception thrown, String place) {
    if (thrown instanceof JSchException && LoginQueue.foundNoRoom(thrown)) {
      return Diagnostic.of(
              Code.UNREACHABLE,
              "no SSH connection to "
                  + place
                  + ": sshd closed it before the login, again and again")
          .withHint(
              "see sshd's log there; if too many log in at once, raise MaxStartups in its sshd_config");
    }
    if (thrown instanceof JSchAlgoNegoFailException e) {
      return Diagnostic.of(
              Code.UNREACHABLE,
              "no SSH connection to %s: sshd offers none of the algorithms that are known here for %s; it offers %s"
                  .formatted(place, e.getAlgorithmName(), e.getServerProposal()))
          .withHint("let sshd there offer one of " + e.getJSchProposal());
    }
    if (String.valueOf(thrown.getMessage()).contains("version string")) {
      return Diagnostic.of(
              Code.UNREACHABLE, "no SSH connection to " + place + ": what answers is no sshd")
          .withHint("check ansible_host and ansible_port");
    }
    return Diagnostic.of(Code.UNREACHABLE, "no SSH connection to " + place + ": " + why(thrown))
        .withHint("check ansible_host and ansible_port, and that sshd runs there");
  }

  /** JSch has no exception of its own for a refused key. */
  private static boolean aboutAuthentication(Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.startsWith("auth fail")
        || message.startsWith("auth cancel")
        || message.startsWith("userauth")
        || message.contains("too many authentication failures");
  }

  private static String why(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    return NetworkError.words(thrown)
        .orElse(message.contains("timeout") ? "no answer in time" : message);
  }
}
