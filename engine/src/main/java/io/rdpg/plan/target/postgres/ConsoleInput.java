package io.rdpg.plan.target.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a console sends, with another server version. A console tells the pooler's own ({@code
 * 1.18.0/bouncer}), and the driver sends every server before PostgreSQL 12 a SET that no console
 * takes (message formats: PostgreSQL's manual, "Frontend/Backend Protocol").
 */
final class ConsoleInput extends FilterInputStream {
  private static final String NAME = "server_version";
  private static final String VERSION = "12";
  private static final int PARAMETER_STATUS = 'S';

  private byte[] message = {};
  private int at;

  ConsoleInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    return isAtEnd() ? -1 : message[at++] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int count = Math.min(length, message.length - at);
    System.arraycopy(message, at, buffer, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() throws IOException {
    return message.length - at + in.available();
  }

  /** Reads the next message when all of the last one was handed out. */
  private boolean isAtEnd() throws IOException {
    if (at < message.length) {
      return false;
    }
    int type = in.read();
    if (type < 0) {
      return true;
    }
    int length = ByteBuffer.wrap(whole(Integer.BYTES)).getInt();
    byte[] body = whole(Math.max(0, length - Integer.BYTES));
    String text = new String(body, StandardCharsets.UTF_8);
    message =
        type == PARAMETER_STATUS && text.startsWith(NAME + "\0")
            ? message(type, (NAME + "\0" + VERSION + "\0").getBytes(StandardCharsets.UTF_8))
            : message(type, body);
    at = 0;
    return false;
  }

  private byte[] whole(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the console ended the connection within a message");
    }
    return bytes;
  }

  private static byte[] message(int type, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(type);
    out.writeInt(body.length + Integer.BYTES);
    out.write(body);
    return bytes.toByteArray();
  }
}
