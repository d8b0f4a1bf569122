package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Events as NDJSON in UTF-8 on a stream, each flushed at once. Used by one thread at a time.
 *
 * <p>A reader that went away ends the output, not the run.
 */
public final class JsonReport implements Event.Sink {
  private final JsonLines lines;
  private final OutputStream out;
  private boolean broken;

  public JsonReport(JsonLines lines, OutputStream out) {
    this.lines = lines;
    this.out = out;
  }

  @Override
  public void on(Event event) {
    if (broken) {
      return;
    }
    try {
      out.write((lines.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException readerGone) {
      broken = true;
    }
  }
}
