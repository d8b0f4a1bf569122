package io.rdpg.plan.language.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.testing.TestFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
  private static final Span AT = new Span("vars.yml", 3, 5, "");

  @TempDir Path directory;

  @Test
  void opens_what_ansible_vault_wrote() {
    Vault vault = VaultFixtures.vault(directory, VaultFixtures.PASSWORD);
    assertThat(vault.decrypt(VaultFixtures.S3CR3T, AT)).isEqualTo("s3cr3t");
    assertThat(vault.decrypt(VaultFixtures.S3CR3T.replace("\n", "\r\n").indent(8), AT))
        .isEqualTo("s3cr3t");
    assertThat(vault.decrypt(VaultFixtures.FILE, AT)).startsWith("pg_password: hunter22\n");
    assertThat(
            VaultFixtures.vault(directory, VaultFixtures.PROD_PASSWORD)
                .decrypt(VaultFixtures.PROD, AT))
        .isEqualTo("other value");
  }

  @Test
  void tries_the_password_of_the_label_first_then_all() {
    Path first = TestFiles.write(directory.resolve("a"), VaultFixtures.PASSWORD);
    Path second = TestFiles.write(directory.resolve("b"), VaultFixtures.PROD_PASSWORD);
    for (List<String> labels : List.of(List.of("default", "prod"), List.of("x", "y"))) {
      Vault vault =
          new Vault(() ->
              List.of(
                  VaultPassword.read(labels.getFirst(), first, "--vault-id"),
                  VaultPassword.read(labels.getLast(), second, "--vault-id")));
      assertThat(vault.decrypt(VaultFixtures.PROD, AT)).isEqualTo("other value");
      assertThat(vault.decrypt(VaultFixtures.S3CR3T, AT)).isEqualTo("s3cr3t");
    }
  }

  @Test
  void a_wrong_password_is_told_and_shown_nowhere() {
    Vault vault = VaultFixtures.vault(directory, "not-the-right-one");
    assertThatThrownBy(() -> vault.decrypt(VaultFixtures.S3CR3T, AT))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.diagnostic().code()).isEqualTo(Code.BAD_VAULT);
              assertThat(failure.diagnostic().at()).isEqualTo(AT);
              assertThat(failure.diagnostic().message())
                  .isEqualTo("the vault password doesn't open this");
              assertThat(failure.diagnostic().hint()).contains("vault-password");
              assertThat(failure.diagnostic().toString()).doesNotContain("not-the-right-one");
            });
    assertThatThrownBy(() -> vault.decrypt(VaultFixtures.PROD, AT))
        .hasMessage("the vault password doesn't open this, which names the vault id 'prod'");
  }

  @Test
  void no_password_is_told() {
    assertThatThrownBy(() -> Vault.WITHOUT_PASSWORDS.decrypt(VaultFixtures.S3CR3T, AT))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.diagnostic().code()).isEqualTo(Code.MISSING_SECRET);
              assertThat(failure.diagnostic().hint()).contains("--vault-password-file");
            });
    assertThatThrownBy(() -> Vault.WITHOUT_PASSWORDS.decrypt(VaultFixtures.PROD, AT))
        .isInstanceOfSatisfying(
            Failure.class,
            failure ->
                assertThat(failure.diagnostic().hint())
                    .startsWith("give it with --vault-id prod@FILE"));
  }

  @Test
  void what_was_cut_or_changed_is_refused() {
    Vault vault = VaultFixtures.vault(directory, VaultFixtures.PASSWORD);
    String whole = VaultFixtures.S3CR3T.strip();
    List<String> broken =
        List.of(
            whole.substring(0, whole.length() - 1),
            whole.substring(0, whole.length() - 120),
            whole.replace("363233", "363234"),
            whole.replace("3138", "3139"),
            whole.replace("1.1", "1.0"),
            whole.replace("AES256", "AES"),
            "$ANSIBLE_VAULT;1.1;AES256",
            "$ANSIBLE_VAULT;",
            "$ANSIBLE_VAULT;1.1;AES256\n0a30300a3030", // no salt
            "",
            " \n");
    for (String one : broken) {
      assertThatThrownBy(() -> vault.decrypt(one, AT))
          .as(one)
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.BAD_VAULT));
    }
  }

  @Test
  void a_program_gives_the_password_and_is_run_once_when_it_is_needed() {
    Path runs = directory.resolve("runs");
    Path program =
        TestFiles.write(
            directory.resolve("keys-client.sh"),
            "#!/bin/sh\necho \"$@\" >> " + runs + "\necho " + VaultFixtures.PROD_PASSWORD + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Vault vault = new Vault(() -> List.of(VaultPassword.read("prod", program, "--vault-id")));
    assertThat(runs).doesNotExist();
    vault.decrypt(VaultFixtures.PROD, AT);
    vault.decrypt(VaultFixtures.PROD, AT);
    assertThat(runs).hasContent("--vault-id prod\n");
  }

  @Test
  void a_program_that_fails_is_told_with_its_words_but_not_its_output() {
    Path program =
        TestFiles.write(
            directory.resolve("get"), "#!/bin/sh\necho half-a-secret\necho locked >&2\nexit 3\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    List<String> told = new ArrayList<>();
    for (Path source : List.of(program, directory.resolve("none"), directory)) {
      assertThatThrownBy(() -> VaultPassword.read("x", source, "--vault-id"))
          .isInstanceOfSatisfying(
              Failure.class, failure -> told.add(failure.diagnostic().message()));
    }
    assertThat(told.getFirst())
        .endsWith("is executable and gives no password: it ended with exit code 3: locked");
    assertThat(told.get(1)).endsWith("can't be read");
    assertThat(told.toString()).doesNotContain("half-a-secret");
  }
}
