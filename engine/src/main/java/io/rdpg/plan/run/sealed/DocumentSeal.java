package io.rdpg.plan.run.sealed;

import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.ObservedRead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the seal key does in one document. Its digests can't be compared with another document's,
 * and nothing can be guessed from them without the key.
 */
public final class DocumentSeal {
  private static final int IV = 12;
  private static final int TAG_BITS = 128;

  private final SealKey key;
  private final String nonce;
  private final byte[] digests;
  private final byte[] hides;

  private DocumentSeal(SealKey key, String nonce) {
    this.key = key;
    this.nonce = nonce;
    this.digests = key.mac("digests", nonce.getBytes(StandardCharsets.UTF_8));
    this.hides = key.mac("hidden values", nonce.getBytes(StandardCharsets.UTF_8));
  }

  /** For a new document. */
  public static DocumentSeal anew(SealKey key) {
    return new DocumentSeal(key, HexFormat.of().formatHex(random(16)));
  }

  /** For the document that has this nonce. */
  static DocumentSeal of(SealKey key, String nonce) {
    return new DocumentSeal(key, nonce);
  }

  SealKey key() {
    return key;
  }

  /** Makes this document's digests its own. */
  public String nonce() {
    return nonce;
  }

  /** The id of the key, which reveals nothing of it. */
  public String fingerprint() {
    return key.fingerprint();
  }

  String digest(byte[] bytes) {
    return HexFormat.of().formatHex(SealKey.hmac(digests, bytes));
  }

  String question(ObservedRead seen) {
    return digest(CanonicalBytes.of(seen.at(), seen.read()));
  }

  String observation(Observation observation) {
    return digest(CanonicalBytes.of(observation));
  }

  String lock(String key) {
    return digest(("lock " + key).getBytes(StandardCharsets.UTF_8));
  }

  String effect(Account at, Effect effect) {
    return digest(CanonicalBytes.of(at, effect));
  }

  /** Encrypts text for the key's owner. */
  String hide(String words) {
    byte[] iv = random(IV);
    byte[] hidden = cipher(Cipher.ENCRYPT_MODE, iv, words.getBytes(StandardCharsets.UTF_8));
    byte[] both = Arrays.copyOf(iv, iv.length + hidden.length);
    System.arraycopy(hidden, 0, both, iv.length, hidden.length);
    return Base64.getEncoder().encodeToString(both);
  }

  String reveal(String hidden) {
    byte[] both = Base64.getDecoder().decode(hidden);
    byte[] iv = Arrays.copyOf(both, IV);
    return new String(
        cipher(Cipher.DECRYPT_MODE, iv, Arrays.copyOfRange(both, IV, both.length)),
        StandardCharsets.UTF_8);
  }

  private byte[] cipher(int mode, byte[] iv, byte[] bytes) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(hides, "AES"), new GCMParameterSpec(TAG_BITS, iv));
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("of a document whose seal is valid", e);
    }
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
