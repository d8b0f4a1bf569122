package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Events as NDJSON in UTF-8 on a stream, each flushed at once, until one can't be written. Used by
 * one thread at a time.
 */
public final class JsonReport implements Event.Sink {
  private final JsonLines lines;
  private final OutputStream out;
  private final Consumer<IOException> onLoss;
  private boolean broken;

  /** A reader that went away ends the output, not the run. */
  public JsonReport(JsonLines lines, OutputStream out) {
    this(lines, out, _ -> {});
  }

  /**
   * @param onLoss is told why the first event could not be written; no others are
   */
  JsonReport(JsonLines lines, OutputStream out, Consumer<IOException> onLoss) {
    this.lines = lines;
    this.out = out;
    this.onLoss = onLoss;
  }

  @Override
  public void on(Event event) {
    if (broken) {
      return;
    }
    try {
      out.write((lines.line(event) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      broken = true;
      onLoss.accept(e);
    }
  }
}
