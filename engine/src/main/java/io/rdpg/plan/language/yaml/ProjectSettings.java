package io.rdpg.plan.language.yaml;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.model.Value;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code rdpg-plan.yml} says: defaults of options, for all who work in a project. An empty
 * file is one too.
 *
 * @param inventories of {@code -i}, seen from the project; empty for none
 * @param vaultPasswordFile of {@code --vault-password-file}, seen from the project
 * @param forks of {@code --forks}
 * @param connectForks of {@code --connect-forks}
 */
public record ProjectSettings(
    List<String> inventories,
    @Nullable String vaultPasswordFile,
    @Nullable Integer forks,
    @Nullable Integer connectForks) {
  /** What a project has that says nothing. */
  public static final ProjectSettings NONE = new ProjectSettings(List.of(), null, null, null);

  private static final List<String> KEYS =
      List.of("inventory", "vault_password_file", "forks", "connect_forks");

  public ProjectSettings {
    inventories = List.copyOf(inventories);
  }

  /**
   * Reads the file.
   *
   * @throws Diagnostics.Rejected with every error in it, unknown keys among them
   */
  public static ProjectSettings read(Path file) {
    Diagnostics diagnostics = new Diagnostics();
    ProjectSettings settings =
        YamlDocument.read(file, diagnostics).map(value -> of(value, diagnostics)).orElse(NONE);
    diagnostics.rejectIfAny();
    return settings;
  }

  private static ProjectSettings of(Value value, Diagnostics diagnostics) {
    return switch (value) {
      case Value.Nothing _ -> NONE;
      case Value.Mapping map -> of(new MappingReader(map, diagnostics));
      case Value.Str _, Value.Num _, Value.Bool _, Value.Seq _ -> {
        diagnostics.add(
            value.at(), Code.BAD_VALUE, "rdpg-plan.yml is a map of settings, not " + value.kind());
        yield NONE;
      }
    };
  }

  private static ProjectSettings of(MappingReader fields) {
    fields.only(KEYS, "rdpg-plan.yml");
    return new ProjectSettings(
        fields.strings("inventory"),
        fields.string("vault_password_file"),
        fields.count("forks", 1),
        fields.count("connect_forks", 1));
  }
}
