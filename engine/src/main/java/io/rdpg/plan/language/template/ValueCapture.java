package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.writer.SpecializedWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Takes what one printing tag writes as the value that it is, not as its string. */
final class ValueCapture extends Writer implements SpecializedWriter {
  private @Nullable Object value;

  /** What was written; null for nothing or null. */
  @Nullable Object value() {
    return value;
  }

  @Override
  public void write(Object written) {
    value = written;
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    value = new String(buffer, offset, length);
  }

  @Override
  public void writeSpecialized(int i) {
    value = i;
  }

  @Override
  public void writeSpecialized(long l) {
    value = l;
  }

  @Override
  public void writeSpecialized(double d) {
    value = d;
  }

  @Override
  public void writeSpecialized(float f) {
    value = f;
  }

  @Override
  public void writeSpecialized(short s) {
    value = s;
  }

  @Override
  public void writeSpecialized(byte b) {
    value = b;
  }

  @Override
  public void writeSpecialized(char c) {
    value = c;
  }

  @Override
  public void writeSpecialized(String s) {
    value = s;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
