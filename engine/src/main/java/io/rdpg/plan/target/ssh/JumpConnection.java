package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.target.ssh.config.Hop;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** Connects to a host from another one, through whose session the connection goes. */
record JumpConnection(SshSession jump, Hop host, Duration timeout) implements Connection {

  @Override
  public Socket open() throws IOException {
    Session session = jump.present();
    if (session == null) {
      throw failed(Code.CONNECTION_LOST, "the connection to it was lost", "run the plan again");
    }
    try {
      return Tunnel.open(session, host.host(), host.port(), timeout);
    } catch (Tunnel.ProhibitedException e) {
      throw failed(
          Code.FORWARDING_REFUSED,
          "its sshd refuses to forward connections",
          "set AllowTcpForwarding yes (or local) and PermitOpen in its sshd_config");
    } catch (IOException e) {
      throw failed(
          Code.UNREACHABLE,
          "from there it can't be reached: " + e.getMessage(),
          "check the address, as the jump host sees it, and that sshd runs there");
    } catch (JSchException e) {
      throw jump.lost(e);
    }
  }

  private RuntimeException failed(Code code, String why, String hint) {
    return Diagnostic.of(
            code, "no SSH connection to " + host.place() + " through " + jump.place() + ": " + why)
        .withHint(hint)
        .failure();
  }
}
