package io.rdpg.plan.target.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConsoleInputTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private ConsoleInputTest send(char type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    DataOutputStream out = new DataOutputStream(sent);
    out.writeByte(type);
    out.writeInt(bytes.length + 4);
    out.write(bytes);
    return this;
  }

  private static byte[] read(byte[] bytes) throws IOException {
    try (InputStream in = new ConsoleInput(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  @Test
  void the_version_is_another_and_all_else_is_as_it_was_sent() throws IOException {
    ConsoleInputTest wanted = new ConsoleInputTest();
    wanted.send('R', "\0\0\0\0").send('S', "server_version\00012\0");
    wanted.send('S', "server_encoding\0UTF8\0").send('Z', "I").send('D', "server_version\0001\0");
    send('R', "\0\0\0\0").send('S', "server_version\0001.18.0/bouncer\0");
    send('S', "server_encoding\0UTF8\0").send('Z', "I").send('D', "server_version\0001\0");
    assertThat(read(sent.toByteArray())).isEqualTo(wanted.sent.toByteArray());
  }

  @Test
  void a_connection_that_ends_within_a_message_is_an_error() throws IOException {
    send('S', "server_version\0001.18.0/bouncer\0");
    byte[] cut = Arrays.copyOf(sent.toByteArray(), 12);
    assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
  }
}
