package io.rdpg.plan.output;

import io.rdpg.plan.status.StatusReport;
import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Shows how all nodes are on the whole of a terminal, and again in its place. The control sequences
 * are those that {@link LiveReport} names, and cursor home.
 */
public final class StatusScreen {
  private static final String CSI = "\u001b[";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PrintStream out;
  private final Terminal terminal;
  private final Style style;
  private boolean begun;

  public StatusScreen(PrintStream out, Terminal terminal, Style style) {
    this.out = out;
    this.terminal = terminal;
    this.style = style;
  }

  /** One write a frame, so that no terminal shows half of one. */
  public void show(StatusReport report) {
    List<String> lines = new StatusText(style).lines(report);
    Terminal.Size size = terminal.size();
    int room = Math.max(0, size.rows() - 2); // for the last line, and the cursor below it
    StringBuilder frame = new StringBuilder(begun ? CSI + "H" : CSI + "2J" + CSI + "H");
    begun = true;
    lines.stream().limit(room).forEach(line -> append(frame, line, size));
    String more =
        lines.size() > room ? "; " + (lines.size() - room) + " more lines: see status --html" : "";
    append(frame, style.dim(TIME.format(report.at()) + more + "; Ctrl-C ends"), size);
    out.print(frame.append(CSI).append('J'));
    out.flush();
  }

  private static void append(StringBuilder frame, String line, Terminal.Size size) {
    frame.append(DisplayWidth.cut(line, size.columns())).append(CSI).append("K\n");
  }
}
