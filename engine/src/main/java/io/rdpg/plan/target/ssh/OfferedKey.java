package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSchException;
import org.jspecify.annotations.Nullable;

/**
 * A key that can sign, perhaps with a certificate, and whether it was offered. It signs once: JSch
 * would offer a refused RSA key again with a shorter hash, and sshd counts each offer.
 */
final class OfferedKey implements Identity {
  private static final String CERTIFIED = "-cert-v01@openssh.com";

  private final Identity signer;
  private final String description;
  private final byte @Nullable [] certificate;
  private volatile boolean offered;

  /**
   * @param description what people call it
   * @param certificate offered in the place of its public key; null for none
   */
  OfferedKey(Identity signer, String description, byte @Nullable [] certificate) {
    this.signer = signer;
    this.description = description;
    this.certificate = certificate;
  }

  boolean offered() {
    return offered;
  }

  String description() {
    return description;
  }

  @Override
  public String getName() {
    return description;
  }

  @Override
  public String getAlgName() {
    return certificate == null ? signer.getAlgName() : KeyBytes.type(certificate);
  }

  @Override
  public byte[] getPublicKeyBlob() {
    return certificate == null ? signer.getPublicKeyBlob() : certificate;
  }

  @Override
  public byte @Nullable [] getSignature(byte[] data) {
    return offers() ? signer.getSignature(data) : null;
  }

  private boolean offers() {
    boolean first = !offered;
    offered = true;
    return first;
  }

  /** The key signs by its own algorithm, whatever a certificate calls it. */
  @Override
  public byte @Nullable [] getSignature(byte[] data, String algorithm) {
    return offers() ? signer.getSignature(data, algorithm.replace(CERTIFIED, "")) : null;
  }

  @Override
  public boolean setPassphrase(byte @Nullable [] passphrase) throws JSchException {
    return true;
  }

  @Override
  public boolean isEncrypted() {
    return false;
  }

  @Override
  public void clear() {
    signer.clear();
  }
}
