package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SSHAgentConnector;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.ssh.config.Hop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Vector;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a host is offered, in their order: those that are named, then the agent's others.
 * Where none is named, the agent's come before the user's usual ones. The agent signs for every key
 * that it has, also when a file of it is named; a certificate goes before its key. Where OpenSSH
 * offers all that the agent has before a named file, sshd may count too many failures.
 */
final class OfferedKeys implements IdentityRepository {
  private final List<OfferedKey> offers = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final Hop.Keys keys;
  private final int leastRsaBits;
  private final List<Identity> agent;

  private OfferedKeys(Hop.Keys keys, int leastRsaBits) {
    this.keys = keys;
    this.leastRsaBits = leastRsaBits;
    this.agent = keys.agent() == null ? List.of() : ofAgent(keys.agent());
  }

  /** Reads files and asks the agent. */
  static OfferedKeys of(Hop host) {
    Hop.Keys keys = host.keys();
    OfferedKeys offered = new OfferedKeys(keys, host.leastRsaBits());
    List<Named> named = keys.named().stream().map(offered::named).toList();
    List<Identity> others = new ArrayList<>(offered.agent);
    named.forEach(one -> others.remove(one.inAgent()));
    if (keys.usual()) {
      named.stream().filter(one -> one.inAgent() != null).forEach(offered::offer);
      offered.offerOthers(others);
      named.stream().filter(one -> one.inAgent() == null).forEach(offered::offer);
    } else {
      named.forEach(offered::offer);
      offered.offerOthers(others);
    }
    return offered;
  }

  /**
   * A key that a file names.
   *
   * @param inAgent null when the agent hasn't got it
   * @param inFile null when the file can't be used
   */
  private record Named(Path file, @Nullable Identity inAgent, @Nullable Identity inFile) {}

  private Named named(Path file) {
    Loaded loaded = load(file);
    byte[] key = loaded.publicKey();
    Identity inAgent =
        key == null
            ? null
            : agent.stream()
                .filter(one -> Arrays.equals(one.getPublicKeyBlob(), key))
                .findFirst()
                .orElse(null);
    if (inAgent == null && loaded.unusable() != null) {
      passOver(file, loaded.unusable());
    }
    return new Named(file, inAgent, loaded.unusable() == null ? loaded.identity() : null);
  }

  /**
   * What a file holds.
   *
   * @param publicKey null when it is unknown
   * @param unusable why it can't sign; null when it can
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes of a key
  private record Loaded(
      @Nullable Identity identity, byte @Nullable [] publicKey, @Nullable String unusable) {}

  private Loaded load(Path file) {
    byte[] beside = publicFile(file.resolveSibling(file.getFileName() + ".pub"));
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      String why = Files.exists(file) ? "can't be read" : "is missing";
      return new Loaded(null, beside, why + (beside == null ? "" : ", and not in the agent"));
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] only = KeyBytes.ofPublicFile(text);
    if (only != null) {
      return new Loaded(null, only, "is a public key, and its private key is not in the agent");
    }
    byte[] within = KeyBytes.ofPrivateFile(text);
    if (within != null && KeyBytes.isOfSecurityKey(within)) {
      return new Loaded(
          null, within, "is a security key's, for which only the agent signs: ssh-add");
    }
    try {
      JSch reader = new JSch();
      reader.addIdentity(file.toString(), bytes, null, null);
      Identity identity = reader.getIdentityRepository().getIdentities().getFirst();
      byte[] known = identity.getPublicKeyBlob();
      return new Loaded(identity, known == null ? beside : known, locked(identity));
    } catch (JSchException | RuntimeException e) {
      return new Loaded(null, beside, "is no private key that is supported: " + e.getMessage());
    }
  }

  private @Nullable String locked(Identity identity) throws JSchException {
    Text passphrase = keys.passphrase();
    if (!identity.isEncrypted()) {
      return null;
    }
    if (passphrase == null) {
      return "has a passphrase, and is not in the agent";
    }
    byte[] bytes = passphrase.reveal().getBytes(StandardCharsets.UTF_8);
    return identity.setPassphrase(bytes) && !identity.isEncrypted()
        ? null
        : "has another passphrase than the one that is given";
  }

  private void offer(Named key) {
    Identity signer = key.inAgent() != null ? key.inAgent() : key.inFile();
    if (signer == null) {
      return;
    }
    String by = key.file() + (key.inAgent() != null ? " by the agent" : "");
    Path beside = key.file().resolveSibling(key.file().getFileName() + "-cert.pub");
    Stream.concat(Stream.of(beside).filter(Files::exists), keys.certificates().stream())
        .distinct()
        .forEach(file -> offerCertificate(signer, file, by));
    add(signer, by, null);
  }

  private void offerCertificate(Identity signer, Path file, String by) {
    byte[] certificate = publicFile(file);
    if (certificate == null) {
      passOver(file, "is no certificate");
      return;
    }
    if (!KeyBytes.certifies(certificate, signer.getPublicKeyBlob())) {
      return; // another key's
    }
    long end = KeyBytes.validBefore(certificate, signer.getPublicKeyBlob());
    if (end < Instant.now().getEpochSecond()) {
      passOver(file, "was valid until " + Instant.ofEpochSecond(end));
    } else {
      add(signer, by + " with the certificate " + file, certificate);
    }
  }

  private void offerOthers(List<Identity> others) {
    if (!keys.onlyNamed()) {
      others.forEach(one -> add(one, "'" + one.getName() + "' of the agent", null));
    }
  }

  private void add(Identity signer, String description, byte @Nullable [] certificate) {
    if (KeyBytes.isShortRsa(signer.getPublicKeyBlob(), leastRsaBits)) {
      if (certificate == null) {
        passedOver.add(
            "%s (has less than the %d bits of RequiredRSASize)"
                .formatted(description, leastRsaBits));
      }
      return;
    }
    boolean twice =
        certificate == null
            && offers.stream()
                .anyMatch(one -> Arrays.equals(one.getPublicKeyBlob(), signer.getPublicKeyBlob()));
    if (!twice) {
      offers.add(new OfferedKey(signer, description, certificate));
    }
  }

  private void passOver(Path file, String why) {
    if (!keys.usual() || Files.exists(file)) {
      passedOver.add(file + " (" + why + ")");
    }
  }

  private static byte @Nullable [] publicFile(Path file) {
    try {
      return KeyBytes.ofPublicFile(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return null;
    }
  }

  private List<Identity> ofAgent(Path socket) {
    try {
      SSHAgentConnector connector = new SSHAgentConnector(socket);
      if (connector.isAvailable()) {
        return List.copyOf(new AgentIdentityRepository(connector).getIdentities());
      }
      passedOver.add("the agent (nothing answers at " + socket + ")");
    } catch (AgentProxyException | RuntimeException e) {
      passedOver.add("the agent at " + socket + " (" + e.getMessage() + ")");
    }
    return List.of();
  }

  /** Which keys were offered, and which were passed over and why. */
  String account() {
    List<String> offered =
        offers.stream().filter(OfferedKey::offered).map(OfferedKey::description).toList();
    List<String> kept =
        offers.stream().filter(one -> !one.offered()).map(OfferedKey::description).toList();
    return "offered: "
        + (offered.isEmpty() ? "no key" : String.join(", ", offered))
        + (kept.isEmpty() ? "" : "; not offered any more: " + String.join(", ", kept))
        + (passedOver.isEmpty() ? "" : "; passed over: " + String.join(", ", passedOver));
  }

  @Override
  public String getName() {
    return "keys";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public Vector<Identity> getIdentities() {
    return new Vector<>(offers);
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
