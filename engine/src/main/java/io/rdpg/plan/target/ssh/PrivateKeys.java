package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.SSHAgentConnector;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

/** The private keys that a node is offered. */
final class PrivateKeys {
  private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");

  private PrivateKeys() {}

  static Path userDirectory() {
    return Path.of(System.getProperty("user.home"), ".ssh");
  }

  /**
   * Offers the named key only, else the agent's and the user's usual ones.
   *
   * @throws io.rdpg.plan.language.diagnostic.Failure with {@code authentication_failed} when the
   *     named one is of no use
   */
  static void offer(JSch jsch, @Nullable Path named, String node) throws JSchException {
    if (named != null) {
      try {
        jsch.addIdentity(usable(named, node).toString());
      } catch (JSchException e) {
        throw refused(
            "%s, or the public key beside it, is no key: %s".formatted(named, e.getMessage()),
            node);
      }
      return;
    }
    for (String name : USUAL) {
      Path file = userDirectory().resolve(name);
      if (Files.isReadable(file) && !encrypted(file)) {
        offerIfUsable(jsch, file);
      }
    }
    offerAgent(jsch);
  }

  /** A usual key that is none is passed over, as ssh does. */
  private static void offerIfUsable(JSch jsch, Path file) {
    try {
      jsch.addIdentity(file.toString());
    } catch (JSchException ofNoUse) {
      // Others may do; else the login says that none did.
    }
  }

  private static Path usable(Path named, String node) throws JSchException {
    if (!Files.isReadable(named)) {
      throw refused("the private key " + named + " is missing or can't be read", node);
    }
    if (KeyPair.load(new JSch(), named.toString()).isEncrypted()) {
      throw refused("the private key " + named + " has a passphrase", node);
    }
    return named;
  }

  private static RuntimeException refused(String message, String node) {
    return Diagnostic.of(Code.AUTHENTICATION_FAILED, message)
        .withHint(
            "name another in ansible_ssh_private_key_file,"
                + " or leave it out and add the key to ssh-agent (ssh-add)")
        .orOn(node)
        .failure();
  }

  private static boolean encrypted(Path file) {
    try {
      return KeyPair.load(new JSch(), file.toString()).isEncrypted();
    } catch (JSchException e) {
      return true; // of a kind that JSch doesn't know: of no use either
    }
  }

  private static void offerAgent(JSch jsch) {
    if (System.getenv("SSH_AUTH_SOCK") == null) {
      return;
    }
    try {
      SSHAgentConnector agent = new SSHAgentConnector();
      if (agent.isAvailable()) {
        jsch.setIdentityRepository(
            new Both(new AgentIdentityRepository(agent), jsch.getIdentityRepository()));
      }
    } catch (AgentProxyException e) {
      // No agent, then: the files remain.
    }
  }

  /** JSch would add the user's files to the agent; here both are only read, the agent's first. */
  private record Both(IdentityRepository agent, IdentityRepository files)
      implements IdentityRepository {
    @Override
    public String getName() {
      return "agent and files";
    }

    @Override
    public int getStatus() {
      return RUNNING;
    }

    @Override
    @SuppressWarnings("JdkObsolete") // JSch's interface
    public Vector<Identity> getIdentities() {
      Vector<Identity> all = new Vector<>(agent.getIdentities());
      all.addAll(files.getIdentities());
      return all;
    }

    @Override
    public boolean add(byte[] identity) {
      return false;
    }

    @Override
    public boolean remove(byte[] blob) {
      return false;
    }

    @Override
    public void removeAll() {}
  }
}
