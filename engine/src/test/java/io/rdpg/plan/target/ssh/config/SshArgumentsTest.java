package io.rdpg.plan.target.ssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshArgumentsTest {
  private static SshArguments read(String text) {
    return SshArguments.read(Span.of("arguments"), text);
  }

  private static String lines(String text) {
    return String.join(
        "|", read(text).lines().stream().map(line -> line.keyword() + " " + line.value()).toList());
  }

  @Test
  void splits_as_a_shell_does() {
    assertThat(lines("-o 'User a b'  -o \"Port 7\" -o HostName=x\\ y"))
        .isEqualTo("User a b|Port 7|HostName x y");
  }

  @Test
  void values_are_joined_or_apart() {
    assertThat(lines("-J a,b -p22 -lme -i '/a b' -oPort=3"))
        .isEqualTo("ProxyJump a,b|Port 22|User \"me\"|IdentityFile \"/a b\"|Port 3");
    assertThat(read("-F one -F two").file())
        .isEqualTo(new SshArguments.Named("two", Span.of("arguments")));
  }

  @Test
  void what_has_no_meaning_here_is_passed_over() {
    assertThat(lines("-C -o ControlMaster=auto -vvq -tt -A4p 5"))
        .isEqualTo("ControlMaster auto|AddressFamily inet|Port 5");
    assertThat(lines("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-w 1",
        "-J",
        "host",
        "-o",
        "-o 'Host x'",
        "-o include=/x",
        "-L 1:x:2",
        "-o 'a",
        "-"
      })
  void all_else_is_refused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(Failure.class);
  }
}
