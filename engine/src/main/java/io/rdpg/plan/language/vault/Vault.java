package io.rdpg.plan.language.vault;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens what ansible-vault encrypted, by the passwords of one command line. They are read when the
 * first encrypted text is met. As in Ansible, the password whose label a text names is tried first,
 * then all others.
 */
public final class Vault {
  private static final String HINT =
      "give it with --vault-password-file FILE, or in ANSIBLE_VAULT_PASSWORD_FILE";

  /** Of a command line without passwords. */
  public static final Vault WITHOUT_PASSWORDS = new Vault(List::of);

  private final Supplier<List<VaultPassword>> source;
  private @Nullable List<VaultPassword> passwords;

  /**
   * @param passwords called at most once, and only when something is encrypted; a Failure of it is
   *     reported for each text
   */
  public Vault(Supplier<List<VaultPassword>> passwords) {
    this.source = passwords;
  }

  /** Whether ansible-vault wrote this text. */
  public static boolean isEncrypted(String text) {
    return text.stripLeading().startsWith(VaultText.HEADER);
  }

  /**
   * The text that was encrypted.
   *
   * @param at where it is
   * @throws Failure {@link Code#MISSING_SECRET} when no password is given, {@link Code#BAD_VAULT}
   *     when none opens it or it is damaged
   */
  public String decrypt(String encrypted, Span at) {
    VaultText vault = parse(encrypted, at);
    List<VaultPassword> known = passwords(at);
    if (known.isEmpty()) {
      throw failure(
          at,
          Code.MISSING_SECRET,
          "this is encrypted, and no vault password is given",
          vault.label().isEmpty()
              ? HINT
              : "give it with --vault-id "
                  + vault.label()
                  + "@FILE, or with --vault-password-file FILE");
    }
    Optional<byte[]> opened =
        Stream.concat(
                known.stream().filter(password -> password.label().equals(vault.label())),
                known.stream().filter(password -> !password.label().equals(vault.label())))
            .flatMap(password -> vault.open(password.value()).stream())
            .findFirst();
    return text(
        opened.orElseThrow(() -> failure(at, Code.BAD_VAULT, none(vault, known), tried(known))),
        at);
  }

  private static VaultText parse(String encrypted, Span at) {
    try {
      return VaultText.parse(encrypted);
    } catch (VaultText.Malformed e) {
      throw failure(
          at,
          Code.BAD_VAULT,
          "this is not what ansible-vault writes: " + e.getMessage(),
          "encrypt it again with ansible-vault");
    }
  }

  private List<VaultPassword> passwords(Span at) {
    try {
      List<VaultPassword> known = passwords == null ? source.get() : passwords;
      passwords = known;
      return known;
    } catch (Failure failure) {
      throw failure.diagnostic().orAt(at).failure();
    }
  }

  private static String none(VaultText vault, List<VaultPassword> known) {
    String label =
        vault.label().isEmpty() ? "" : ", which names the vault id '" + vault.label() + "',";
    return (known.size() == 1
            ? "the vault password doesn't open this"
            : "no vault password opens this")
        + (label.isEmpty() ? "" : label.replaceFirst(",$", ""));
  }

  private static String tried(List<VaultPassword> known) {
    return "tried: "
        + String.join(
            ", ",
            known.stream().map(VaultPassword::source).sorted(Comparator.naturalOrder()).toList())
        + "; it is the wrong password, or the text was changed";
  }

  private static String text(byte[] bytes, Span at) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw failure(at, Code.BAD_VAULT, "what is encrypted here is no UTF-8 text", null);
    }
  }

  private static Failure failure(Span at, Code code, String message, @Nullable String hint) {
    return Diagnostic.at(at, code, message).withHint(hint).failure();
  }
}
