package io.rdpg.plan.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Key pairs by ssh-keygen: the client's, and one a node. */
record SshKeys(LabHome home, String keygen) {
  static Path hostKey(LabHome home, LabNode node) {
    return home.server(node, ServerKind.SSH).resolve("host_key");
  }

  /** Makes the keys that aren't there yet, authorized_keys, and known_hosts for all nodes. */
  void make(List<LabNode> nodes) {
    LabDirectories.make(home.ssh());
    makePair(home.clientKey(), "rdpg-plan lab");
    LabDirectories.write(home.authorizedKeys(), publicHalf(home.clientKey()), "rw-r--r--", null);
    StringBuilder knownHosts = new StringBuilder();
    for (LabNode node : nodes) {
      LabDirectories.make(home.server(node, ServerKind.SSH));
      Path hostKey = hostKey(home, node);
      makePair(hostKey, node.name());
      knownHosts
          .append(knownHost(node.address(), node.ports().ssh()))
          .append(' ')
          .append(publicHalf(hostKey));
    }
    LabDirectories.write(home.knownHosts(), knownHosts.toString(), "rw-r--r--", null);
  }

  /** How known_hosts writes a host (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
  static String knownHost(String address, int port) {
    return port == 22 ? address : "[" + address + "]:" + port;
  }

  private void makePair(Path key, String comment) {
    if (!Files.exists(key)) {
      ShortCommand.of(keygen, "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", key.toString())
          .run();
    }
  }

  private static String publicHalf(Path key) {
    Path file = key.resolveSibling(key.getFileName() + ".pub");
    try {
      return Files.readString(file).strip() + "\n";
    } catch (IOException e) {
      throw LabDirectories.failed(file, e);
    }
  }
}
