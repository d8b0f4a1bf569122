package io.rdpg.plan.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** OpenSSH's sshd: run by root it accepts root, run by another user it accepts that user. */
record SshServer(LabContext site, LabNode node) implements LabServer {
  private static final int TIMEOUT_MS = 1000;
  private static final String BANNER = "SSH-2.0-";

  /** Where Debian's sshd, as root, wants its empty directory for unprivileged work. */
  private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

  @Override
  public ServerKind kind() {
    return ServerKind.SSH;
  }

  @Override
  public List<Integer> ports() {
    return List.of(node.ports().ssh());
  }

  @Override
  public void prepare() {
    if (LabUser.isRoot(site.user().login())) {
      LabDirectories.make(PRIVILEGE_SEPARATION);
    }
    LabDirectories.write(configFile(), config(), "rw-r--r--", null);
  }

  /**
   * The configuration (sshd_config(5)). SHLVL keeps bash from reading the user's .bashrc, which it
   * does when sshd starts it as the first shell: a lab doesn't depend on its content, nor on how
   * long it takes.
   */
  String config() {
    return """
    ListenAddress %s:%d
    HostKey %s
    AuthorizedKeysFile %s
    AllowUsers %s
    PermitRootLogin prohibit-password
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    UsePAM no
    StrictModes no
    UseDNS no
    PidFile none
    MaxStartups 200
    SetEnv PATH=%s SHLVL=2
    """
        .formatted(
            node.address(),
            node.ports().ssh(),
            SshKeys.hostKey(site.home(), node),
            site.home().authorizedKeys(),
            site.user().login(),
            site.searchPath());
  }

  @Override
  public List<String> command() {
    return List.of(
        site.tools().path(RequiredProgram.SSHD), "-D", "-e", "-f", configFile().toString());
  }

  @Override
  public boolean asLabUser() {
    return false;
  }

  @Override
  public boolean answers(long pid) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(node.address(), node.ports().ssh()), TIMEOUT_MS);
      byte[] start = socket.getInputStream().readNBytes(BANNER.length());
      return BANNER.equals(new String(start, StandardCharsets.US_ASCII));
    }
  }

  private Path configFile() {
    return directory(site.home()).resolve("sshd_config");
  }
}
