package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.language.vault.VaultPassword;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that reads an inventory. */
final class SourceOptions {
  @Option(
      names = {"-i", "--inventory"},
      paramLabel = "INVENTORY",
      description = {
        "The inventory: a file in YAML, INI, TOML or JSON, a script, or a folder of these. Several"
            + " are merged, a later one wins. Without it: $RDPG_PLAN_INVENTORY, else the project's,"
            + " else the shipped lab."
      })
  private List<String> inventories = new ArrayList<>();

  @Option(
      names = {"-e", "--extra-vars"},
      paramLabel = "VARS",
      description = "Variables: name=value, @file.yml or a YAML map. They override all others.")
  private List<String> extra = new ArrayList<>();

  @Option(
      names = "--vault-password-file",
      paramLabel = "FILE",
      description = {
        "A file with the password of what ansible-vault encrypted, or a program that prints it."
            + " Also: $ANSIBLE_VAULT_PASSWORD_FILE, and the project's."
      })
  private List<String> passwordFiles = new ArrayList<>();

  @Option(
      names = "--vault-id",
      paramLabel = "LABEL@FILE",
      description = "The same, for what is encrypted with this vault id.")
  private List<String> vaultIds = new ArrayList<>();

  @Mixin private ProjectOption project = new ProjectOption();

  ProjectOption project() {
    return project;
  }

  /** Empty for the usual one. */
  List<String> inventories() {
    return inventories;
  }

  /** Those that the command line or the environment names. */
  List<String> inventoriesNamed(Installation installation) {
    String variable = installation.environment().getOrDefault("RDPG_PLAN_INVENTORY", "");
    return inventories.isEmpty() && !variable.isEmpty() ? List.of(variable) : inventories;
  }

  List<String> extra() {
    return extra;
  }

  /** All but the inventory, as a command line takes them again. */
  List<String> beyondInventory() {
    List<String> words = new ArrayList<>();
    extra.forEach(vars -> words.addAll(List.of("-e", vars)));
    passwordFiles.forEach(file -> words.addAll(List.of("--vault-password-file", file)));
    vaultIds.forEach(id -> words.addAll(List.of("--vault-id", id)));
    return words;
  }

  /** Opens what is encrypted; its passwords are read when they are needed. */
  Vault vault(Workspace workspace) {
    return new Vault(() -> passwords(workspace));
  }

  private List<VaultPassword> passwords(Workspace workspace) {
    Installation installation = workspace.installation();
    List<VaultPassword> passwords = new ArrayList<>();
    for (String id : vaultIds) {
      int sign = id.indexOf('@');
      String label = sign < 0 ? VaultPassword.DEFAULT : id.substring(0, sign);
      Path source = file(installation, id.substring(sign + 1));
      passwords.add(VaultPassword.read(label, source, "--vault-id " + id));
    }
    for (String file : passwordFiles) {
      passwords.add(
          VaultPassword.read(
              VaultPassword.DEFAULT, file(installation, file), "--vault-password-file"));
    }
    String usual = installation.environment().getOrDefault("ANSIBLE_VAULT_PASSWORD_FILE", "");
    if (!usual.isEmpty()) {
      passwords.add(
          VaultPassword.read(
              VaultPassword.DEFAULT, file(installation, usual), "$ANSIBLE_VAULT_PASSWORD_FILE"));
    }
    Project own = workspace.project();
    if (own != null && own.settings().vaultPasswordFile() != null) {
      String file = atHome(own.settings().vaultPasswordFile());
      passwords.add(
          VaultPassword.read(
              VaultPassword.DEFAULT,
              own.folder().resolve(file),
              "vault_password_file in " + Project.MARK));
    }
    return passwords;
  }

  private static Path file(Installation installation, String written) {
    if (written.equals("prompt") || written.equals("prompt_ask_vault_pass")) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "a vault password can't be prompted for",
          "give a file, or a program that asks you and prints it");
    }
    return installation.file(Path.of(atHome(written)));
  }

  private static String atHome(String written) {
    return written.startsWith("~/")
        ? System.getProperty("user.home") + written.substring(1)
        : written;
  }
}
