package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.file.Path;

/**
 * What it takes to reach the nodes of a lab: passwords and keys, in its home. A lab whose servers
 * run elsewhere, in containers, takes them from here.
 */
public final class LabAccess {
  private final LabHome home;

  private LabAccess(LabHome home) {
    this.home = home;
  }

  /**
   * Makes what isn't there yet.
   *
   * @throws Failure when it can't be written, or there is no ssh-keygen
   */
  public static LabAccess make(LabSpec spec) {
    LabHome home = new LabHome(spec.home());
    new LabPasswords(home.secrets()).make();
    String keygen = RequiredPrograms.find("ssh-keygen").map(Path::toString).orElse("ssh-keygen");
    new SshKeys(home, keygen).make(spec.nodes());
    return new LabAccess(home);
  }

  /** The directory with a file for each password, named as its user. */
  public Path passwords() {
    return home.secrets();
  }

  /** The private key that every node's sshd lets in; the public one is beside it, with .pub. */
  public Path clientKey() {
    return home.clientKey();
  }

  /** Who the nodes are, for ssh. */
  public Path knownHosts() {
    return home.knownHosts();
  }

  /** A node's own private key; the public one is beside it, with .pub. */
  public Path hostKey(LabNode node) {
    return SshKeys.hostKey(home, node);
  }
}
