package io.rdpg.plan.language.vault;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.system.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A vault's password, from a file or from a program that prints it. Its label is the vault id that
 * it is for.
 */
public final class VaultPassword {
  /** The label of a password that is given without one. */
  public static final String DEFAULT = "default";

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final String label;
  private final Path source;
  private final char[] value;

  private VaultPassword(String label, Path source, String value) {
    this.label = label;
    this.source = source;
    this.value = value.toCharArray();
  }

  /**
   * What a file contains, without white space around it; or what it prints, when it is executable.
   * As in Ansible, a program whose name ends with {@code -client} is asked for one vault id, by the
   * arguments {@code --vault-id LABEL}.
   *
   * @param named what names the source, such as an option
   * @throws Failure {@link Code#MISSING_SECRET} when it gives none
   */
  public static VaultPassword read(String label, Path source, String named) {
    if (!Files.isRegularFile(source)) {
      throw missing(source, "can't be read", "check the path of " + named);
    }
    String value = Files.isExecutable(source) ? printed(label, source) : content(source);
    if (value.isEmpty()) {
      throw missing(source, "is empty", "it contains the password alone");
    }
    return new VaultPassword(label, source, value);
  }

  private static String content(Path source) {
    try {
      return SourceFile.read(source, SourceFile.MOST_YAML).strip();
    } catch (Failure e) {
      throw missing(source, "can't be read", "check that you can read it");
    }
  }

  private static String printed(String label, Path source) {
    List<String> words = new ArrayList<>(List.of(source.toAbsolutePath().toString()));
    String name = String.valueOf(source.getFileName()).replaceFirst("\\.[^.]*$", "");
    if (name.endsWith("-client")) {
      words.addAll(List.of("--vault-id", label));
    }
    try {
      return new String(
              Program.output(words, DEADLINE, SourceFile.MOST_YAML), StandardCharsets.UTF_8)
          .strip();
    } catch (Program.Failed e) {
      throw missing(
          source,
          "is executable and gives no password: " + e.getMessage(),
          "if it is no program but the password itself: chmod -x " + source);
    }
  }

  private static Failure missing(Path source, String what, String hint) {
    return Failure.of(Code.MISSING_SECRET, "the vault password file " + source + " " + what, hint);
  }

  String label() {
    return label;
  }

  String source() {
    return source.toString();
  }

  char[] value() {
    return value.clone();
  }

  @Override
  public String toString() {
    return "vault password of " + source;
  }
}
