package io.rdpg.plan.lab;

import java.nio.file.Path;

/**
 * The paths in a lab's directory.
 *
 * <pre>
 * lab.lock                 held by the process that starts or stops servers; marks the directory as a lab's
 * secrets/NAME             passwords
 * ssh/                     the client's key pair, authorized_keys, known_hosts
 * NODE/stopped             there while its servers are not to run: see {@link Lab#release}
 * NODE/run/SERVER          which process it is: see {@link ServerProcess}
 * NODE/logs/SERVER.log     what it wrote
 * NODE/SERVER/             its configuration and data
 * NODE/handlers/           scripts for Consul's watches
 * </pre>
 */
record LabHome(Path root) {
  Path lock() {
    return root.resolve("lab.lock");
  }

  /** What is being deleted; there only while that lasts, or when it was interrupted. */
  Path removed() {
    return root.resolve(".removed");
  }

  Path secrets() {
    return root.resolve("secrets");
  }

  Path ssh() {
    return root.resolve("ssh");
  }

  Path clientKey() {
    return ssh().resolve("id_ed25519");
  }

  Path authorizedKeys() {
    return ssh().resolve("authorized_keys");
  }

  Path knownHosts() {
    return ssh().resolve("known_hosts");
  }

  Path node(LabNode node) {
    return root.resolve(node.name());
  }

  Path stopped(LabNode node) {
    return node(node).resolve("stopped");
  }

  Path server(LabNode node, ServerKind kind) {
    return node(node).resolve(kind.word());
  }

  Path handlers(LabNode node) {
    return node(node).resolve("handlers");
  }

  Path runDirectory(LabNode node) {
    return node(node).resolve("run");
  }

  Path processRecord(LabNode node, ServerKind kind) {
    return runDirectory(node).resolve(kind.word());
  }

  Path logs(LabNode node) {
    return node(node).resolve("logs");
  }

  Path log(LabNode node, ServerKind kind) {
    return logs(node).resolve(kind.word() + ".log");
  }
}
