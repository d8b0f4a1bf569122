package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.shell.NetworkError;
import java.nio.file.Path;
import java.util.Locale;

/** Converts errors of the SSH library to diagnostics. */
final class SshErrors {
  private SshErrors() {}

  static Failure of(Exception thrown, String node, NodeAccess.Ssh to, Path knownHosts) {
    return new Failure(diagnostic(thrown, to, knownHosts).orOn(node), thrown);
  }

  private static Diagnostic diagnostic(Exception thrown, NodeAccess.Ssh to, Path knownHosts) {
    String place = to.host() + ":" + to.port();
    return switch (thrown) {
      case JSchUnknownHostKeyException _ ->
          Diagnostic.of(
                  Code.HOST_KEY_REFUSED, "the host key of " + place + " is not in " + knownHosts)
              .withHint(
                  "compare its fingerprint with the server's, then add it: ssh-keyscan -p %d %s >> %s"
                      .formatted(to.port(), to.host(), knownHosts));
      case JSchChangedHostKeyException _ ->
          Diagnostic.of(
                  Code.HOST_KEY_REFUSED,
                  "the host key of " + place + " differs from the one in " + knownHosts)
              .withHint(
                  "someone may be intercepting the connection; if the server was reinstalled: ssh-keygen -f %s -R %s"
                      .formatted(knownHosts, knownHostsName(to)));
      case JSchHostKeyException e ->
          Diagnostic.of(
                  Code.HOST_KEY_REFUSED,
                  "the host key of " + place + " is refused: " + e.getMessage())
              .withHint("check its lines in " + knownHosts);
      case Exception e when aboutAuthentication(e) -> authenticationFailed(to, place);
      case Exception e when LoginQueue.foundNoRoom(e) ->
          Diagnostic.of(
                  Code.UNREACHABLE,
                  "no SSH connection to "
                      + place
                      + ": sshd closed it before the login, again and again")
              .withHint(
                  "see sshd's log there; if too many log in at once, raise MaxStartups in its sshd_config");
      case JSchAlgoNegoFailException e ->
          Diagnostic.of(
                  Code.UNREACHABLE,
                  "no SSH connection to %s: sshd offers none of the algorithms that are known here for %s; it offers %s"
                      .formatted(place, e.getAlgorithmName(), e.getServerProposal()))
              .withHint("let sshd there offer one of " + e.getJSchProposal());
      case Exception e when String.valueOf(e.getMessage()).contains("version string") ->
          Diagnostic.of(
                  Code.UNREACHABLE, "no SSH connection to " + place + ": what answers is no sshd")
              .withHint("check ansible_host and ansible_port");
      default ->
          Diagnostic.of(Code.UNREACHABLE, "no SSH connection to " + place + ": " + why(thrown))
              .withHint("check ansible_host and ansible_port, and that sshd runs there");
    };
  }

  private static Diagnostic authenticationFailed(NodeAccess.Ssh to, String place) {
    return Diagnostic.of(
            Code.AUTHENTICATION_FAILED,
            "authentication failed for user '" + to.user() + "' at " + place)
        .withHint(
            to.privateKey() != null
                ? "put " + to.privateKey() + ".pub into the user's authorized_keys there"
                : "name a key in ansible_ssh_private_key_file, or add one to ssh-agent");
  }

  /** JSch has no exception of its own for a refused key. */
  private static boolean aboutAuthentication(Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.startsWith("auth fail")
        || message.startsWith("auth cancel")
        || message.startsWith("userauth")
        || message.contains("too many authentication failures");
  }

  private static String knownHostsName(NodeAccess.Ssh to) {
    return to.port() == 22 ? to.host() : "'[" + to.host() + "]:" + to.port() + "'";
  }

  private static String why(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    return NetworkError.words(thrown)
        .orElse(message.contains("timeout") ? "no answer in time" : message);
  }
}
