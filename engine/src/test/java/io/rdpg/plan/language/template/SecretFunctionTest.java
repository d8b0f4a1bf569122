package io.rdpg.plan.language.template;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFunctionTest {
  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path credentials;

  @Test
  void a_credential_is_a_file_without_its_last_line_end() throws IOException {
    environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
    Files.writeString(credentials.resolve("rdpg_password"), "s3cret\n");
    Text secret = Text.marked((String) read("credential:rdpg_password"));
    assertThat(secret).hasToString("***");
    assertThat(secret.reveal()).isEqualTo("s3cret");
    Files.writeString(credentials.resolve("rdpg_password"), "two\r\n\r\n");
    assertThat(Text.marked((String) read("credential:rdpg_password")).reveal())
        .isEqualTo("two\r\n");
  }

  @Test
  void a_credential_that_the_service_does_not_have_is_named() {
    environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
    Diagnostic diagnostic = diagnosticOf(() -> read("credential:rdpg_password"));
    assertThat(diagnostic.code()).isEqualTo(Code.MISSING_SECRET);
    assertThat(diagnostic.message()).isEqualTo("the service has no credential rdpg_password");
    assertThat(diagnostic.hint()).contains("LoadCredential=rdpg_password:");
  }

  @Test
  void outside_of_a_service_there_are_no_credentials() {
    Diagnostic diagnostic = diagnosticOf(() -> read("credential:rdpg_password"));
    assertThat(diagnostic.code()).isEqualTo(Code.MISSING_SECRET);
    assertThat(diagnostic.message()).contains("CREDENTIALS_DIRECTORY is not set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../passwd", "/etc/passwd", "a/b", "..", "."})
  void a_credential_is_in_the_directory_itself(String name) {
    environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
    assertThat(diagnosticOf(() -> read("credential:" + name)).message())
        .isEqualTo("a credential's name is a file's name, not " + name);
  }

  @Test
  void a_variable_comes_from_the_environment() {
    environment.put("RDPG_PASSWORD", "s3cret");
    assertThat(Text.marked((String) read("env:RDPG_PASSWORD")).reveal()).isEqualTo("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RDPG_PASSWORD", "vault:x", "CREDENTIAL:x"})
  void any_other_source_is_refused(String source) {
    assertThat(SecretFunction.isSource(source)).isFalse();
    assertThat(diagnosticOf(() -> read(source)).message())
        .isEqualTo("secret() needs 'env:NAME', 'file:PATH', 'command:WORDS' or 'credential:NAME'");
  }

  @SuppressWarnings("NullAway") // Pebble gives what this function doesn't look at
  private Object read(String source) {
    return new SecretFunction(environment::get).execute(Map.of("source", source), null, null, 1);
  }
}
